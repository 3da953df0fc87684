import type { ClockDrift } from '@getuige/contract'

export type RecordedAt = Readonly<{ recordedAt: Date; recordedAtFrom: 'file' | 'receipt' }>

const aheadMs = 5 * 60_000

/**
 * Decide when a recording was made: as the file says, unless its clock cannot be right. A moment after receipt is no
 * moment of recording. Nor is one whose period would be over already: cameras whose battery died believe in 1970, and a
 * wrong clock must not erase evidence on arrival. Then the period runs from receipt, and screens say so.
 */
export function decideRecordedAt(claimed: Date | null, receivedAt: Date, dueAtIfClaimed: Date | null): RecordedAt {
  const isPlausible =
    claimed !== null &&
    dueAtIfClaimed !== null &&
    claimed.getTime() <= receivedAt.getTime() + aheadMs &&
    dueAtIfClaimed > receivedAt
  return isPlausible
    ? { recordedAt: claimed, recordedAtFrom: 'file' }
    : { recordedAt: receivedAt, recordedAtFrom: 'receipt' }
}

/**
 * True for a name that reads differently from what it is: with controls of the direction of writing, behind which
 * `gpj.exe` hides, or with other control characters.
 */
export function isMisleading(fileName: string): boolean {
  return /[\p{Cc}\p{Bidi_Control}]/u.test(fileName)
}

/**
 * How far the clock of a camera was from that of its dock, ahead being positive. Null when neither was told; undefined when
 * only one was.
 */
export function measureDrift({
  cameraClock,
  dockClock,
}: Readonly<{ cameraClock?: string | undefined; dockClock?: string | undefined }>): ClockDrift | null | undefined {
  if (cameraClock === undefined && dockClock === undefined) return null
  if (cameraClock === undefined || dockClock === undefined) return undefined
  return { ms: Date.parse(cameraClock) - Date.parse(dockClock), against: 'dock', measuredAt: dockClock }
}
