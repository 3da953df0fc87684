import {
  emergencyVerdict,
  approvedAct,
  approval,
  activationRecord,
  activationStanding,
  holdKind,
  permission,
  type PurposeChoice,
  type TrailEntry,
  vaultObjects,
  words,
} from '@getuige/contract'
import { z } from 'zod'
import { sayShown } from '../approvals/shown.ts'
import { formatBytes, formatDay, formatDuration, formatInstant, formatList, formatNumber } from '../messages/formats.ts'
import { type MessageKey, say, t } from '../messages/translate.ts'

/** One line of what an entry carries. `isCode`: an id or a digest, to be compared letter by letter. */
export type DetailLine = Readonly<{ name: string; value: string; isCode: boolean }>

/** The details that have a name in words; what a later version adds is shown under the name it has in the log. */
export const namedDetails = [
  'act',
  'againstId',
  'approvalId',
  'approvedBy',
  'askedBy',
  'atMs',
  'because',
  'beforeMs',
  'brokenBy',
  'cameraId',
  'confirmReason',
  'confirmedAs',
  'container',
  'correctionId',
  'court',
  'damage',
  'decidedOn',
  'documentSha256',
  'dueAt',
  'dueOn',
  'dueOnBefore',
  'durationMs',
  'effect',
  'emergencyId',
  'encryptedFor',
  'endedAt',
  'endsAt',
  'endsHolds',
  'erasedAt',
  'exception',
  'expiresAt',
  'firstWarningAt',
  'format',
  'from',
  'grantId',
  'holdId',
  'holdsLeft',
  'isLate',
  'isOnPaper',
  'isReferenceAsExpected',
  'justifyByAt',
  'keyDestroyed',
  'keyWrappedBy',
  'kind',
  'law',
  'lawBefore',
  'lawPackId',
  'legalBasis',
  'madeBy',
  'magistrate',
  'mandateId',
  'markerId',
  'method',
  'name',
  'note',
  'noteBefore',
  'number',
  'object',
  'objectsRemoved',
  'offsetMs',
  'openUntilAt',
  'openedBy',
  'orderNumber',
  'packageId',
  'payloadSha256',
  'personId',
  'personIds',
  'playable',
  'purpose',
  'recipient',
  'recordedAt',
  'recordedAtFrom',
  'recordedBy',
  'reference',
  'requestId',
  'ruleId',
  'ruleIds',
  'secondWarningAt',
  'sha256',
  'shown',
  'sizeBytes',
  'standing',
  'storyboard',
  'toMs',
  'trigger',
  'untilOn',
  'verdict',
  'viewingId',
  'wearerId',
  'what',
] as const satisfies readonly (MessageKey extends infer Key
  ? Key extends `recordings.detail.${infer Name}`
    ? Name
    : never
  : never)[]

const sealedFor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('age'), recipient: z.string() }),
  z.object({ kind: z.literal('certificate'), name: z.string() }),
])

const prose: ReadonlySet<string> = new Set(['format', 'note', 'noteBefore', 'number', 'recipient', 'reference'])

/**
 * What an entry of the trail carries, in words, in the order of the entry. The reason stands in its sentence already.
 * A value that is not of the kind its name promises is shown as it stands in the log, never left out.
 */
