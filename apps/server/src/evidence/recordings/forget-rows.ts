import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '#platform/database'

/** What is over: whatever is about recordings that were erased before then, and was last touched before then. A page of it. */
export type Over = Readonly<{ before: Date; limit: number }>

/** Of the row `r` of the register. */
export const isGone = ({ before }: Over) => sql<boolean>`(r.state = 'erased' and r.erased_at < ${before})`

/**
 * Delete rows of a table that name a recording, once it is gone for long enough and they too are that old. `lastAt`: when
 * somebody last did something with the row `o`. `unless`: what keeps it longer. Answers how many went.
 */
export async function deleteOfGone(
  tx: Tx,
  over: Over,
  table: string,
  lastAt: RawBuilder<unknown>,
  unless: RawBuilder<unknown> = sql`false`,
): Promise<number> {
  const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ctid = any(array(
    select o.ctid from ${sql.table(table)} o join recording r on r.id = o.recording_id
      where ${lastAt} < ${over.before} and ${isGone(over)} and not (${unless})
      limit ${over.limit} for update of o))`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}
