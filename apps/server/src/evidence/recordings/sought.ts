import { type CorpsId, idPattern } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import { wordsOf } from '#custody'
import type { Reader } from '#platform/database'
import { AppError } from '#platform/errors'
import { cellsOver, isWithin, parseRectangle } from './places.ts'
import { fileTerm, purposeTerm, tagTerm } from './terms.ts'

/** Of which recordings somebody may know what they serve, and of which what was noted while viewing them. */
export type Readable = Readonly<{ files: Expression<SqlBool>; notes: Expression<SqlBool> }>

/** Between which instants, and from which place in the list on. */
export type Stretch = Readonly<{
  fromAt?: Date | undefined
  untilAt?: Date | undefined
  after?: Readonly<{ recordedAt: Date; id: string }> | undefined
}>

type Sql = RawBuilder<unknown>

/** Rows of a table that are in the order of the list for each of `keys`; or, without keys, all that `match`, which are few. */
type Lists = Readonly<{
  from: Sql
  match: Sql
  keys: Readonly<{ type: 'text' | 'bigint' | 'smallint'; values: readonly (string | number)[] }> | null
  id: Sql
  source: Sql
}>

/** One thing that a recording must have to be listed, which the register is not in the order of. */
export type Sought = Readonly<{
  /** As a condition on rows of `recording`. */
  holds: RawBuilder<SqlBool>
  /** Where every recording stands that may have it, some of them more than once; null where it is looked for in each. */
  lists: readonly Lists[] | null
  /** What else must hold of `recording` when it was found in the lists, by `source`. */
  alsoAsked: (source: Sql) => readonly RawBuilder<SqlBool>[]
}>

/** As many lists are looked through; of more, most recordings are in one. */
const mostLists = 1000
/** As many are put in order at once. */
const mostSorted = 30_000

/** What the filters ask beyond columns; undefined when nothing can be found by them. */
export async function understand(
  db: Reader,
  corpsId: CorpsId,
  filters: RecordingFilters,
  readable: Readable,
): Promise<readonly Sought[] | undefined> {
  const sought: Sought[] = []
  const { tag, file, purpose, place } = filters
  for (const term of [
    ...(tag === undefined ? [] : [tagTerm(tag)]),
    ...(file === undefined ? [] : [fileTerm(file)]),
    ...(purpose === undefined ? [] : [purposeTerm(purpose)]),
  ]) {
    sought.push({
      holds: hasTerm(corpsId, term, readable),
      lists: [termLists(corpsId, [term])],
      alsoAsked: (source) => [mayRead(source, readable)],
    })
  }
  if (place !== undefined) sought.push(seekPlace(corpsId, place))
  if (filters.longerThan !== undefined || filters.shorterThan !== undefined) sought.push(seekLength(corpsId, filters))
  const asked = (filters.q ?? '').split(/\s+/).filter((part) => part !== '')
  for (const id of asked.filter(isRecordingId)) sought.push(seekId(id))
  const words = asked.filter((part) => !isRecordingId(part))
  const found = words.flatMap((part) => wordsOf(part))
  if (words.length > 0 && found.length === 0) return undefined
  const named = found.length === 0 ? [] : await listNamed(db, corpsId)
  for (const [i, word] of found.entries()) {
    // What is there as a whole begins so too.
    if (found.indexOf(word) < i) continue
    const goesOn = i === found.length - 1
    const one = await seekWord(db, corpsId, { word, goesOn, named, readable })
    if (one === undefined) return undefined
    sought.push(one)
  }
  return sought
}

const isRecordingId = (text: string) => idPattern('recording').test(text)

function seekId(id: string): Sought {
  const holds = sql<SqlBool>`recording.id = ${id}`
  return {
    holds,
    lists: [{ from: sql`recording`, match: sql`t.id = ${id}`, keys: null, id: sql`t.id`, source: anybodys }],
    alsoAsked: () => [],
  }
}

function seekPlace(corpsId: CorpsId, place: string): Sought {
  const bounds = parseRectangle(place)
  if (bounds === undefined) throw new AppError('request/invalid')
  const holds = isWithin(bounds)
  const cells = cellsOver(bounds)
  const lists = cells && {
    from: sql`recording_cell`,
    match: sql`t.corps_id = ${corpsId} and t.cell = its.key`,
    keys: { type: 'bigint' as const, values: cells },
    id: sql`t.recording_id`,
    source: anybodys,
  }
  return { holds, lists: lists === undefined ? null : [lists], alsoAsked: () => [holds] }
}

/** Bounds of the classes of length, in seconds, as the migration has them. */
const lengths = [
  8, 15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1440, 1920, 2880, 3840, 5760, 7680, 11520, 15360, 23040,
  30720, 86400,
] as const
const lengthClass = (seconds: number) => lengths.filter((bound) => bound <= seconds).length

