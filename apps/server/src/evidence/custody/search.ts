import type { CorpsId, RecordingId } from '@getuige/base'
import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '#platform/database'
import type { EntryType } from './entries.ts'
import { wordsOf } from './search-terms.ts'
import { findEntries, type StoredEntry } from './store.ts'

/** All that are given must hold. Only entries that have their place in the log are found. */
export type LogQuery = Readonly<{
  from?: Date | undefined
  /** Exclusive. */
  until?: Date | undefined
  /** Any of these. */
  types?: readonly EntryType[] | undefined
  recordingId?: RecordingId | undefined
  actorId?: string | undefined
  /** Every word of it stands in the name or title of who acted, as it was then. */
  actorName?: string | undefined
  purpose?: string | undefined
  recipient?: string | undefined
  /** Every word of it stands in a reason or a number that was given. One that ends in `*` may go on. */
  words?: string | undefined
}>
export type LogPosition = Readonly<{ at: Date; serial: number }>
export type LogOrder = 'newest-first' | 'oldest-first'

type Part = RawBuilder<unknown>
type Term = Readonly<{ term: string; goesOn: boolean }>

/** A page of the log, from `after` on. Have the terms noted first; see `noteTerms`. */
export async function searchLog(
  db: Reader,
  corpsId: CorpsId,
  query: LogQuery,
  {
    after,
    limit,
    order = 'newest-first',
  }: Readonly<{ after?: LogPosition | undefined; limit: number; order?: LogOrder }>,
): Promise<StoredEntry[]> {
  const terms = termsOf(query)
  if (terms === undefined || query.types?.length === 0) return []
  const direction = order === 'newest-first' ? sql`desc` : sql`asc`
  const within = (on: Part): Part => {
    const [at, serial] = [sql`${on}.at`, sql`${on}.serial`]
    return all([
      sql`${on}.corps_id = ${corpsId}`,
      ...(query.from === undefined ? [] : [sql`${at} >= ${query.from}`]),
      ...(query.until === undefined ? [] : [sql`${at} < ${query.until}`]),
      ...(after === undefined
        ? []
        : order === 'newest-first'
          ? [sql`(${at}, ${serial}) < (${after.at}, ${after.serial})`]
          : [sql`(${at}, ${serial}) > (${after.at}, ${after.serial})`]),
    ])
  }
  const inOrder = (on: Part) => sql`order by ${on}.at ${direction}, ${on}.serial ${direction} limit ${limit}`
  const has = (term: Term, on: Part) =>
    sql`exists (select from custody_term o where o.serial = ${on}.serial and o.corps_id = ${corpsId} and ${fits(term, sql`o`)})`

  const e = sql`e`
  const t = sql`t`
  const types = query.types?.map((type) => sql`${type}`)
  const [first, ...others] = await rarestFirst(db, corpsId, terms)
  let found: Part
  if (query.recordingId !== undefined) {
    found = sql`select e.serial, e.at from custody_entry e where e.recording_id = ${query.recordingId}
      and e.log_index is not null and ${all([
        within(e),
        ...(types === undefined ? [] : [sql`e.type in (${sql.join(types)})`]),
        ...terms.map((term) => has(term, e)),
      ])} ${inOrder(e)}`
  } else if (first !== undefined) {
    // Of a word that goes on, an entry may have several.
    const distinct = first.goesOn ? sql`distinct` : sql``
    found = sql`select ${distinct} t.serial, t.at from custody_term t where ${all([
      within(t),
      fits(first, t),
      ...(types === undefined ? [] : [sql`t.type in (${sql.join(types)})`]),
      ...others.map((term) => has(term, t)),
    ])} ${inOrder(t)}`
  } else if (types !== undefined && limit <= screenful) {
    // A page of each type, and of those the page: whether a type is rare or not, as many rows are read.
    found = sql`select e.serial, e.at from (values ${sql.join(types.map((type) => sql`(${type})`))}) as w(type)
      cross join lateral (
        select e.serial, e.at from custody_entry e
        where e.type = w.type and e.log_index is not null and ${within(e)} ${inOrder(e)}
      ) as e ${inOrder(e)}`
  } else {
    found = sql`select e.serial, e.at from custody_entry e where e.log_index is not null and ${all([
      within(e),
      ...(types === undefined ? [] : [sql`e.type in (${sql.join(types)})`]),
    ])} ${inOrder(e)}`
  }
  const { rows } = await sql<{ serial: number }>`${found}`.execute(db)
  const entries = new Map(
    (
      await findEntries(
        db,
        rows.map(({ serial }) => serial),
      )
    ).map((each) => [each.serial, each]),
  )
  return rows.flatMap(({ serial }) => entries.get(serial) ?? [])
}

/** Whoever asks for more reads on to the end: then each entry is better read once than a page of each type. */
const screenful = 250

const all = (parts: readonly Part[]): Part => sql.join(parts, sql` and `)

/** Every term that must be there; undefined when something was asked for in which there is no word. */
function termsOf({ actorId, actorName, purpose, recipient, words }: LogQuery): Term[] | undefined {
  const terms: Term[] = []
  if (actorId !== undefined) terms.push({ term: `by:${actorId}`, goesOn: false })
  if (purpose !== undefined) terms.push({ term: `for:${purpose}`, goesOn: false })
  for (const [kind, text] of Object.entries({ name: actorName, to: recipient, word: words })) {
    if (text === undefined) continue
    const asked = text.split(/\s+/).flatMap((part) => {
      const its = wordsOf(part)
      return its.map((word, i) => ({ term: `${kind}:${word}`, goesOn: part.endsWith('*') && i === its.length - 1 }))
    })
    if (asked.length === 0) return undefined
    terms.push(...asked)
  }
  return terms
}

function fits({ term, goesOn }: Term, on: Part): Part {
  return goesOn ? sql`${on}.term >= ${term} and ${on}.term < ${`${term}\u{10ffff}`}` : sql`${on}.term = ${term}`
}

const enoughToKnow = 2000

/** The rarest leads, so that few are held against the others. A word that goes on leads only alone. */
async function rarestFirst(db: Reader, corpsId: CorpsId, terms: readonly Term[]): Promise<readonly Term[]> {
  if (terms.length < 2) return terms
  const counted: { term: Term; count: number }[] = []
  for (const term of terms) {
    const { rows } = await sql<{ count: number }>`select count(*) from (
      select from custody_term t where t.corps_id = ${corpsId} and ${fits(term, sql`t`)} limit ${enoughToKnow}
    ) as few`.execute(db)
    counted.push({ term, count: rows[0]?.count ?? 0 })
  }
  return counted
    .toSorted((a, b) => Number(a.term.goesOn) - Number(b.term.goesOn) || a.count - b.count)
    .map(({ term }) => term)
}
