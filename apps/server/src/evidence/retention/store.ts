import { type CorpsId, type Day, type HoldId, newId, type PersonId, type RecordingId } from '@getuige/base'
import type { Hold as ContractHold } from '@getuige/contract'
import { type Expression, type Generated, sql, type SqlBool } from 'kysely'
import { deleteOfGone, type Over } from '#recordings'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    hold: {
      id: string
      corps_id: string
      recording_id: string
      kind: string
      number: string
      reason: string
      placed_at: Date
      placed_by: string
      lifted_at: Date | null
      lifted_by: string | null
      lift_reason: string | null
    }
    erasure_order: {
      recording_id: string
      corps_id: string
      approval_id: string
      number: string
      court: string
      decided_on: string
      document_sha256: Uint8Array
      ordered_at: Date
      asked_by: string
      approved_by: string
    }
    retention_run: { id: Generated<number>; corps_id: string; at: Date; erased: number; failed: number }
  }
}

export type Hold = Readonly<{
  id: HoldId
  recordingId: RecordingId
  kind: ContractHold['kind']
  number: string
  reason: string
  placedAt: Date
  placedBy: string
}>

export async function insertHold(
  tx: Tx,
  hold: Omit<Hold, 'placedBy'> & Readonly<{ corpsId: CorpsId; placedBy: PersonId }>,
): Promise<void> {
  await tx
    .insertInto('hold')
    .values({
      id: hold.id,
      corps_id: hold.corpsId,
      recording_id: hold.recordingId,
      kind: hold.kind,
      number: hold.number,
      reason: hold.reason,
      placed_at: hold.placedAt,
      placed_by: hold.placedBy,
    })
    .execute()
}

/** What is held on one recording is held on another, placed by whoever placed it there. Answers what was placed, and of which. */
export async function copyHolds(
  tx: Tx,
  from: RecordingId,
  to: RecordingId,
  at: Date,
): Promise<{ id: HoldId; copiedFrom: HoldId; kind: Hold['kind']; number: string; reason: string }[]> {
  const rows = await tx
    .selectFrom('hold')
    .selectAll()
    .where('recording_id', '=', from)
    .where('lifted_at', 'is', null)
    .orderBy('placed_at')
    .orderBy('id')
    .execute()
  const copies = rows.map(({ id: copiedFrom, ...row }) => ({
    copiedFrom: copiedFrom as HoldId,
    row: { ...row, id: newId('hold', at), recording_id: to, placed_at: at },
  }))
  if (copies.length > 0) {
    await tx
      .insertInto('hold')
      .values(copies.map(({ row }) => row))
      .execute()
  }
  return copies.map(({ copiedFrom, row: { id, kind, number, reason } }) => ({
    id,
    copiedFrom,
    kind: kind as Hold['kind'],
    number,
    reason,
  }))
}

/** Holds not lifted, with the name of who placed each, oldest first. */
export async function listHoldsInForce(db: Reader, recordingIds: readonly RecordingId[]): Promise<Hold[]> {
  if (recordingIds.length === 0) return []
  const rows = await db
    .selectFrom('hold as h')
    .innerJoin('person as p', 'p.id', 'h.placed_by')
    .selectAll('h')
    .select('p.name as placed_by_name')
    .where(sql<SqlBool>`h.recording_id = any(${recordingIds})`)
    .where('h.lifted_at', 'is', null)
    .orderBy('h.placed_at')
    .orderBy('h.id')
    .execute()
  return rows.map((row) => ({
    id: row.id as HoldId,
    recordingId: row.recording_id as RecordingId,
    kind: row.kind as Hold['kind'],
    number: row.number,
    reason: row.reason,
    placedAt: row.placed_at,
    placedBy: row.placed_by_name,
  }))
}

export async function findHold(
  db: Reader,
  corpsId: CorpsId,
  holdId: HoldId,
): Promise<{ recordingId: RecordingId; kind: Hold['kind']; number: string; liftedAt: Date | null } | undefined> {
  const row = await db
    .selectFrom('hold')
    .select(['recording_id', 'kind', 'number', 'lifted_at'])
    .where('corps_id', '=', corpsId)
    .where('id', '=', holdId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    recordingId: row.recording_id as RecordingId,
    kind: row.kind as Hold['kind'],
    number: row.number,
    liftedAt: row.lifted_at,
  }
}

export async function updateHoldLifted(
  tx: Tx,
  holdId: HoldId,
  lifted: Readonly<{ at: Date; by: PersonId; reason: string }>,
): Promise<void> {
  await tx
    .updateTable('hold')
    .set({ lifted_at: lifted.at, lifted_by: lifted.by, lift_reason: lifted.reason })
    .where('id', '=', holdId)
    .execute()
}

