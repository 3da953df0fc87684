import { addPeriod, type Day, dayOf } from '@getuige/base'
import type { outlierRules } from '@getuige/contract'

export type OutlierRule = (typeof outlierRules)[number]

/** What outliers and refusals are counted over. */
export const daysLookedAt = 28
export const weeksShown = 12
/** A hold, or a role, that nobody touched for so long is worth a question. */
export const untouchedDays = 90

/**
 * The numbers of each rule. They are about accesses: none compares people, and none says that anything was wrong. At
 * night: begun from one hour until the other, where the corps is. Shortly before erasure: at most so many hours. Many:
 * so many or more by one sign-on of the log within an hour.
 */
export const outlierNumbers = {
  'at-night': { fromHour: 22, toHour: 6 },
  'same-recording-often': { times: 5 },
  'own-recording': {},
  'shortly-before-erasure': { hours: 72 },
  'many-in-an-hour': { times: 10 },
  'reason-says-nothing': {},
} as const satisfies Record<OutlierRule, Readonly<Record<string, number>>>

/** The Mondays of the weeks up to that of `now`, oldest first. */
export function mondaysUntil(now: Date, weeks: number, timeZone: string): Day[] {
  const today = new Date(`${dayOf(now, timeZone)}T12:00:00Z`)
  const back = (today.getUTCDay() + 6) % 7
  return Array.from({ length: weeks }, (_, i) => {
    return addPeriod(today, { days: -back - 7 * (weeks - 1 - i) }, 'UTC')
      .toISOString()
      .slice(0, 10)
  })
}

/**
 * What a count would be by chance if nothing changed: the mean of `counts` and two deviations of a Poisson count to both
 * sides. From none there is nothing to tell.
 */
export function usualRange(counts: readonly number[]): { from: number; to: number } {
  if (counts.length === 0) return { from: 0, to: 0 }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const spread = 2 * Math.sqrt(mean)
  return { from: Math.max(0, Math.floor(mean - spread)), to: Math.ceil(mean + spread) }
}

/** Whether the last full week lies outside of what those before it give. The week that runs counts for nothing. */
export function judgeWeeks(counts: readonly number[]): { usual: { from: number; to: number }; isUnusual: boolean } {
  const full = counts.slice(0, -1)
  const last = full.at(-1)
  const usual = usualRange(full.slice(0, -1))
  return { usual, isUnusual: last !== undefined && full.length > 1 && (last < usual.from || last > usual.to) }
}
