import type { CameraId, CorpsId, PersonId, RecordingId } from '@getuige/base'
import { countedUpTo, type RecordingFilters } from '@getuige/contract'
import { type Expression, type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Reader, Tables } from '#platform/database'
import { countLists, type Readable, readLists, type Sought, understand } from './sought.ts'
import { type ListedRecording, toRecording } from './store.ts'

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

/** What an index of the register serves. */
function matchesIndexed({ corpsId, visible, fromAt, untilAt, filters }: ListQuery): Expression<SqlBool>[] {
  const { cameraId, wearerId } = filters
  return [
    sql<SqlBool>`recording.corps_id = ${corpsId}`,
    visible,
    ...(fromAt === undefined ? [] : [sql<SqlBool>`recording.recorded_at >= ${fromAt}`]),
    ...(untilAt === undefined ? [] : [sql<SqlBool>`recording.recorded_at < ${untilAt}`]),
    ...(cameraId === undefined ? [] : [sql<SqlBool>`recording.camera_id = ${cameraId}`]),
    ...(wearerId === undefined ? [] : [sql<SqlBool>`recording.wearer_id = ${wearerId}`]),
  ]
}

function matchesRest({ filters }: ListQuery): Expression<SqlBool>[] {
  const { activation } = filters
  return activation === undefined ? [] : [sql<SqlBool>`recording.activation = ${activation}`]
}

/** How many are looked at to tell how rare they are. */
const enoughToKnow = 1000
/** Of each list, at least so many at once. */
const fewest = 20

type Listed = Sought & Readonly<{ lists: NonNullable<Sought['lists']> }>
type Lead = Readonly<{ by: Listed; others: readonly Sought[] }> | null

const isListed = (one: Sought): one is Listed => one.lists !== null

/** How many there are of something, newest first: all of them, or as many as were looked at, back to a moment. */
type Measure = Readonly<{ which: number; count: number; newest: Date | null; back: Date | null; is_all: boolean }>

/**
 * By which of what is sought the others are found: the rarest, so that few are held against them; null: by what the
 * register itself says.
 */
async function findLead(db: Reader, query: ListQuery, sought: readonly Sought[], show: Show): Promise<Lead> {
  const listed = sought.filter(isListed)
  if (listed.length === 0) return null
  const measure = (which: number, isAll: Sql, rows: Sql) => sql`select ${sql.lit(which)} as which, count(*) as count,
    max(recorded_at) as newest, min(recorded_at) as back, ${isAll} as is_all from (${rows}) as its`
  const ofRegister = sql`select recording.recorded_at from recording
    where ${all([...matchesIndexed(query), matchesShow(show, query)])}
    order by recording.recorded_at desc, recording.id desc limit ${enoughToKnow}`
  const measures = [
    sql`(${measure(0, sql`count(*) < ${enoughToKnow}`, ofRegister)})`,
    ...listed.map(({ lists }, i) => {
      const each = Math.max(fewest, Math.ceil(enoughToKnow / countLists(lists)))
      const { ctes, complete, horizon } = readLists(lists, query, each)
      return sql`(with ${ctes} ${measure(i + 1, sql`not exists (select from ${horizon})`, complete)})`
    }),
  ]
  const { rows } = await sql<Measure>`${sql.join(measures, sql` union all `)}`.execute(db)
  const now = Math.max(...rows.map(({ newest }) => newest?.getTime() ?? 0))
  const [rarest] = rows.toSorted((a, b) => rarity(a, now) - rarity(b, now) || a.which - b.which)
  const by = listed[(rarest?.which ?? 0) - 1]
  return by === undefined ? null : { by, others: sought.filter((one) => one !== by) }
}

const dayMs = 86_400_000

/** Few at all come first, then few a day. */
function rarity({ count, back, is_all: isAll }: Measure, now: number): number {
  if (isAll && count <= enoughToKnow) return count / (enoughToKnow * enoughToKnow)
  return (count * dayMs) / Math.max(1, now - (back?.getTime() ?? 0))
}

type Page = Readonly<{
  lead: Lead
  show: Show
  after?: ListPosition | undefined
  limit: number
  /** To be answered of each. */
  columns: readonly Sql[]
  /** When to give up: throws `TookTooLong`. */
  until?: number
}>
type Found = Readonly<{ recorded_at: Date; id: RecordingId }>

