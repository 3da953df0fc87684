import type { CameraId, CorpsId, PersonId, RecordingId } from '@getuige/base'
import { countedUpTo, type RecordingFilters } from '@getuige/contract'
import { type Expression, type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Reader, Tables } from '#platform/database'
import { countLists, isRead, readMet, readNewest, standsIn, type Stretch } from './reading.ts'
import { isListed, type Listed, type Readable, seekHeld, type Sought, understand } from './sought.ts'
import { type ListedRecording, toRecording } from './store.ts'
import { type chooseWay, enoughToKnow, fewest, type Measure, mostAtOnce, type Way } from './way.ts'

/** Where a page begins: after this recording, in the order of the list. */
export type ListPosition = Readonly<{ recordedAt: Date; id: string }>

export type ListQuery = Readonly<{
  corpsId: CorpsId
  /** What whoever asks may know of: a condition on rows of `recording`. */
  visible: Expression<SqlBool>
  readable: Readable
  filters: RecordingFilters
  /** Those whose stored bytes are not what was received; normally none. */
  damagedIds?: readonly RecordingId[]
  /** Bounds of the days that the filters name, in the time zone of the corps. */
  fromAt?: Date | undefined
  untilAt?: Date | undefined
  /** Before this instant a recording that is due counts as due soon. */
  dueSoonBefore: Date
}>

type Sql = RawBuilder<unknown>
type Show = NonNullable<RecordingFilters['show']>

const shows = ['all', 'viewable', 'held', 'due-soon', 'damaged', 'waiting', 'erased'] as const
/** Null: not known, since counting took too long. */
export type ShowCounts = Readonly<Record<Show, number | null>>

const all = (conditions: readonly Expression<SqlBool>[]) => sql<SqlBool>`(${sql.join(conditions, sql` and `)})`

function matchesShow(show: Show, { damagedIds = [], dueSoonBefore }: ListQuery): RawBuilder<SqlBool> {
  const isKept = sql<SqlBool>`recording.state in ('stored', 'viewable')`
  switch (show) {
    case 'all':
      return isKept
    case 'viewable':
      return sql`(recording.state = 'viewable' and recording.playable)`
    case 'held':
      return all([sql<SqlBool>`recording.is_held`, isKept])
    case 'due-soon':
      return all([sql<SqlBool>`not recording.is_held and recording.due_at < ${dueSoonBefore}`, isKept])
    case 'damaged': {
      const since = damagedIds.length === 0 ? sql`` : sql` or recording.id = any(${damagedIds}::text[])`
      return all([sql<SqlBool>`(recording.damage <> 'none'${since})`, isKept])
    }
    case 'waiting':
      // As the index of these has it.
      return sql`(recording.state = 'stored' or (recording.state = 'viewable' and recording.rendition = 'making'))`
    case 'erased':
      return sql`recording.state in ('erasing', 'erased')`
  }
}

/** Those that may be listed at all, between the days that are asked for. */
function matchesReach({
  corpsId,
  visible,
  fromAt,
  untilAt,
}: Pick<ListQuery, 'corpsId' | 'visible' | 'fromAt' | 'untilAt'>): Expression<SqlBool>[] {
  return [
    sql<SqlBool>`recording.corps_id = ${corpsId}`,
    visible,
    ...(fromAt === undefined ? [] : [sql<SqlBool>`recording.recorded_at >= ${fromAt}`]),
    ...(untilAt === undefined ? [] : [sql<SqlBool>`recording.recorded_at < ${untilAt}`]),
  ]
}

function matchesColumns({ filters: { cameraId, wearerId, activation } }: ListQuery): Expression<SqlBool>[] {
  return [
    ...(cameraId === undefined ? [] : [sql<SqlBool>`recording.camera_id = ${cameraId}`]),
    ...(wearerId === undefined ? [] : [sql<SqlBool>`recording.wearer_id = ${wearerId}`]),
    ...(activation === undefined ? [] : [sql<SqlBool>`recording.activation = ${activation}`]),
  ]
}