function seekLength(corpsId: CorpsId, { longerThan = 0, shorterThan }: RecordingFilters): Sought {
  const first = lengthClass(longerThan)
  const last = shorterThan === undefined ? lengths.length : lengthClass(shorterThan)
  const upTo = shorterThan === undefined ? sql`` : sql` and recording.duration_ms <= ${shorterThan * 1000}`
  const holds = sql<SqlBool>`(recording.duration_ms >= ${longerThan * 1000}${upTo})`
  const lists = {
    from: sql`recording`,
    match: sql`t.corps_id = ${corpsId} and t.length_class = its.key`,
    keys: {
      type: 'smallint' as const,
      values: Array.from({ length: Math.max(0, last - first + 1) }, (_nothing, i) => first + i),
    },
    id: sql`t.id`,
    source: anybodys,
  }
  return { holds, lists: [lists], alsoAsked: () => [holds] }
}

type Named = Readonly<{ kind: 'camera_id' | 'wearer_id'; id: string; words: readonly string[] }>

/** Cameras and people are few, and are called otherwise tomorrow: their words are looked at when somebody asks. */
async function listNamed(db: Reader, corpsId: CorpsId): Promise<readonly Named[]> {
  const cameras = await db
    .selectFrom('camera')
    .select(['id', 'label', 'serial'])
    .where('corps_id', '=', corpsId)
    .execute()
  const people = await db.selectFrom('person').select(['id', 'name']).where('corps_id', '=', corpsId).execute()
  return [
    ...cameras.map(({ id, label, serial }) => ({
      kind: 'camera_id' as const,
      id,
      words: wordsOf(`${label} ${serial}`),
    })),
    ...people.map(({ id, name }) => ({ kind: 'wearer_id' as const, id, words: wordsOf(name) })),
  ]
}

type AskedWord = Readonly<{ word: string; goesOn: boolean; named: readonly Named[]; readable: Readable }>

/** Undefined when nobody ever said it. */
async function seekWord(db: Reader, corpsId: CorpsId, asked: AskedWord): Promise<Sought | undefined> {
  const { word, goesOn, readable } = asked
  const named = asked.named.filter(({ words }) => words.some((one) => (goesOn ? one.startsWith(word) : one === word)))
  const idsOf = (which: Named['kind']) => named.flatMap(({ kind, id }) => (kind === which ? [id] : []))
  const ways = [
    goesOn ? hasTermThatGoesOn(word, readable) : hasTerm(corpsId, word, readable),
    ...(['camera_id', 'wearer_id'] as const).flatMap((kind) => {
      const ids = idsOf(kind)
      return ids.length === 0 ? [] : [sql<SqlBool>`${sql.ref(`recording.${kind}`)} = any(${ids}::text[])`]
    }),
  ]
  const lists = await listsOf(db, corpsId, asked, { camera_id: idsOf('camera_id'), wearer_id: idsOf('wearer_id') })
  if (lists?.length === 0) return undefined
  return {
    holds: sql<SqlBool>`(${sql.join(ways, sql` or `)})`,
    lists,
    alsoAsked: (source) => [mayRead(source, readable)],
  }
}

/** For what is no secret to whoever may know of the recording. */
const anybodys = sql`'name'::text collate "C"`

const termLists = (corpsId: CorpsId, terms: readonly string[]): Lists => ({
  from: sql`recording_term`,
  match: sql`t.corps_id = ${corpsId} and t.term = its.key collate "C"`,
  keys: { type: 'text', values: terms },
  id: sql`t.recording_id`,
  source: sql`t.source`,
})

async function listsOf(
  db: Reader,
  corpsId: CorpsId,
  { word, goesOn }: AskedWord,
  named: Readonly<Record<Named['kind'], readonly string[]>>,
): Promise<readonly Lists[] | null> {
  const ofNamed = (['camera_id', 'wearer_id'] as const).flatMap((kind): Lists[] => {
    if (named[kind].length === 0) return []
    const match = sql`t.corps_id = ${corpsId} and ${sql.ref(`t.${kind}`)} = its.key`
    const keys = { type: 'text' as const, values: named[kind] }
    return [{ from: sql`recording`, match, keys, id: sql`t.id`, source: anybodys }]
  })
  if (!goesOn) return [termLists(corpsId, [word]), ...ofNamed]
  const terms = await listTerms(db, corpsId, word, mostLists + 1)
  if (terms.length === 0) return ofNamed
  if (terms.length <= mostLists) return [termLists(corpsId, terms), ...ofNamed]
  const match = sql`t.corps_id = ${corpsId} and ${goingOn(word)}`
  const { rows } = await sql<{ count: number }>`select count(*) from (
    select from recording_term t where ${match} limit ${mostSorted + 1}) as few`.execute(db)
  if ((rows[0]?.count ?? 0) > mostSorted) return null
  return [{ from: sql`recording_term`, match, keys: null, id: sql`t.recording_id`, source: sql`t.source` }, ...ofNamed]
}

