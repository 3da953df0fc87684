/** A day of a calendar month and how many recordings are erased on it; null pads the first week. */
export type CalendarDay = Readonly<{ on: string; recordings: number }>
export type CalendarMonth = Readonly<{
  month: string
  recordings: number
  weeks: readonly (readonly (CalendarDay | null)[])[]
}>

const dayMs = 86_400_000

/**
 * The months from the one of `today` to the last with an erasure, whole, in weeks that begin on Monday. Days are counted
 * in UTC, as the names of days that they are.
 */
export function monthsOf(erasures: readonly CalendarDay[], today: string): CalendarMonth[] {
  const counts = new Map(erasures.map(({ on, recordings }) => [on, recordings]))
  const last = [today, ...counts.keys()].toSorted().at(-1) ?? today
  const months: CalendarMonth[] = []
  for (let month = today.slice(0, 7); month <= last.slice(0, 7); month = nextMonth(month))
    months.push(monthOf(month, counts))
  return months
}

function nextMonth(month: string): string {
  const next = new Date(`${month}-01T00:00:00Z`)
  next.setUTCMonth(next.getUTCMonth() + 1)
  return next.toISOString().slice(0, 7)
}

function monthOf(month: string, counts: ReadonlyMap<string, number>): CalendarMonth {
  const first = new Date(`${month}-01T00:00:00Z`)
  const cells: (CalendarDay | null)[] = Array.from({ length: (first.getUTCDay() + 6) % 7 }, () => null)
  for (let day = first.getTime(); ; day += dayMs) {
    const on = new Date(day).toISOString().slice(0, 10)
    if (!on.startsWith(month)) break
    cells.push({ on, recordings: counts.get(on) ?? 0 })
  }
  while (cells.length % 7 !== 0) cells.push(null)
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7))
  return { month, recordings: cells.reduce((sum, cell) => sum + (cell?.recordings ?? 0), 0), weeks }
}
