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

/** One thing that a recording must have to be listed, which no column of it says. */
export type Sought = Readonly<{
  /** As a condition on rows of `recording`. */
  holds: RawBuilder<SqlBool>
  /**
   * Every recording that may have it, newest first, as `recorded_at, recording_id, source`, some of them more than once;
   * undefined where it is better looked for in each.
   */
  candidates: ((stretch: Stretch) => Sql) | undefined
  /** What else must hold of `recording` when it was found among the candidates, by `source`. */
  alsoAsked: (source: Sql) => readonly RawBuilder<SqlBool>[]
}>

/** As many lists are merged; with more, most recordings are in one of them. */
const mostLists = 64
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
    const lists = [termList(corpsId, term)]
    sought.push({
      holds: hasTerm(corpsId, term, readable),
      candidates: (stretch) => merged(lists, stretch),
      alsoAsked: (source) => [mayRead(source, readable)],
    })
  }
  if (place !== undefined) sought.push(seekPlace(corpsId, place))
  const asked = (filters.q ?? '').split(/\s+/).filter((part) => part !== '')
  for (const id of asked.filter(isRecordingId)) sought.push(seekId(id))
  const words = asked.filter((part) => !isRecordingId(part))
  const found = words.flatMap((part) => wordsOf(part))
  if (words.length > 0 && found.length === 0) return undefined
  const named = found.length === 0 ? [] : await listNamed(db, corpsId)
  for (const [i, word] of found.entries()) {
    const goesOn = i === found.length - 1
    // Of `a b a` the last says the most.
    if (!goesOn && found.indexOf(word, i + 1) !== -1) continue
    sought.push(await seekWord(db, corpsId, { word, goesOn, named, readable }))
  }
  return sought
}

const isRecordingId = (text: string) => idPattern('recording').test(text)

function seekId(id: string): Sought {
  return {
    holds: sql<SqlBool>`recording.id = ${id}`,
    candidates: (stretch) =>
      sql`select recorded_at, id as recording_id, ${anybodys} as source from recording r where r.id = ${id}
        and ${within(sql`r`, sql`r.id`, stretch)}`,
    alsoAsked: () => [],
  }
}

function seekPlace(corpsId: CorpsId, place: string): Sought {
  const bounds = parseRectangle(place)
  if (bounds === undefined) throw new AppError('request/invalid')
  const cells = cellsOver(bounds)
  const lists = cells?.map((cell) => ({
    from: sql`recording_cell`,
    where: sql`t.corps_id = ${corpsId} and t.cell = ${cell}`,
    id: sql`t.recording_id`,
    source: anybodys,
  }))
  const holds = isWithin(bounds)
  return { holds, candidates: lists && ((stretch) => merged(lists, stretch)), alsoAsked: () => [holds] }
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

async function seekWord(db: Reader, corpsId: CorpsId, asked: AskedWord): Promise<Sought> {
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
  const lists = named.length > mostLists ? undefined : await listsOf(db, corpsId, asked, named)
  return {
    holds: sql<SqlBool>`(${sql.join(ways, sql` or `)})`,
    candidates: lists && ((stretch) => merged(lists, stretch)),
    alsoAsked: (source) => [mayRead(source, readable)],
  }
}

/** Rows `t` of a table that are in the order of the list, or few. */
type List = Readonly<{ from: Sql; where: Sql; id: Sql; source: Sql }>

/** For what is no secret to whoever may know of the recording. */
const anybodys = sql`'name'::text collate "C"`

function termList(corpsId: CorpsId, term: string): List {
  return {
    from: sql`recording_term`,
    where: sql`t.corps_id = ${corpsId} and t.term = ${term}`,
    id: sql`t.recording_id`,
    source: sql`t.source`,
  }
}

async function listsOf(
  db: Reader,
  corpsId: CorpsId,
  { word, goesOn }: AskedWord,
  named: readonly Named[],
): Promise<readonly List[] | undefined> {
  const ofNamed = named.map(({ kind, id }) => ({
    from: sql`recording`,
    where: sql`t.corps_id = ${corpsId} and ${sql.ref(`t.${kind}`)} = ${id}`,
    id: sql`t.id`,
    source: anybodys,
  }))
  if (!goesOn) return [termList(corpsId, word), ...ofNamed]
  const terms = await listTerms(db, corpsId, word, mostLists - named.length + 1)
  if (terms.length + named.length <= mostLists) return [...terms.map((term) => termList(corpsId, term)), ...ofNamed]
  const range = sql`t.corps_id = ${corpsId} and ${goingOn(word)}`
  const { rows } = await sql<{ count: number }>`select count(*) from (
    select from recording_term t where ${range} limit ${mostSorted + 1}) as few`.execute(db)
  if ((rows[0]?.count ?? 0) > mostSorted) return undefined
  return [{ from: sql`recording_term`, where: range, id: sql`t.recording_id`, source: sql`t.source` }, ...ofNamed]
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

/** One list of all of them in order. A branch for each, so that they are merged and no more is read than is asked for. */
function merged(lists: readonly List[], stretch: Stretch): Sql {
  return sql.join(
    lists.map(
      ({ from, where, id, source }) =>
        sql`select t.recorded_at, ${id} as recording_id, ${source} as source from ${from} t
          where ${where} and ${within(sql`t`, id, stretch)}`,
    ),
    sql` union all `,
  )
}

function within(on: Sql, id: Sql, { fromAt, untilAt, after }: Stretch): Sql {
  const all = [
    ...(fromAt === undefined ? [] : [sql`${on}.recorded_at >= ${fromAt}`]),
    ...(untilAt === undefined ? [] : [sql`${on}.recorded_at < ${untilAt}`]),
    ...(after === undefined ? [] : [sql`(${on}.recorded_at, ${id}) < (${after.recordedAt}, ${after.id})`]),
  ]
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `)
}

/** Whether the person may read what a term in `source` says of `recording`. */
function mayRead(source: Sql, { files, notes }: Readable): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${source} in ('name', 'tag') or ${source} in ('file', 'purpose') and ${files}
    or ${source} = 'note' and ${notes})`
}

function hasTerm(corpsId: CorpsId, term: string, readable: Readable): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select from recording_term o where o.corps_id = ${corpsId} and o.term = ${term}
    and o.recorded_at = recording.recorded_at and o.recording_id = recording.id and ${mayRead(sql`o.source`, readable)})`
}

function hasTermThatGoesOn(word: string, readable: Readable): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select from recording_term o where o.recording_id = recording.id
    and o.term >= ${word} and o.term < ${`${word}\u{10ffff}`} and ${mayRead(sql`o.source`, readable)})`
}
