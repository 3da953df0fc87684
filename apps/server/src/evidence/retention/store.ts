import type { CorpsId, HoldId, PersonId, RecordingId } from '@getuige/base'
import { type Generated, sql, type SqlBool } from 'kysely'
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
    retention_run: { id: Generated<number>; corps_id: string; at: Date; erased: number; failed: number }
  }
}

export type Hold = Readonly<{
  id: HoldId
  recordingId: RecordingId
  kind: 'report' | 'complaint'
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
