import type { CorpsId, PersonId, SearchId } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { type JSONColumnType, sql } from 'kysely'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    saved_search: {
      id: string
      corps_id: string
      person_id: string
      name: string
      filters: JSONColumnType<RecordingFilters>
      saved_at: Date
      used_at: Date
    }
  }
}

export type SavedSearch = Readonly<{ id: SearchId; name: string; filters: RecordingFilters; savedAt: Date }>

/** Of one person, by name. */
export async function listSearches(db: Reader, personId: PersonId): Promise<SavedSearch[]> {
  const rows = await db
    .selectFrom('saved_search')
    .select(['id', 'name', 'filters', 'saved_at'])
    .where('person_id', '=', personId)
    .orderBy('name')
    .execute()
  return rows.map(({ id, name, filters, saved_at: savedAt }) => ({ id: id as SearchId, name, filters, savedAt }))
}

/** One of the same name is replaced, and keeps its id. The searches of a person are saved by turns. */
export async function upsertSearch(
  tx: Tx,
  corpsId: CorpsId,
  personId: PersonId,
  { id, name, filters, savedAt }: SavedSearch,
): Promise<void> {
  const changed = { filters: JSON.stringify(filters), saved_at: savedAt, used_at: savedAt }
  await tx
    .insertInto('saved_search')
    .values({ id, corps_id: corpsId, person_id: personId, name, ...changed })
    .onConflict((conflict) => conflict.columns(['person_id', 'name']).doUpdateSet(changed))
    .execute()
}

/** Until the transaction ends nobody else saves one for this person. */
export async function lockSearchesOf(tx: Tx, personId: PersonId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('search/' || ${personId}))`.execute(tx)
}

/** False when the person has no such search. */
export async function updateSearchUsed(
  db: Reader,
  personId: PersonId,
  searchId: SearchId,
  usedAt: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('saved_search')
    .set({ used_at: usedAt })
    .where('id', '=', searchId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Of every corps: those that nobody used since then, and those of people who left. */
export async function deleteUnused(db: Reader, since: Date): Promise<void> {
  await sql`delete from saved_search s using person p
    where p.id = s.person_id and (s.used_at < ${since} or p.left_at is not null)`.execute(db)
}

/** False when the person has no such search. */
export async function deleteSearch(db: Reader, personId: PersonId, searchId: SearchId): Promise<boolean> {
  const result = await db
    .deleteFrom('saved_search')
    .where('id', '=', searchId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}
