import type { RecordingId } from '@getuige/base'
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Reader } from '#platform/database'
import { all, type ListPosition, type ListQuery, matches, matchesReach, matchesShow, type Show } from './query.ts'
import { countLists, isRead, readMet, readNewest, standsIn, type Stretch } from './reading.ts'
import { isListed, type Listed, seekHeld, type Sought } from './sought.ts'
import { type chooseWay, enoughToKnow, fewest, type Measure, mostAtOnce, type Way } from './way.ts'

type Sql = RawBuilder<unknown>

/** What is looked for, and how much of it. */
export type Asked = Readonly<{
  query: ListQuery
  sought: readonly Sought[]
  show: Show
  after?: ListPosition | undefined
  limit: number
  /** To be answered of each. */
  columns: readonly Sql[]
  /** When to give up: throws `TookTooLong`. */
  until?: number
}>
type Found = Readonly<{ recorded_at: Date; id: RecordingId }>
export type ChooseWay = typeof chooseWay

/** The recordings that are sought, newest first. */
export async function findMatching<Columns>(db: Reader, choose: ChooseWay, asked: Asked): Promise<(Found & Columns)[]> {
  const { query, show } = asked
  const sought = show === 'held' && asked.sought.length > 0 ? [seekHeld(query.corpsId), ...asked.sought] : asked.sought
  const way = await findWay(db, choose, { ...asked, sought })
  const wanted = all([...matches(show, query), ...sought.map(({ holds }) => holds)])
  return way.lead === null
    ? findInRegister(db, wanted, asked)
    : findInLists(db, wanted, asked, { ...way, lead: way.lead })
}

/** Of more, measuring takes longer than it saves. */
const mostMeasured = 6

async function findWay(db: Reader, choose: ChooseWay, { query, sought, show, limit }: Asked): Promise<Way> {
  const listed = sought.filter(isListed).slice(0, mostMeasured)
  if (listed.length === 0) return { lead: null, beside: [], lookedUp: [], fewRows: 0, each: 0 }
  const measure = (which: number, isAll: Sql, rows: Sql) => sql`select ${sql.lit(which)} as which, count(*) as count,
    max(recorded_at) as newest, min(recorded_at) as back, ${isAll} as is_all from ${rows}`
  const ofRegister = (conditions: readonly Expression<SqlBool>[]) => sql`(select recording.recorded_at from recording
    where ${all(conditions)} order by recording.recorded_at desc, recording.id desc limit ${enoughToKnow}) as its`
  const isAll = sql`count(*) < ${enoughToKnow}`
  const { corpsId, between } = query
  const measures = [
    sql`(${measure(0, isAll, ofRegister(matchesReach({ corpsId, between, visible: sql`true` })))})`,
    sql`(${measure(1, isAll, ofRegister([...matchesReach(query), matchesShow(show, query)]))})`,
    ...listed.map(({ lists }, i) => {
      const each = Math.max(fewest, Math.ceil(enoughToKnow / countLists(lists)))
      return sql`(with ${readNewest(lists, query, each)} ${measure(
        i + 2,
        sql`bool_and(horizon.at is null)`,
        sql`candidate join horizon on ${isRead}`,
      )})`
    }),
  ]
  const { rows } = await sql<{
    which: number
    count: number
    newest: Date | null
    back: Date | null
    is_all: boolean | null
  }>`${sql.join(measures, sql` union all `)}`.execute(db)
  const measureOf = (which: number): Measure => {
    const row = rows.find((one) => one.which === which)
    return { count: row?.count ?? 0, newest: row?.newest ?? null, back: row?.back ?? null, isAll: row?.is_all ?? true }
  }
  const each = listed.map((one, i) => ({ one, measure: measureOf(i + 2) }))
  return choose({ all: measureOf(0), register: measureOf(1), each }, limit)
}

async function findInRegister<Columns>(
  db: Reader,
  wanted: Expression<SqlBool>,
  { after, limit, columns }: Asked,
): Promise<(Found & Columns)[]> {
  const from =
    after === undefined ? sql`true` : sql`(recording.recorded_at, recording.id) < (${after.recordedAt}, ${after.id})`
  const { rows } = await sql<Found & Columns>`
    select ${sql.join([sql`recording.recorded_at`, sql`recording.id`, ...columns])} from recording
    where ${wanted} and ${from} order by recording.recorded_at desc, recording.id desc limit ${limit}`.execute(db)
  return rows
}

/** What stands in the lead and in as many of the lists beside it. */
const met = (count: number) => sql.ref(`met${count}`)

/**
 * What stands in the lists of the lead and in those beside it, over a time that reaches further back until enough is
 * found. Each is held against the rest one by one, in their order, the limit of one keeping each to a look at an index.
 */
async function findInLists<Columns>(
  db: Reader,
  wanted: Expression<SqlBool>,
  { query, after, limit, columns, until = Infinity }: Asked,
  way: Way & Readonly<{ lead: Listed }>,
): Promise<(Found & Columns)[]> {
  const found: (Found & Columns)[] = []
  const lookedUp = way.lookedUp.map(
    ({ lists }, i) =>
      sql` cross join lateral ${standsIn(lists, { recordedAt: sql`met.recorded_at`, id: sql`met.recording_id` })} as ${sql.ref(`looked ${i}`)}`,
  )
  const lists = countLists(way.lead.lists)
  let stretch: Stretch = { ...query, after }
  for (let { each } = way; ;) {
    if (performance.now() > until) throw new TookTooLong()
    const isMet = each * lists > way.fewRows
    const beside = isMet ? way.beside : []
    const { rows } = await sql<{ horizon: Date | null } & (Found | { id: null }) & Columns>`
      with ${sql.join([
        readNewest(way.lead.lists, stretch, each),
        sql`met0 as materialized (select recorded_at, recording_id from candidate join horizon on ${isRead})`,
        sql`span as materialized (select min(recorded_at) as back, max(recorded_at) as front from met0)`,
        ...beside.map((one, i) => sql`${met(i + 1)} as materialized (${readMet(one.lists, stretch, met(i))})`),
      ])}
      select horizon.at as horizon, found.* from horizon left join (
        select its.recorded_at, its.recording_id as id, one.* from (
          select met.* from (
            select distinct recorded_at, recording_id from ${met(beside.length)}
            order by recorded_at desc, recording_id desc
          ) as met${isMet ? sql.join(lookedUp, sql``) : sql``} order by met.recorded_at desc, met.recording_id desc offset 0
        ) as its cross join lateral (
          select ${columns.length === 0 ? sql`` : sql.join(columns)} from recording
          where recording.id = its.recording_id and ${wanted} limit 1
        ) as one
        order by its.recorded_at desc, its.recording_id desc limit ${limit - found.length}
      ) as found on true order by found.recorded_at desc, found.id desc`.execute(db)
    const before = found.length
    for (const row of rows) if (row.id !== null) found.push(row)
    const horizon = rows[0]?.horizon ?? null
    if (found.length >= limit || horizon === null) return found
    // As much again as holds what is still wanted, if it goes on like this; more where all were of one instant.
    const isStuck = stretch.backFrom?.getTime() === horizon.getTime()
    const grow = Math.min(4, Math.max(1.2, (1.5 * (limit - found.length)) / (found.length - before)))
    each = isStuck ? each * 4 : Math.max(each, Math.min(Math.ceil(each * grow), Math.ceil(mostAtOnce / lists)))
    stretch = { ...stretch, backFrom: horizon }
  }
}

export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}