export function sayDetails(details: TrailEntry['details'], purposes: readonly PurposeChoice[]): readonly DetailLine[] {
  return Object.entries(details)
    .filter(([name, value]) => name !== 'reason' && value !== null && value !== '' && !isEmptyList(value))
    .map(([key, value]) => {
      const known = namedDetails.find((name) => name === key)
      const name = known === undefined ? key : t(`recordings.detail.${known}`)
      const text = sayValue(key, value, purposes)
      if (text !== null) return { name, value: text, isCode: false }
      return { name, value: typeof value === 'object' ? JSON.stringify(value) : String(value), isCode: true }
    })
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0

const openings = z.array(
  z.object({ kind: z.enum(['assignment', 'mandate', 'emergency']), reference: z.string().nullable() }),
)

/** Null for what has no words. */
function sayValue(name: string, value: unknown, purposes: readonly PurposeChoice[]): string | null {
  if (typeof value === 'boolean') return t(value ? 'recordings.yes' : 'recordings.no')
  if (typeof value === 'number') {
    if (name === 'sizeBytes') return formatBytes(value)
    if (name === 'durationMs' || name === 'atMs' || name === 'toMs') return formatDuration(value)
    return formatNumber(value)
  }
  if (name === 'encryptedFor') return sayRecipient(value)
  if (name === 'openedBy') return sayOpenings(value)
  if (name === 'because') return sayBecause(value)
  if (typeof value !== 'string') {
    const inWords = words.safeParse(value)
    return inWords.success ? say(inWords.data) : name === 'shown' ? sayAllShown(value) : sayPerson(value)
  }
  if (name === 'act') return wordOf(approvedAct.options, value, (act) => t(`approvals.act.${act}`))
  if (name === 'verdict') return wordOf(emergencyVerdict.options, value, (one) => t(`emergency.verdict.${one}`))
  if (prose.has(name)) return value
  if (name.endsWith('On') && !Number.isNaN(Date.parse(value))) return formatDay(value)
  if (name.endsWith('At') && !Number.isNaN(Date.parse(value))) return formatInstant(value, 'second')
  if (name === 'purpose') {
    const purpose = purposes.find((choice) => choice.id === value)
    return purpose === undefined ? null : say(purpose.label)
  }
  if (name === 'kind') return wordOf(holdKind.options, value, (kind) => t(`recordings.holdKind.${kind}`))
  if (name === 'standing') {
    return wordOf(activationStanding.options, value, (standing) => t(`recordings.activation.${standing}`))
  }
  if (name === 'effect') {
    return wordOf(activationRecord.shape.effect.options, value, (effect) => t(`recordings.effect.${effect}`))
  }
  if (name === 'damage') {
    return wordOf(['none', 'no-index', 'truncated', 'unreadable'] as const, value, (damage) =>
      t(`recordings.damage.${damage}`),
    )
  }
  if (name === 'object') {
    const object = typeof value === 'string' && value.startsWith('sidecar/') ? 'sidecar' : value
    return wordOf(vaultObjects, object, (kind) => t(`custody.object.${kind}`))
  }
  if (name === 'what') {
    return wordOf(['missing', 'truncated', 'altered'] as const, value, (what) => t(`custody.damage.${what}`))
  }
  if (name === 'from') {
    return wordOf(['itself', 'version', 'other-store'] as const, value, (from) => t(`recordings.restoredFrom.${from}`))
  }
  if (name === 'recordedAtFrom') {
    return wordOf(['file', 'receipt'] as const, value, (from) =>
      t(from === 'file' ? 'recordings.timeFromFile' : 'recordings.timeFromReceipt'),
    )
  }
  return null
}

const somebody = z.object({ name: z.string(), title: z.string() })

/** Somebody as they were at the time. */
function sayPerson(value: unknown): string | null {
  const person = somebody.safeParse(value)
  if (!person.success) return null
  return [person.data.name, person.data.title].filter((part) => part !== '').join(', ')
}

/** What an approver judged by. */
function sayAllShown(value: unknown): string | null {
  const shown = approval.shape.shown.safeParse(value)
  if (!shown.success) return null
  return sayShown(shown.data)
    .map((line) => `${line.name}: ${line.value}`)
    .join(' · ')
}

function sayOpenings(value: unknown): string | null {
  const parsed = openings.safeParse(value)
  if (!parsed.success) return null
  return formatList(
    parsed.data.map(({ kind, reference }) =>
      [t(`recordings.openedBy.${kind}`), ...(reference === null ? [] : [reference])].join(' '),
    ),
  )
}

/** Why an act was refused, or a viewing is over. */
function sayBecause(value: unknown): string | null {
  const refusal = permission.options[1].shape.because.safeParse(value)
  if (refusal.success) return t(`errors.permission.${refusal.data}`)
  return typeof value === 'string'
    ? wordOf(['idle', 'by-hand', 'hour-over'] as const, value, (end) => t(`recordings.endedBecause.${end}`))
    : null
}

/** An age recipient as it is, the holder of a certificate by name. */
function sayRecipient(value: unknown): string | null {
  const parsed = sealedFor.safeParse(value)
  if (!parsed.success) return null
  return parsed.data.kind === 'age' ? parsed.data.recipient : parsed.data.name
}

function wordOf<Word extends string>(of: readonly Word[], value: string, say: (word: Word) => string): string | null {
  const word = of.find((one) => one === value)
  return word === undefined ? null : say(word)
}
