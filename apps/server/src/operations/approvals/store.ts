import { createHash } from 'node:crypto'
import { canonicalJson } from '@getuige/base'
import type { ApprovalId, CorpsId, JsonValue, PersonActor, PersonId, RecordingId, Role } from '@getuige/base'
import type { ApprovedAct, LawKey } from '@getuige/law'
import { type Selectable, sql } from 'kysely'
import { deleteOfGone, type Over } from '#recordings'
import type { Reader, Tx } from '#platform/database'

type Somebody = Readonly<{ name: string; title: string; roles: readonly Role[] }>

type ApprovalTable = {
  id: string
  corps_id: string
  act: string
  recording_id: string | null
  law: string
  purpose_id: string | null
  asked_by: string
  asker: unknown
  asked_at: Date
  expires_at: Date
  reason: string
  shown: unknown
  payload: unknown
  ended_at: Date | null
  ended_as: string | null
  ended_by: string | null
  ender: unknown
  end_reason: string | null
}

declare module '#platform/database' {
  interface Tables {
    approval: ApprovalTable
  }
}

export type Ending = 'given' | 'refused' | 'withdrawn' | 'expired'

export type AskedApproval = Readonly<{
  id: ApprovalId
  corpsId: CorpsId
  act: ApprovedAct
  recordingId: RecordingId | null
  law: LawKey
  purposeId: string | null
  askedById: PersonId
  asker: Somebody
  askedAt: Date
  expiresAt: Date
  reason: string
  shown: Readonly<Record<string, JsonValue>>
  payload: JsonValue
  endedAs: Ending | null
  ended: Readonly<{ at: Date; by: Somebody | null; reason: string | null }> | null
}>

function toApproval(row: Selectable<ApprovalTable>): AskedApproval {
  return {
    id: row.id as ApprovalId,
    corpsId: row.corps_id as CorpsId,
    act: row.act as ApprovedAct,
    recordingId: row.recording_id as RecordingId | null,
    law: row.law as LawKey,
    purposeId: row.purpose_id,
    askedById: row.asked_by as PersonId,
    asker: row.asker as Somebody,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    reason: row.reason,
    shown: row.shown as AskedApproval['shown'],
    payload: row.payload as JsonValue,
    endedAs: row.ended_as as Ending | null,
    ended:
      row.ended_at === null ? null : { at: row.ended_at, by: row.ender as Somebody | null, reason: row.end_reason },
  }
}

export async function insertApproval(tx: Tx, approval: Omit<AskedApproval, 'endedAs' | 'ended'>): Promise<void> {
  await tx
    .insertInto('approval')
    .values({
      id: approval.id,
      corps_id: approval.corpsId,
      act: approval.act,
      recording_id: approval.recordingId,
      law: approval.law,
      purpose_id: approval.purposeId,
      asked_by: approval.askedById,
      asker: JSON.stringify(approval.asker),
      asked_at: approval.askedAt,
      expires_at: approval.expiresAt,
      reason: approval.reason,
      shown: JSON.stringify(approval.shown),
      payload: JSON.stringify(approval.payload),
      ended_at: null,
      ended_as: null,
      ended_by: null,
      ender: null,
      end_reason: null,
    })
    .execute()
}

export async function findApproval(
  db: Reader,
  corpsId: CorpsId,
  approvalId: ApprovalId,
): Promise<AskedApproval | undefined> {
  const row = await one(db, corpsId, approvalId).executeTakeFirst()
  return row === undefined ? undefined : toApproval(row)
}

/** Of two that decide at once, the second sees what the first decided. Lock the recording, if there is one, before. */
export async function lockApproval(
  tx: Tx,
  corpsId: CorpsId,
  approvalId: ApprovalId,
): Promise<AskedApproval | undefined> {
  const row = await one(tx, corpsId, approvalId).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : toApproval(row)
}

const one = (db: Reader, corpsId: CorpsId, approvalId: ApprovalId) =>
  db.selectFrom('approval').selectAll().where('corps_id', '=', corpsId).where('id', '=', approvalId)

export async function updateEnded(
  tx: Tx,
  approvalId: ApprovalId,
  ended: Readonly<{ as: Ending; at: Date; by: PersonActor | null; reason: string | null }>,
): Promise<void> {
  await tx
    .updateTable('approval')
    .set({
      ended_as: ended.as,
      ended_at: ended.at,
      ended_by: ended.by?.id ?? null,
      ender: ended.by === null ? null : JSON.stringify(somebody(ended.by)),
      end_reason: ended.reason,
    })
    .where('id', '=', approvalId)
    .execute()
}

/** What is to be done is not in the words of its entry: this says that it stayed the same. */
export function digestOfPayload(payload: JsonValue): string {
  return createHash('sha256').update(canonicalJson(payload)).digest('hex')
}

/** A person as they are now, to be kept as they were then. */
export const somebody = ({ name, title, roles }: PersonActor): Somebody => ({ name, title, roles })

/** All that wait in the corps, first to expire first. */
export async function listWaiting(db: Reader, corpsId: CorpsId, now: Date): Promise<AskedApproval[]> {
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('expires_at')
    .orderBy('id')
    .execute()
  return rows.map(toApproval)
}

/** Newest first. */
export async function listAskedBy(db: Reader, person: PersonActor, limit: number): Promise<AskedApproval[]> {
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('corps_id', '=', person.corpsId)
    .where('asked_by', '=', person.id)
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toApproval)
}

/** Newest first. */
export async function listDecidedBy(db: Reader, person: PersonActor, limit: number): Promise<AskedApproval[]> {
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('corps_id', '=', person.corpsId)
    .where('ended_by', '=', person.id)
    .where('ended_as', 'in', ['given', 'refused'])
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toApproval)
}

/** Of every corps: waiting, although their time is over. */
export async function listExpired(
  db: Reader,
  now: Date,
  limit: number,
): Promise<readonly Readonly<{ id: ApprovalId; corpsId: CorpsId }>[]> {
  const rows = await db
    .selectFrom('approval')
    .select(['id', 'corps_id'])
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id as ApprovalId, corpsId: row.corps_id as CorpsId }))
}

/**
 * What was asked of a second person, as long ago as the custody log keeps its words: about a recording, once it is gone for
 * as long. A page; answers how many.
 */
export async function forgetApprovals(tx: Tx, over: Over) {
  const isNeeded = sql`exists (select from export_package where approval_id = o.id)`
  const ofGone = await deleteOfGone(tx, over, 'approval', sql`o.ended_at`, isNeeded)
  const { numAffectedRows } = await sql`delete from approval where id = any(array(
    select o.id from approval o
      where o.recording_id is null and o.ended_at < ${over.before}
      limit ${over.limit} for update))`.execute(tx)
  return { approval: ofGone + Number(numAffectedRows ?? 0n) }
}
