import type { ActivationRecord } from '@getuige/contract'
import type { MessageKey } from '../messages/translate.ts'
import { nearestInstant, proposeWarnings, type TimeOfDay, timeOfDay } from './warning-times.ts'

/** What stands in the form while the wearer completes it. Times are as typed; empty means not given. */
export type ActivationDraft = Readonly<{
  how: 'warned' | 'exception'
  first: TimeOfDay
  second: TimeOfDay
  /** The first warning in case of an exception: there may have been one before it came to that. */
  firstBeforeException: TimeOfDay
  exception: string | null
  trigger: string | null
  effect: ActivationRecord['effect'] | null
  note: string
}>

export type DraftProblems = Readonly<Partial<Record<keyof ActivationDraft, MessageKey>>>

type Context = Readonly<{ recordedAt: Date; timeZone: string; warningsAsked: number }>

/** The form as it opens: what was recorded before, else times proposed from the start of the recording. */
export function openDraft(record: ActivationRecord | null, { recordedAt, timeZone }: Context): ActivationDraft {
  const proposed = proposeWarnings(recordedAt, timeZone)
  const time = (at: string | null) => (at === null ? null : timeOfDay(new Date(at), timeZone))
  const isException = record !== null && record.exception !== null
  return {
    how: isException ? 'exception' : 'warned',
    first: time(record?.firstWarningAt ?? null) ?? proposed.first,
    second: time(record?.secondWarningAt ?? null) ?? proposed.second,
    firstBeforeException: isException ? (time(record.firstWarningAt) ?? '') : '',
    exception: record?.exception ?? null,
    trigger: record?.trigger ?? null,
    effect: record?.effect ?? null,
    note: record?.note ?? '',
  }
}

/** The record that a draft stands for, or what is still wrong with it, field by field. */
export function readDraft(
  draft: ActivationDraft,
  { recordedAt, timeZone, warningsAsked }: Context,
): Readonly<{ record: ActivationRecord } | { problems: DraftProblems }> {
  const problems: Partial<Record<keyof ActivationDraft, MessageKey>> = {}
  const read = (field: 'first' | 'second' | 'firstBeforeException') => {
    const at = nearestInstant(draft[field], recordedAt, timeZone)
    if (at === undefined) problems[field] = 'activation.timeMissing'
    return at ?? null
  }
  const isWarned = draft.how === 'warned'
  let first: Date | null = null
  let second: Date | null = null
  if (isWarned) {
    first = read('first')
    if (warningsAsked > 1) second = read('second')
    if (first !== null && second !== null && second < first) problems.second = 'activation.timeOrder'
  } else {
    if (draft.exception === null) problems.exception = 'activation.exceptionMissing'
    if (draft.firstBeforeException !== '') first = read('firstBeforeException')
  }
  const { trigger, effect } = draft
  if (trigger === null) problems.trigger = 'activation.triggerMissing'
  if (effect === null) problems.effect = 'activation.effectMissing'
  if (trigger === null || effect === null || Object.keys(problems).length > 0) return { problems }
  return {
    record: {
      firstWarningAt: first?.toISOString() ?? null,
      secondWarningAt: second?.toISOString() ?? null,
      exception: isWarned ? null : draft.exception,
      trigger,
      effect,
      note: draft.note.trim(),
    },
  }
}
