import type { CorpsId, MarkerId, PersonId, RecordingId } from '@getuige/base'
import type { Reader, Tx } from '#platform/database'

type MarkerTable = {
  id: string
  corps_id: string
  recording_id: string
  at_ms: number
  to_ms: number | null
  note: string
  made_by: string
  made_at: Date
  purpose: string
}

declare module '#platform/database' {
  interface Tables {
    recording_marker: MarkerTable
  }
}

export type Marker = Readonly<{
  id: MarkerId
  recordingId: RecordingId
  atMs: number
  /** Null: a moment. */
  toMs: number | null
  note: string
  madeById: PersonId
  madeBy: string
  madeAt: Date
  purpose: string
}>

export async function insertMarker(
  tx: Tx,
  { id, recordingId, atMs, toMs, note, madeById, madeAt, purpose, corpsId }: Marker & Readonly<{ corpsId: CorpsId }>,
): Promise<void> {
  await tx
    .insertInto('recording_marker')
    .values({
      id,
      corps_id: corpsId,
      recording_id: recordingId,
      at_ms: atMs,
      to_ms: toMs,
      note,
      made_by: madeById,
      made_at: madeAt,
      purpose,
    })
    .execute()
}

export async function updateMarker(
  tx: Tx,
  markerId: MarkerId,
  { atMs, toMs, note }: Pick<Marker, 'atMs' | 'toMs' | 'note'>,
): Promise<void> {
  await tx.updateTable('recording_marker').set({ at_ms: atMs, to_ms: toMs, note }).where('id', '=', markerId).execute()
}

export async function deleteMarker(tx: Tx, markerId: MarkerId): Promise<void> {
  await tx.deleteFrom('recording_marker').where('id', '=', markerId).execute()
}

export async function deleteMarkersOf(db: Reader, recordingId: RecordingId): Promise<void> {
  await db.deleteFrom('recording_marker').where('recording_id', '=', recordingId).execute()
}

export async function findMarker(db: Reader, markerId: MarkerId): Promise<Marker | undefined> {
  const row = await select(db).where('m.id', '=', markerId).executeTakeFirst()
  return row === undefined ? undefined : toMarker(row)
}

/** How many a recording has, and how many of them one person made. */
export async function countMarkers(
  db: Reader,
  recordingId: RecordingId,
  personId: PersonId,
): Promise<{ all: number; own: number }> {
  const row = await db
    .selectFrom('recording_marker')
    .select(({ fn }) => [
      fn.countAll<number>().as('all'),
      fn.countAll<number>().filterWhere('made_by', '=', personId).as('own'),
    ])
    .where('recording_id', '=', recordingId)
    .executeTakeFirstOrThrow()
  return row
}

/** In the order of the recording. */
export async function listMarkers(db: Reader, recordingId: RecordingId): Promise<Marker[]> {
  const rows = await select(db).where('m.recording_id', '=', recordingId).orderBy('m.at_ms').orderBy('m.id').execute()
  return rows.map(toMarker)
}

function select(db: Reader) {
  return db
    .selectFrom('recording_marker as m')
    .innerJoin('person as p', 'p.id', 'm.made_by')
    .selectAll('m')
    .select('p.name as made_by_name')
}

function toMarker(row: MarkerTable & { made_by_name: string }): Marker {
  return {
    id: row.id as MarkerId,
    recordingId: row.recording_id as RecordingId,
    atMs: row.at_ms,
    toMs: row.to_ms,
    note: row.note,
    madeById: row.made_by as PersonId,
    madeBy: row.made_by_name,
    madeAt: row.made_at,
    purpose: row.purpose,
  }
}
