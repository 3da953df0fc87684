import { type CorpsId, type RecordingId, type SidecarId, toHex } from '@getuige/base'
import type { Sidecar } from '@getuige/contract'
import type { Selectable } from 'kysely'
import type { Reader, Tx } from '#platform/database'
import type { SidecarKind } from './tracks/sidecar.ts'

type SidecarTable = {
  corps_id: string
  id: string
  recording_id: string
  name: string
  kind: string
  size_bytes: number
  sha256: Uint8Array
  points: number
  by_dock: boolean
  received_at: Date
}

declare module '#platform/database' {
  interface Tables {
    recording_sidecar: SidecarTable
  }
}

/** A file of places that came beside a recording. Its bytes are the object `sidecar/` and its id. */
export type KeptSidecar = Readonly<{
  id: SidecarId
  recordingId: RecordingId
  name: string
  kind: SidecarKind
  sizeBytes: number
  sha256: Uint8Array
  points: number
  /** Brought with the recording by the dock, not handed in by a person. */
  byDock: boolean
  receivedAt: Date
}>

function toSidecar(row: Selectable<SidecarTable>): KeptSidecar {
  return {
    id: row.id as SidecarId,
    recordingId: row.recording_id as RecordingId,
    name: row.name,
    kind: row.kind as SidecarKind,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    points: row.points,
    byDock: row.by_dock,
    receivedAt: row.received_at,
  }
}

export function toContractSidecar({ recordingId: _of, sha256, receivedAt, ...sidecar }: KeptSidecar): Sidecar {
  return { ...sidecar, sha256: toHex(sha256), receivedAt: receivedAt.toISOString() }
}

/** Answers false when these bytes came beside the recording before. */
export async function insertSidecar(tx: Tx, corpsId: CorpsId, sidecar: KeptSidecar): Promise<boolean> {
  const result = await tx
    .insertInto('recording_sidecar')
    .values({
      id: sidecar.id,
      corps_id: corpsId,
      recording_id: sidecar.recordingId,
      name: sidecar.name,
      kind: sidecar.kind,
      size_bytes: sidecar.sizeBytes,
      sha256: sidecar.sha256,
      points: sidecar.points,
      by_dock: sidecar.byDock,
      received_at: sidecar.receivedAt,
    })
    .onConflict((conflict) => conflict.columns(['recording_id', 'sha256']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** In the order in which they came. */
export async function listSidecars(db: Reader, recordingId: RecordingId): Promise<KeptSidecar[]> {
  const rows = await db
    .selectFrom('recording_sidecar')
    .selectAll()
    .where('recording_id', '=', recordingId)
    .orderBy('received_at')
    .orderBy('id')
    .execute()
  return rows.map(toSidecar)
}

export async function deleteSidecarsOf(db: Reader, recordingId: RecordingId): Promise<void> {
  await db.deleteFrom('recording_sidecar').where('recording_id', '=', recordingId).execute()
}