/** The recordings that are sought, newest first. */
async function findMatching<Columns>(
  db: Reader,
  query: ListQuery,
  sought: readonly Sought[],
  page: Page,
): Promise<(Found & Columns)[]> {
  const { lead, show, after, limit, columns, until = Infinity } = page
  const ofRecording = [...matchesIndexed(query), matchesShow(show, query), ...matchesRest(query)]
  if (lead === null) {
    const from =
      after === undefined
        ? []
        : [sql<SqlBool>`(recording.recorded_at, recording.id) < (${after.recordedAt}, ${after.id})`]
    const { rows } = await sql<Found & Columns>`
      select ${sql.join([sql`recording.recorded_at`, sql`recording.id`, ...columns])} from recording
      where ${all([...ofRecording, ...from, ...sought.map(({ holds }) => holds)])}
      order by recording.recorded_at desc, recording.id desc limit ${limit}`.execute(db)
    return rows
  }
  const { by, others } = lead
  const found: (Found & Columns)[] = []
  const wanted = all([...ofRecording, ...by.alsoAsked(sql`its.source`), ...others.map(({ holds }) => holds)])
  let each = Math.max(fewest, Math.ceil((2 * limit) / countLists(by.lists)))
  for (let from = after; ; each *= 4) {
    if (performance.now() > until) throw new TookTooLong()
    const { ctes, complete, horizon } = readLists(by.lists, { ...query, after: from }, each)
    // The limit keeps each candidate to one look at the register, in their order.
    const { rows } = await sql<{ back_at: Date | null; back_id: string | null } & (Found | { id: null }) & Columns>`
      with ${ctes}
      select h.recorded_at as back_at, h.recording_id as back_id, found.*
      from (select) as once left join ${horizon} h on true left join (
        select distinct its.recorded_at, its.recording_id as id, one.*
        from ${complete} as its cross join lateral (
          select ${columns.length === 0 ? sql`` : sql.join(columns)} from recording
          where recording.id = its.recording_id and ${wanted} limit 1
        ) as one
        order by its.recorded_at desc, its.recording_id desc limit ${limit - found.length}
      ) as found on true order by found.recorded_at desc, found.id desc`.execute(db)
    for (const row of rows) if (row.id !== null) found.push(row)
    const [first] = rows
    if (found.length >= limit || first === undefined || first.back_at === null || first.back_id === null) return found
    from = { recordedAt: first.back_at, id: first.back_id }
  }
}

/** Newest recording first, at most `limit`, from after `after` on. */
export async function listRecordings(
  db: Reader,
  query: ListQuery,
  after: ListPosition | undefined,
  limit: number,
): Promise<ListedRecording[]> {
  const sought = await understand(db, query.corpsId, query.filters, query.readable)
  if (sought === undefined) return []
  const show = query.filters.show ?? 'all'
  const lead = await findLead(db, query, sought, show)
  const found = await findMatching(db, query, sought, { lead, show, after, limit, columns: [] })
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
    const found = await inTime((tx, at) => countSought(tx, query, sought, { show, alsoIn, until: at }))
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
  query: ListQuery,
  sought: readonly Sought[],
  { show, alsoIn, until }: Readonly<{ show: Show; alsoIn: readonly Show[]; until: number }>,
): Promise<Partial<Record<Show, number>>> {
  const lead = await findLead(db, query, sought, show)
  const columns = alsoIn.map((each) => sql`coalesce(${matchesShow(each, query)}, false) as ${sql.ref(`in ${each}`)}`)
  const rows = await findMatching<Record<string, boolean>>(db, query, sought, {
    lead,
    show,
    limit: countedUpTo + 1,
    columns,
    until,
  })
  const counts: Partial<Record<Show, number>> = { [show]: rows.length }
  for (const also of alsoIn) counts[also] = rows.filter((row) => row[`in ${also}`] === true).length
  return counts
}

/** In the order of an index that has those in front: most of what was ever received is erased. */
async function countOne(db: Reader, query: ListQuery, show: Show): Promise<number> {
  const inOrder = show === 'due-soon' ? sql`recording.due_at desc` : sql`recording.recorded_at desc`
  const its = all([...matchesIndexed(query), matchesShow(show, query), ...matchesRest(query)])
  const { rows } = await sql<{ count: number }>`select count(*) from (
    select from recording where ${its} order by ${inOrder} limit ${countedUpTo + 1}) as few`.execute(db)
  return rows[0]?.count ?? 0
}

/** Cameras and wearers of recordings that whoever asks may know of, by label and name. */
export async function listFacets(
  db: Reader,
  corpsId: CorpsId,
  visible: Expression<SqlBool>,
): Promise<{ cameras: { id: CameraId; label: string }[]; wearers: { id: PersonId; name: string }[] }> {
  // The first recording found is enough.
  const isNamed = (column: 'camera_id' | 'wearer_id', id: string) =>
    sql<SqlBool>`exists (select 1 from recording where recording.corps_id = ${corpsId}
      and ${sql.ref(`recording.${column}`)} = ${sql.ref(id)} and ${visible})`
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
