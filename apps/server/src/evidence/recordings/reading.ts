import { type RawBuilder, sql } from 'kysely'
import { beganWithin, type Between } from './query.ts'
import type { Lists } from './sought.ts'

/** Between which instants, and from which place in the list on. */
export type Stretch = Readonly<{
  between?: Between | undefined
  /** Those of this instant belong to it. */
  backFrom?: Date | undefined
  after?: Readonly<{ recordedAt: Date; id: string }> | undefined
}>

type Sql = RawBuilder<unknown>

/** How many lists there are; at least one, so that what is read can be shared among them. */
export const countLists = (lists: readonly Lists[]): number =>
  Math.max(
    1,
    lists.reduce((sum, { rows }) => sum + countOf(rows), 0),
  )

const countOf = (rows: Lists['rows']): number => (typeof rows === 'string' ? 1 : rows.values.length)

/**
 * The newest of what stands in the lists: rows `list, recorded_at, recording_id` of a table `candidate`, of each list
 * `each` at most; and the instant that all of `candidate` after it are all there are, in `horizon`: null when they are
 * all there are at all.
 */
export function readNewest(lists: readonly Lists[], stretch: Stretch, each: number): Sql {
  const newestFirst = (id: Sql) => sql`order by t.recorded_at desc, ${id} desc limit ${each}`
  let first = 0
  const read = lists.map(({ from, match, id, rows }) => {
    const where = sql`${match} and ${within(stretch, id)}`
    const row = sql`t.recorded_at, ${id} as recording_id`
    if (rows === 'few') return sql`(select null::int as list, ${row} from ${from} t where ${where})`
    const before = sql.lit(first)
    first += countOf(rows)
    if (rows === 'in-order')
      return sql`(select ${before}::int as list, ${row} from ${from} t where ${where} ${newestFirst(id)})`
    const keys = sql`unnest(${rows.values}::${sql.raw(rows.type)}[]) with ordinality as its (key, list)`
    return sql`select ${before}::int + its.list::int as list, newest.* from ${keys} cross join lateral (
      select ${row} from ${from} t where ${where} and ${rows.column} = its.key ${newestFirst(id)}) as newest`
  })
  return sql`candidate as materialized (${sql.join(read, sql` union all `)}),
    horizon as materialized (select max(back) as at from (
      select min(recorded_at) as back from candidate where list is not null group by list having count(*) >= ${each}) as cut)`
}

/** Which of `candidate` are of the time that was read to its end. */
export const isRead = sql`(horizon.at is null or candidate.recorded_at > horizon.at)`

/**
 * Those of a table `met` that stand in the lists as well, all within the instants `back` and `front` of a table `span`.
 * Not a join: whatever the planner thinks of how many there are, their ids are hashed once and what is read is held
 * against them.
 */
export function readMet(lists: readonly Lists[], stretch: Stretch, met: Sql): Sql {
  const read = lists.map(({ from, match, id, rows }) => {
    return sql`select t.recorded_at, ${id} as recording_id from ${from} t
      where ${match} and ${isAmong(rows)} and ${within(stretch, id)}
        and t.recorded_at >= (select back from span) and t.recorded_at <= (select front from span)
        and (${id} in (select recording_id from ${met})) is true`
  })
  return sql.join(read, sql` union all `)
}

/** Whether one recording stands in the lists, as a look at their index for each. */
export function standsIn(lists: readonly Lists[], recording: Readonly<{ recordedAt: Sql; id: Sql }>): Sql {
  const looks = lists.map(({ from, match, id, rows }) => {
    return sql`(select from ${from} t
      where ${match} and ${isAmong(rows)} and t.recorded_at = ${recording.recordedAt} and ${id} = ${recording.id} limit 1)`
  })
  return sql`(select from (${sql.join(looks, sql` union all `)}) as looked limit 1)`
}

const isAmong = (rows: Lists['rows']): Sql =>
  typeof rows === 'string' ? sql`true` : sql`${rows.column} = any(${rows.values}::${sql.raw(rows.type)}[])`

function within({ between = {}, backFrom, after }: Stretch, id: Sql): Sql {
  const all = [
    ...beganWithin(sql`t.recorded_at`, between),
    ...(backFrom === undefined ? [] : [sql`t.recorded_at <= ${backFrom}`]),
    ...(after === undefined ? [] : [sql`(t.recorded_at, ${id}) < (${after.recordedAt}, ${after.id})`]),
  ]
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `)
}
