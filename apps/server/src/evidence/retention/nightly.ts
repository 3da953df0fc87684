import { addPeriod, dayOf, instantOf } from '@getuige/base'

/** When the nightly run begins, where the corps is. */
export const nightly = { hour: 3, minute: 15, timeZone: 'Europe/Amsterdam' } as const

export function findNextRun(now: Date): Date {
  const { hour, minute, timeZone } = nightly
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`
  const today = instantOf(dayOf(now, timeZone), time, timeZone)
  return today > now ? today : addPeriod(today, { days: 1 }, timeZone)
}