const matches = (show: Show, query: ListQuery) => [
  ...matchesReach(query),
  ...matchesColumns(query),
  matchesShow(show, query),
]

type Asked = Readonly<{
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
async function findMatching<Columns>(db: Reader, choose: ChooseWay, asked: Asked): Promise<(Found & Columns)[]> {
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
  const { corpsId, fromAt, untilAt } = query
  const measures = [
    sql`(${measure(0, isAll, ofRegister(matchesReach({ corpsId, fromAt, untilAt, visible: sql`true` })))})`,
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

/** Newest recording first, at most `limit`, from after `after` on. */
export async function listRecordings(
  db: Reader,
  choose: ChooseWay,
  query: ListQuery,
  { after, limit }: Readonly<{ after: ListPosition | undefined; limit: number }>,
): Promise<ListedRecording[]> {
  const sought = await understand(db, query.corpsId, query.filters, query.readable)
  if (sought === undefined) return []
  const show = query.filters.show ?? 'all'
  const found = await findMatching(db, choose, { query, sought, show, after, limit, columns: [] })
  const rows = await db
    .selectFrom('recording')
    .innerJoin('camera as c', 'c.id', 'recording.camera_id')
    .leftJoin('person as w', 'w.id', 'recording.wearer_id')
    .selectAll('recording')
    .select(['c.label as camera_label', 'c.serial as camera_serial', 'w.name as wearer_name'])
    .where(sql<SqlBool>`recording.id = any(${found.map(({ id }) => id)}::text[])`)
    .orderBy('recording.recorded_at', 'desc')
    .orderBy('recording.id', 'desc')
    .execute()
  return rows.map((row) => ({
    ...toRecording(row),
    cameraLabel: row.camera_label,
    cameraSerial: row.camera_serial,
    wearerName: row.wearer_name,
  }))
}

/** Counting is given so long in all, and each count half of what is left of it: one that is slow leaves room for others. */
const countingMs = 1_500

export type CountOptions = Readonly<{ which?: readonly Show[] | undefined; withinMs?: number }>

/**
 * How many each of `which` lists, with the other filters as they are. Counted up to `countedUpTo`; one more stands for
 * any number above, since counting a million rows keeps everybody waiting. What is not counted in time is not known.
 */
export async function countByShow(
  db: Kysely<Tables>,
  choose: ChooseWay,
  query: ListQuery,
  { which = shows, withinMs = countingMs }: CountOptions = {},
): Promise<ShowCounts> {
  const counts: Record<Show, number | null> = {
    all: null,
    viewable: null,
    held: null,
    'due-soon': null,
    damaged: null,
    waiting: null,
    erased: null,
  }
  const until = performance.now() + withinMs
  const inTime = <T>(work: (tx: Reader, until: number) => Promise<T>) => withinTime(db, until, work)
  const understood = await inTime(async (tx) => ({
    sought: await understand(tx, query.corpsId, query.filters, query.readable),
  }))
  if (understood === null) return counts
  const { sought } = understood
  if (sought === undefined) return { all: 0, viewable: 0, held: 0, 'due-soon': 0, damaged: 0, waiting: 0, erased: 0 }
  const chosen = query.filters.show ?? 'all'
  // What somebody looks at first; then what tells of others too.
  const inTurn = which.toSorted((a, b) => Number(b === chosen) - Number(a === chosen))
  for (const show of inTurn) {
    if (counts[show] !== null) continue
    if (sought.length === 0) {
      counts[show] = await inTime((tx) => countOne(tx, query, show))
      continue
    }
    const alsoIn = show === 'all' ? which.filter((also) => also !== 'all' && also !== 'erased') : []
    const found = await inTime((tx, at) => countSought(tx, choose, { query, sought, show, alsoIn, until: at }))
    // Of those that were counted; where there are more of them, which each choice may have, it is counted by itself.
    if (found !== null && (found[show] ?? 0) <= countedUpTo) Object.assign(counts, found)
    else counts[show] = found?.[show] ?? null
  }
  return counts
}

/** Null when it took longer than half of what is left until then. */
async function withinTime<T>(
  db: Kysely<Tables>,
  until: number,
  work: (tx: Reader, until: number) => Promise<T>,
): Promise<T | null> {
  const mayTakeMs = Math.floor((until - performance.now()) / 2)
  if (mayTakeMs < 1) return null
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`select set_config('statement_timeout', ${`${mayTakeMs}`}, true)`.execute(tx)
      return work(tx, performance.now() + mayTakeMs)
    })
  } catch (error) {
    if (error instanceof TookTooLong || isCancelled(error)) return null
    throw error
  }
}