export type Run = Readonly<{ at: Date; erased: number; failed: number }>

export async function insertRun(db: Reader, corpsId: CorpsId, run: Run): Promise<void> {
  await db
    .insertInto('retention_run')
    .values({ corps_id: corpsId, ...run })
    .execute()
}

export async function findLastRun(db: Reader, corpsId: CorpsId): Promise<Run | undefined> {
  return db
    .selectFrom('retention_run')
    .select(['at', 'erased', 'failed'])
    .where('corps_id', '=', corpsId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** A court's order that a recording is erased before its day. */
export type Order = Readonly<{
  recordingId: RecordingId
  corpsId: CorpsId
  approvalId: string
  number: string
  court: string
  decidedOn: Day
  documentSha256: Uint8Array
  orderedAt: Date
}>

export async function insertOrder(
  tx: Tx,
  order: Order & Readonly<{ askedBy: PersonId; approvedBy: PersonId }>,
): Promise<void> {
  await tx
    .insertInto('erasure_order')
    .values({
      recording_id: order.recordingId,
      corps_id: order.corpsId,
      approval_id: order.approvalId,
      number: order.number,
      court: order.court,
      decided_on: order.decidedOn,
      document_sha256: order.documentSha256,
      ordered_at: order.orderedAt,
      asked_by: order.askedBy,
      approved_by: order.approvedBy,
    })
    .execute()
}

/** An order on a recording is one on its clips as well. Nothing where there is one already. */
export async function copyOrder(tx: Tx, from: RecordingId, to: RecordingId): Promise<void> {
  await sql`insert into erasure_order (recording_id, corps_id, approval_id, number, court, decided_on, document_sha256,
      ordered_at, asked_by, approved_by)
    select ${to}, corps_id, approval_id, number, court, decided_on, document_sha256, ordered_at, asked_by, approved_by
    from erasure_order where recording_id = ${from}
    on conflict do nothing`.execute(tx)
}

/** Orders of a court on these recordings, whether carried out or not. */
export async function findOrders(
  db: Reader,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, Order>> {
  if (recordingIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('erasure_order')
    .selectAll()
    .where(sql<SqlBool>`recording_id = any(${recordingIds})`)
    .execute()
  return new Map(
    rows.map((row) => [
      row.recording_id as RecordingId,
      {
        recordingId: row.recording_id as RecordingId,
        corpsId: row.corps_id as CorpsId,
        approvalId: row.approval_id,
        number: row.number,
        court: row.court,
        decidedOn: row.decided_on,
        documentSha256: row.document_sha256,
        orderedAt: row.ordered_at,
      },
    ]),
  )
}

/** Recordings whose erasure was ordered and not begun, in every corps. In order, after `afterId`. */
export async function listOrdered(
  db: Reader,
  limit: number,
  afterId: string,
): Promise<{ id: RecordingId; corpsId: CorpsId }[]> {
  const rows = await db
    .selectFrom('erasure_order as o')
    .innerJoin('recording as r', 'r.id', 'o.recording_id')
    .select(['r.id', 'r.corps_id'])
    .where('r.state', 'in', ['stored', 'viewable'])
    .where('r.is_held', '=', false)
    .where('r.id', '>', afterId)
    .orderBy('r.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id as RecordingId, corpsId: row.corps_id as CorpsId }))
}

export type DueRow = Readonly<{ id: RecordingId; recordedAt: Date; dueAt: Date; mayOpen: boolean }>

/** Kept, not held, and due on that day. In order, after `afterId`. `known`: which of them the person may know of. */
export async function listDueOn(
  db: Reader,
  corpsId: CorpsId,
  on: Day,
  page: Readonly<{ known: Expression<SqlBool>; afterId: string; limit: number }>,
): Promise<DueRow[]> {
  const rows = await db
    .selectFrom('recording')
    .select(['id', 'recorded_at', 'due_at', sql<boolean>`coalesce(${page.known}, false)`.as('may_open')])
    .where('corps_id', '=', corpsId)
    .where('due_on', '=', on)
    .where('state', 'in', ['stored', 'viewable'])
    .where('is_held', '=', false)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: row.id as RecordingId,
    recordedAt: row.recorded_at,
    dueAt: row.due_at,
    mayOpen: row.may_open,
  }))
}

/**
 * Holds, orders and notices of recordings that are gone for as long as the custody log keeps its words. A page; answers how
 * many of each.
 */
export async function forgetHolds(tx: Tx, over: Over) {
  return {
    hold: await deleteOfGone(tx, over, 'hold', sql`o.lifted_at`),
    erasure_order: await deleteOfGone(tx, over, 'erasure_order', sql`o.ordered_at`),
    notice: await deleteOfGone(tx, over, 'notice', sql`o.made_at`),
  }
}
