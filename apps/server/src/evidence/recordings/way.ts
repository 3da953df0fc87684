import type { Listed } from './sought.ts'
import { countLists } from './reading.ts'

/** How many there are of something, newest first: all of them, or as many as were looked at, back to a moment. */
export type Measure = Readonly<{ count: number; newest: Date | null; back: Date | null; isAll: boolean }>

/** How recordings are found that have all of what is sought. */
export type Way = Readonly<{
  /** Read newest first, and each recording in it held against the rest; null: the register itself. */
  lead: Listed | null
  /** Read beside it over the same time, since what stands in all of them is found sooner than looked up. */
  beside: readonly Listed[]
  /** Looked up in their index, for each that stands in those. */
  lookedUp: readonly Listed[]
  /** Of so few that are read of the lead, each is held against the rest without more ado. */
  fewRows: number
  /** So many of each list of the lead at first. */
  each: number
}>

/** How many are looked at to tell how rare they are. */
export const enoughToKnow = 1000
/** Of each list, at least so many at once. */
export const fewest = 20
const fewRows = 100

// What was measured of ten million, in rows read in the order of an index: to look one up, and to hold a row of the
// register against a condition.
const lookUp = 12
const registerRow = 30
/** Of more at once the database would not hash the ids, but go through them for each. */
export const mostAtOnce = 60_000

/** What was measured: all recordings, those of the register that may be listed, and those in the lists of each. */
export type Measured = Readonly<{
  all: Measure
  register: Measure
  each: readonly Readonly<{ one: Listed; measure: Measure }>[]
}>

/** The way that reads least to find `limit`, as far as a first look tells. */
export function chooseWay({ all, register, each: measured }: Measured, limit: number): Way {
  const now = Math.max(
    ...[all, register, ...measured.map(({ measure }) => measure)].map(({ newest }) => newest?.getTime() ?? 0),
  )
  const [lead, ...others] = measured
    .map(({ one, measure }) => ({ one, measure, perDay: perDay(measure, now), rarity: rarity(measure, now) }))
    .toSorted((a, b) => a.rarity - b.rarity)
  if (lead === undefined || rarity(register, now) * registerRow < lead.rarity)
    return { lead: null, beside: [], lookedUp: [], fewRows, each: 0 }
  const everyDay = Math.max(perDay(all, now), lead.perDay, Number.EPSILON)
  const share = others.reduce((part, one) => part * Math.min(1, one.perDay / everyDay), 1)
  const wanted = Math.min((3 * limit) / share, mostAtOnce, lead.measure.isAll ? lead.measure.count + 1 : Infinity)
  const isLess = (one: (typeof others)[number]) => one.perDay <= lead.perDay * lookUp * countLists(one.one.lists)
  return {
    lead: lead.one,
    beside: others.filter(isLess).map(({ one }) => one),
    // Of more, the database thinks longer than it looks.
    lookedUp: others
      .filter((one) => !isLess(one) && lookUp * countLists(one.one.lists) <= 2 * registerRow)
      .slice(0, 2)
      .map(({ one }) => one),
    fewRows,
    each: Math.max(fewest, Math.ceil(wanted / countLists(lead.one.lists))),
  }
}

const dayMs = 86_400_000

const perDay = ({ count, back }: Measure, now: number) => (count * dayMs) / Math.max(1, now - (back?.getTime() ?? 0))

/** Few at all come first, then few a day. */
function rarity(measure: Measure, now: number): number {
  const { count, isAll } = measure
  return isAll && count <= enoughToKnow ? count / (enoughToKnow * enoughToKnow) : perDay(measure, now)
}