class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}

/** The database says so of a statement that was not done in time. */
const isCancelled = (error: unknown) => error instanceof Error && 'code' in error && error.code === '57014'

/** In one pass over what `show` lists: how many, and how many of those each of `alsoIn` lists. */
async function countSought(
  db: Reader,
  choose: ChooseWay,
  { alsoIn, ...asked }: Readonly<Omit<Asked, 'limit' | 'columns'> & { alsoIn: readonly Show[] }>,
): Promise<Partial<Record<Show, number>>> {
  const { query, show } = asked
  const columns = alsoIn.map((each) => sql`coalesce(${matchesShow(each, query)}, false) as ${sql.ref(`in ${each}`)}`)
  const rows = await findMatching<Record<string, boolean>>(db, choose, { ...asked, limit: countedUpTo + 1, columns })
  const counts: Partial<Record<Show, number>> = { [show]: rows.length }
  for (const also of alsoIn) counts[also] = rows.filter((row) => row[`in ${also}`] === true).length
  return counts
}

/** In the order of an index that has those in front: most of what was ever received is erased. */
async function countOne(db: Reader, query: ListQuery, show: Show): Promise<number> {
  const inOrder = show === 'due-soon' ? sql`recording.due_at desc` : sql`recording.recorded_at desc`
  const its = all(matches(show, query))
  const { rows } = await sql<{ count: number }>`select count(*) from (
    select from recording where ${its} order by ${inOrder} limit ${countedUpTo + 1}) as few`.execute(db)
  return rows[0]?.count ?? 0
}

/** Cameras and wearers of recordings that whoever asks may know of, by label and name. */
export async function listChoices(
  db: Reader,
  corpsId: CorpsId,
  { visible, onlyWornBy }: Pick<ListQuery, 'visible'> & Pick<Readable, 'onlyWornBy'>,
): Promise<{ cameras: { id: CameraId; label: string }[]; wearers: { id: PersonId; name: string }[] }> {
  const known = sql`recording.corps_id = ${corpsId} and ${visible}`
  // The first recording found of each is enough; of one wearer, their recordings are fewer than those of every camera.
  const isNamed = (column: 'camera_id' | 'wearer_id', id: string) =>
    onlyWornBy === undefined
      ? sql<SqlBool>`exists (select from recording where ${sql.ref(column)} = ${sql.ref(id)} and ${known})`
      : sql<SqlBool>`${sql.ref(id)} = any(array(
          select distinct ${sql.ref(column)} from recording where wearer_id = ${onlyWornBy} and ${known}))`
  const cameras = await db
    .selectFrom('camera')
    .select(['id', 'label'])
    .where('corps_id', '=', corpsId)
    .where(isNamed('camera_id', 'camera.id'))
    .orderBy('label')
    .execute()
  const wearers = await db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('corps_id', '=', corpsId)
    .where(isNamed('wearer_id', 'person.id'))
    .orderBy('name')
    .execute()
  return {
    cameras: cameras.map((row) => ({ id: row.id as CameraId, label: row.label })),
    wearers: wearers.map((row) => ({ id: row.id as PersonId, name: row.name })),
  }
}
