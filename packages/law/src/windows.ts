import { type Day, dayOf, type Period, startOfDay } from '@getuige/base'

const dayMs = 24 * 60 * 60 * 1000

/** The day a calendar period after `day`. A day that the month lacks becomes its last one. */
export function addToDay(day: Day, period: Period): Day {
  const [year = Number.NaN, month = Number.NaN, dayOfMonth = Number.NaN] = day.split('-').map(Number)
  const months = month - 1 + (period.months ?? 0)
  const lastOfMonth = new Date(Date.UTC(year, months + 1, 0)).getUTCDate()
  return writeDay(Date.UTC(year, months, Math.min(dayOfMonth, lastOfMonth) + (period.days ?? 0)))
}

const writeDay = (ms: number): Day => new Date(ms).toISOString().slice(0, 10)

const sameDays = (period: Period): number => (period.months ?? 0) * 31 + (period.days ?? 0)

/** Whether `a`, from whatever day it runs, never ends after `b` does. One month is no longer than 31 days, yet not than 30. */
export function isNeverLonger(a: Period, b: Period): boolean {
  const [firstDay, days] = [Date.UTC(2024, 0, 1), 1461] // four years, a leap day among them
  for (let from = 0; from < days; from += 1) {
    const day = writeDay(firstDay + from * dayMs)
    if (addToDay(day, a) > addToDay(day, b)) return false
  }
  return true
}

/**
 * The instant from which recordings are still within all of `periods` at `now`: a period is counted in whole calendar
 * days of the time zone from the day of recording, and ends with its last day. What was recorded at that instant or later
 * is within, so one comparison decides, here and in a query.
 */
export function cutOffOf(periods: readonly Period[], timeZone: string, now: Date): Date {
  const today = dayOf(now, timeZone)
  const first = periods.map((period) => firstDayWithin(period, today)).reduce((a, b) => (a > b ? a : b))
  return startOfDay(first, timeZone)
}

/** The earliest day from which `period` has not ended before `today`. */
function firstDayWithin(period: Period, today: Day): Day {
  // Surely too early: no month has more than 31 days. Ends of months do not run evenly, so the days are tried.
  let from = Date.parse(today) - sameDays(period) * dayMs
  while (addToDay(writeDay(from), period) < today) from += dayMs
  return writeDay(from)
}

type Known = Readonly<{ fromMs: number; untilMs: number; cutOff: Date }>

/** `cutOffOf` that remembers the day it was last asked for: cut-offs move at midnight. */
export function rememberCutOff(periods: readonly Period[], timeZone: string): (now: Date) => Date {
  let known: Known = { fromMs: 0, untilMs: 0, cutOff: new Date(0) }
  return (now) => {
    const nowMs = now.getTime()
    if (nowMs < known.fromMs || nowMs >= known.untilMs) {
      const today = dayOf(now, timeZone)
      known = {
        fromMs: startOfDay(today, timeZone).getTime(),
        untilMs: startOfDay(addToDay(today, { days: 1 }), timeZone).getTime(),
        cutOff: cutOffOf(periods, timeZone, now),
      }
    }
    return known.cutOff
  }
}
