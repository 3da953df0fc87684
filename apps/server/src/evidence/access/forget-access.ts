import { sql, type SqlBool } from 'kysely'
import { deleteOfGone, isGone, type Over } from '#recordings'
import type { Tx } from '#platform/database'

/**
 * Delete who looked at a recording and why, and what opened it to whom, once it is gone for as long as the log keeps its
 * words. What names several recordings goes with the last of them, a decision with its document. Answers how many rows of
 * each table went; call it again until there are none.
 */
export async function forgetAccess(tx: Tx, over: Over): Promise<Readonly<Record<string, number>>> {
  const viewing = await deleteOfGone(tx, over, 'viewing', sql`greatest(o.started_at, o.ended_at)`)
  const lastSaid = sql`greatest(o.opened_at, o.justified_at, o.judged_at)`
  const emergency = await deleteOfGone(tx, over, 'emergency', lastSaid)
  const mandate = await deleteMandates(tx, over)
  const mandateRequest = await deleteRequests(tx, over)
  const grants = (await deleteGrants(tx, over)) + (await emptyCopied(tx, over))
  return { viewing, emergency, mandate, mandate_request: mandateRequest, access_grant: grants }
}

const lastGranted = sql`greatest(o.made_at, o.ended_at)`

function deleteGrants(tx: Tx, over: Over): Promise<number> {
  const isNeeded = sql`exists (select from emergency where id = o.id)
    or exists (select from mandate_recording where grant_id = o.id)
    or exists (select from access_grant where copy_of = o.id)`
  return deleteOfGone(tx, over, 'access_grant', lastGranted, isNeeded)
}

/** One that a clip has a copy of stays for as long as that, without its words: the copy has its own. */
async function emptyCopied(tx: Tx, over: Over): Promise<number> {
  const { numAffectedRows } = await sql`update access_grant o set reference = null, details = '{}' from recording r
    where r.id = o.recording_id and ${lastGranted} < ${over.before} and ${isGone(over)}
      and (o.reference is not null or o.details <> '{}')
      and exists (select from access_grant c where c.copy_of = o.id)`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

async function deleteMandates(tx: Tx, over: Over): Promise<number> {
  const { rows } = await sql<{ id: string; document_id: string }>`
    select m.id, m.document_id from mandate m
      where greatest(m.recorded_at, m.confirmed_at, m.ended_at) < ${over.before}
        and not exists (select from mandate_recording n join recording r on r.id = n.recording_id
          where n.mandate_id = m.id and not ${isGone(over)})
      limit ${over.limit} for update of m`.execute(tx)
  const ids = rows.map(({ id }) => id)
  const documentIds = rows.map((row) => row.document_id)
  await tx
    .deleteFrom('mandate_recording')
    .where(sql<SqlBool>`mandate_id = any(${ids})`)
    .execute()
  await tx
    .deleteFrom('mandate')
    .where(sql<SqlBool>`id = any(${ids})`)
    .execute()
  await tx
    .deleteFrom('mandate_document')
    .where(sql<SqlBool>`id = any(${documentIds})`)
    .execute()
  return ids.length
}

/** One that was answered goes after the answer. */
async function deleteRequests(tx: Tx, over: Over): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select q.id from mandate_request q
      where greatest(q.asked_at, q.ended_at) < ${over.before}
        and not exists (select from mandate_request_recording n join recording r on r.id = n.recording_id
          where n.request_id = q.id and not ${isGone(over)})
        and not exists (select from mandate m where m.request_id = q.id)
      limit ${over.limit} for update of q`.execute(tx)
  const ids = rows.map(({ id }) => id)
  await tx
    .deleteFrom('mandate_request_recording')
    .where(sql<SqlBool>`request_id = any(${ids})`)
    .execute()
  await tx
    .deleteFrom('mandate_request')
    .where(sql<SqlBool>`id = any(${ids})`)
    .execute()
  return ids.length
}
