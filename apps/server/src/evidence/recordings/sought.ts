import { type CorpsId, idPattern, type PersonId } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import { wordsOf } from '#custody'
import type { Reader } from '#platform/database'
import { AppError } from '#platform/errors'
import { cellsOver, isWithin, parseRectangle } from './places.ts'
import { fileTerm, purposeTerm, tagTerm } from './terms.ts'

/** Of which recordings somebody may know what they serve, and of which what was noted while viewing them. */
export type Readable = Readonly<{
  files: Expression<SqlBool>
  notes: Expression<SqlBool>
  /** The one who wore the camera of all that they may know of; undefined: not only one. */
  onlyWornBy?: PersonId | undefined
}>

type Sql = RawBuilder<unknown>

/** Rows of a table that tell of recordings, as an index has them. */
export type Lists = Readonly<{
  from: Sql
  match: Sql
  /** What names the recording in a row. */
  id: Sql
  /** For each of these values of a column in the order of the list; all `in-order`; or so `few` that order is no matter. */
  rows: Keyed | 'in-order' | 'few'
}>

type Keyed = Readonly<{
  column: Sql
  type: 'text' | 'bigint' | 'smallint'
  values: readonly (string | number)[]
}>

/** One thing that a recording must have to be listed. */
export type Sought = Readonly<{
  /** As a condition on rows of `recording`. */
  holds: RawBuilder<SqlBool>
  /** Where every recording stands that may have it, some of them more than once; null where it is looked for in each. */
  lists: readonly Lists[] | null
}>

export type Listed = Sought & Readonly<{ lists: NonNullable<Sought['lists']> }>
export const isListed = (one: Sought): one is Listed => one.lists !== null

/** As many lists are looked through; of more, most recordings are in one. */
const mostLists = 1000
/** As many are put in order at once. */
const mostSorted = 30_000

/** What the filters ask beyond columns, likely the rarest first; undefined when nothing can be found by them. */
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
    sought.push({ holds: hasTerm(corpsId, term, readable), lists: [termLists(corpsId, [term])] })
  }
  if (place !== undefined) sought.push(seekPlace(corpsId, place))
  if (filters.longerThan !== undefined || filters.shorterThan !== undefined) sought.push(seekLength(corpsId, filters))
  const asked = (filters.q ?? '').split(/\s+/).filter((part) => part !== '')
  for (const id of asked.filter(isRecordingId)) sought.push(seekId(id))
  const words = asked.filter((part) => !isRecordingId(part))
  const found = words.flatMap((part) => wordsOf(part))
  if (words.length > 0 && found.length === 0) return undefined
  const named = found.length === 0 ? [] : await listNamed(db, corpsId)
  // What is there as a whole begins so too. Long words first: they are the rarer.
  const distinct = found
    .map((word, i) => ({ word, goesOn: i === found.length - 1 }))
    .filter(({ word }, i) => found.indexOf(word) === i)
    .toSorted((a, b) => b.word.length - a.word.length)
  for (const { word, goesOn } of distinct) {
    const one = await seekWord(db, corpsId, { word, goesOn, named, readable })
    if (one === undefined) return undefined
    sought.push(one)
  }
  // Alone, the register's own indexes serve these as well.
  if (sought.length === 0) return []
  const { cameraId } = filters
  const wearerId = filters.wearerId ?? readable.onlyWornBy
  return [
    ...(cameraId === undefined ? [] : [seekColumn(corpsId, 'camera_id', cameraId)]),
    ...(wearerId === undefined ? [] : [seekColumn(corpsId, 'wearer_id', wearerId)]),
    ...sought,
  ]
}

const seekColumn = (corpsId: CorpsId, column: NamedBy, id: string): Sought => ({
  holds: sql<SqlBool>`${sql.ref(`recording.${column}`)} = ${id}`,
  lists: [columnLists(corpsId, column, [id])],
})

const columnLists = (corpsId: CorpsId, column: NamedBy, ids: readonly string[]): Lists => ({
  from: sql`recording`,
  match: sql`t.corps_id = ${corpsId}`,
  id: sql`t.id`,
  rows: { column: sql.ref(`t.${column}`), type: 'text', values: ids },
})

export const seekHeld = (corpsId: CorpsId): Listed => ({
  holds: sql<SqlBool>`recording.is_held`,
  lists: [
    {
      from: sql`recording`,
      match: sql`t.corps_id = ${corpsId} and t.is_held`,
      id: sql`t.id`,
      rows: 'in-order',
    },
  ],
})

const isRecordingId = (text: string) => idPattern('recording').test(text)

function seekId(id: string): Sought {
  return {
    holds: sql<SqlBool>`recording.id = ${id}`,
    lists: [{ from: sql`recording`, match: sql`t.id = ${id}`, id: sql`t.id`, rows: 'few' }],
  }
}

function seekPlace(corpsId: CorpsId, place: string): Sought {
  const bounds = parseRectangle(place)
  if (bounds === undefined) throw new AppError('request/invalid')
  const cells = cellsOver(bounds)
  return { holds: isWithin(bounds), lists: cells === undefined ? null : [cellLists(corpsId, cells)] }
}

const cellLists = (corpsId: CorpsId, cells: readonly number[]): Lists => ({
  from: sql`recording_cell`,
  match: sql`t.corps_id = ${corpsId}`,
  id: sql`t.recording_id`,
  rows: { column: sql`t.cell`, type: 'bigint', values: cells },
})

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
  const classes = Array.from({ length: Math.max(0, last - first + 1) }, (_nothing, i) => first + i)
  return {
    holds: sql<SqlBool>`(recording.duration_ms >= ${longerThan * 1000}${upTo})`,
    lists: [
      {
        from: sql`recording`,
        match: sql`t.corps_id = ${corpsId}`,
        id: sql`t.id`,
        rows: { column: sql`t.length_class`, type: 'smallint', values: classes },
      },
    ],
  }
}

type NamedBy = 'camera_id' | 'wearer_id'
type Named = Readonly<{ kind: NamedBy; id: string; words: readonly string[] }>

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
  const idsOf = (which: NamedBy) => named.flatMap(({ kind, id }) => (kind === which ? [id] : []))
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
  }
}

const termLists = (corpsId: CorpsId, terms: readonly string[]): Lists => ({
  from: sql`recording_term`,
  match: sql`t.corps_id = ${corpsId}`,
  id: sql`t.recording_id`,
  rows: { column: sql`t.term`, type: 'text', values: terms },
})

async function listsOf(
  db: Reader,
  corpsId: CorpsId,
  { word, goesOn }: AskedWord,
  named: Readonly<Record<NamedBy, readonly string[]>>,
): Promise<readonly Lists[] | null> {
  const ofNamed = (['camera_id', 'wearer_id'] as const).flatMap((kind): Lists[] => {
    if (named[kind].length === 0) return []
    return [columnLists(corpsId, kind, named[kind])]
  })
  if (!goesOn) return [termLists(corpsId, [word]), ...ofNamed]
  const terms = await listTerms(db, corpsId, word, mostLists + 1)
  if (terms.length === 0) return ofNamed
  if (terms.length <= mostLists) return [termLists(corpsId, terms), ...ofNamed]
  const match = sql`t.corps_id = ${corpsId} and ${goingOn(word)}`
  const { rows } = await sql<{ count: number }>`select count(*) from (
    select from recording_term t where ${match} limit ${mostSorted + 1}) as few`.execute(db)
  if ((rows[0]?.count ?? 0) > mostSorted) return null
  return [{ from: sql`recording_term`, match, id: sql`t.recording_id`, rows: 'few' }, ...ofNamed]
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
