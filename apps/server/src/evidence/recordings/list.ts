import type { CameraId, CorpsId, PersonId } from '@getuige/base'
import { countedUpTo } from '@getuige/contract'
import { type Kysely, sql, type SqlBool } from 'kysely'
import type { Reader, Tables } from '#platform/database'
import { type Asked, type ChooseWay, findMatching, TookTooLong } from './find.ts'
import { all, type ListPosition, type ListQuery, matches, matchesShow, type Show } from './query.ts'
import { type Readable, understand } from './sought.ts'
import { type ListedRecording, toRecording } from './store.ts'

const shows = ['all', 'viewable', 'held', 'due-soon', 'damaged', 'waiting', 'erased'] as const
/** Null: not known, since counting took too long. */
export type ShowCounts = Readonly<Record<Show, number | null>>

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
    .orderBy('id')
    .execute()
  const wearers = await db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('corps_id', '=', corpsId)
    .where(isNamed('wearer_id', 'person.id'))
    .orderBy('name')
    .orderBy('id')
    .execute()
  return {
    cameras: cameras.map((row) => ({ id: row.id as CameraId, label: row.label })),
    wearers: wearers.map((row) => ({ id: row.id as PersonId, name: row.name })),
  }
}
