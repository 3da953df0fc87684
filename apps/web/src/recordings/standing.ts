import type { Hold, RecordingRow } from '@getuige/contract'
import type { Shape, Tone } from '@getuige/ui'
import { formatList } from '../messages/formats.ts'
import { type MessageKey, t } from '../messages/translate.ts'

export type Mark = Readonly<{ shape: Shape; tone: Tone; word: MessageKey }>

/** From this many days on, a recording is due soon; as the filter of the contract says. */
const soonDays = 7

type Standing = Pick<RecordingRow, 'state' | 'isDamaged'> & {
  media: Pick<RecordingRow['media'], 'durationMs' | 'damage' | 'playable' | 'hasStoryboard' | 'rendition'>
  keptUntil: Pick<RecordingRow['keptUntil'], 'because' | 'daysLeft'>
}

/**
 * What to say of a recording at a glance, most pressing first: erased alone; else held or due, then what can be seen of
 * it. A recording that is simply viewable has that one mark.
 */
export function marksOf({ state, media, isDamaged, keptUntil }: Standing): readonly Mark[] {
  if (state === 'erased') return [{ shape: 'ring', tone: 'muted', word: 'recordings.state.erased' }]
  if (state === 'erasing') return [{ shape: 'ring', tone: 'muted', word: 'recordings.state.erasing' }]
  const marks: Mark[] = []
  if (keptUntil.because === 'held') marks.push({ shape: 'diamond', tone: 'held', word: 'recordings.state.held' })
  else if (keptUntil.because === 'period-over') {
    marks.push({ shape: 'quarter', tone: 'loss', word: 'recordings.state.due-now' })
  } else if (keptUntil.daysLeft <= soonDays) {
    marks.push({ shape: 'quarter', tone: 'neutral', word: 'recordings.state.due-soon' })
  }
  if (isDamaged) marks.push({ shape: 'triangle', tone: 'loss', word: 'recordings.state.bytes-damaged' })
  else if (media.damage !== 'none') marks.push({ shape: 'triangle', tone: 'loss', word: 'recordings.state.damaged' })
  else if (media.playable === null || media.rendition === 'making')
    marks.push({ shape: 'dotted', tone: 'muted', word: 'recordings.state.waiting' })
  else if (!media.playable) marks.push({ shape: 'triangle', tone: 'loss', word: 'recordings.state.not-decodable' })
  else if (marks.length === 0) marks.push({ shape: 'disc', tone: 'accent', word: 'recordings.state.viewable' })
  return marks
}

const forKind = {
  report: 'recordings.forReport',
  complaint: 'recordings.forComplaint',
  'judicial-procedure': 'recordings.forProcedure',
} as const satisfies Record<Hold['kind'], MessageKey>

/** "report 2026-118", in the person's language. */
export function sayHeldFor({ kind, number }: Readonly<{ kind: Hold['kind']; number: string }>): string {
  return t(forKind[kind], { number })
}

/** Everything a recording is held for, as one phrase; empty when there is no hold. */
export function sayHolds(holds: readonly Hold[]): string {
  return formatList(holds.map(sayHeldFor))
}