const goingOn = (word: string) => sql`t.term >= ${word} and t.term < ${`${word}\u{10ffff}`}`

/** The words of the corps that begin so, in their own order: one look at the index for each. */
export async function listTerms(db: Reader, corpsId: CorpsId, word: string, limit: number): Promise<string[]> {
  const next = (after: Sql) => sql`select t.term from recording_term t
    where t.corps_id = ${corpsId} and ${after} and t.term < ${`${word}\u{10ffff}`} order by t.term limit 1`
  const { rows } = await sql<{ term: string }>`with recursive found as (
      (${next(sql`t.term >= ${word}`)})
      union all
      select (${next(sql`t.term > found.term`)}) from found where found.term is not null
    ) select term from found where term is not null limit ${limit}`.execute(db)
  return rows.map(({ term }) => term)
}

/**
 * The newest of what stands in the lists, as far as all of them were read: rows `recorded_at, recording_id, source`, in
 * order. Of each list `each` are read; `horizon` is the place up to which none is missing, or without a row when all
 * were read.
 */
export function readLists(
  lists: readonly Lists[],
  stretch: Stretch,
  each: number,
): Readonly<{ ctes: Sql; complete: Sql; horizon: Sql }> {
  const read = lists.map(({ from, match, keys, id, source }, i) => {
    const where = sql`${match} and ${within(sql`t`, id, stretch)}`
    const row = sql`t.recorded_at, ${id} as recording_id, ${source} as source`
    if (keys === null) return sql`select null::int as list, ${row} from ${from} t where ${where}`
    return sql`select ${sql.lit(i * mostLists * 2)}::int + its.list::int as list, newest.*
      from unnest(${keys.values}::${sql.raw(keys.type)}[]) with ordinality as its (key, list) cross join lateral (
        select ${row} from ${from} t where ${where} order by t.recorded_at desc, ${id} desc limit ${each}) as newest`
  })
  return {
    ctes: sql`candidate as materialized (${sql.join(read, sql` union all `)}),
      horizon as materialized (
        select recorded_at, recording_id from (
          select recorded_at, recording_id, list,
            row_number() over (partition by list order by recorded_at desc, recording_id desc) as place from candidate
        ) as placed where list is not null and place = ${each}
        order by recorded_at desc, recording_id desc limit 1
      )`,
    complete: sql`(select c.recorded_at, c.recording_id, c.source from candidate c
      where not exists (select from horizon h where (c.recorded_at, c.recording_id) < (h.recorded_at, h.recording_id))
      order by c.recorded_at desc, c.recording_id desc)`,
    horizon: sql`horizon`,
  }
}

/** How many lists there are. */
export const countLists = (lists: readonly Lists[]): number =>
  Math.max(
    1,
    lists.reduce((sum, { keys }) => sum + (keys?.values.length ?? 1), 0),
  )

function within(on: Sql, id: Sql, { fromAt, untilAt, after }: Stretch): Sql {
  const all = [
    ...(fromAt === undefined ? [] : [sql`${on}.recorded_at >= ${fromAt}`]),
    ...(untilAt === undefined ? [] : [sql`${on}.recorded_at < ${untilAt}`]),
    ...(after === undefined ? [] : [sql`(${on}.recorded_at, ${id}) < (${after.recordedAt}, ${after.id})`]),
  ]
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `)
}

/** Whether the person may read what a term in `source` says of `recording`. */
export function mayRead(source: Sql, { files, notes }: Readable): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${source} in ('name', 'tag') or ${source} in ('file', 'purpose') and ${files}
    or ${source} = 'note' and ${notes})`
}

function hasTerm(corpsId: CorpsId, term: string, readable: Readable): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select from recording_term o where o.corps_id = ${corpsId} and o.term = ${term}
    and o.recorded_at = recording.recorded_at and o.recording_id = recording.id and ${mayRead(sql`o.source`, readable)})`
}

/** By the words of the one recording: an index of words would read all that begin so. */
function hasTermThatGoesOn(word: string, readable: Readable): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select from recording_term o where o.recording_id = recording.id
    and (o.term || '') >= ${word} and (o.term || '') < ${`${word}\u{10ffff}`} and ${mayRead(sql`o.source`, readable)})`
}
