import { addPeriod, dayOf } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'

export const quickTimes = ['today', 'shift', 'week'] as const
export type QuickTime = (typeof quickTimes)[number]

/** A shift is at most so long. */
const shiftMs = 12 * 3_600_000

/** The days, where the work is done, that a quick choice names: a shift that began last evening touches two. */
export function daysOf(which: QuickTime, now: Date, timeZone: string): Required<Pick<RecordingFilters, 'from' | 'to'>> {
  const from = {
    today: now,
    shift: new Date(now.getTime() - shiftMs),
    week: addPeriod(now, { days: -6 }, timeZone),
  }[which]
  return { from: dayOf(from, timeZone), to: dayOf(now, timeZone) }
}
