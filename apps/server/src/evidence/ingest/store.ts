import type { Actor, CameraId, CorpsId, JsonValue, RecordingId, UploadId } from '@getuige/base'
import type { ClockDrift } from '@getuige/contract'
import type { JSONColumnType, Selectable } from 'kysely'
import type { Reader } from '#platform/database'
import type { DraftRef } from '#vault'

type UploadTable = {
  id: string
  corps_id: string
  recording_id: string
  camera_id: string
  actor: JSONColumnType<Record<string, JsonValue>>
  original_name: string
  dock_drift: JSONColumnType<ClockDrift> | null
  announced_sha256: Uint8Array
  size_bytes: number
  object_key: string
  created_at: Date
  expires_at: Date
}

declare module '#platform/database' {
  interface Tables {
    upload: UploadTable
  }
}

/** A recording that was announced and is being received. Gone once it is stored, refused or expired. */
export type Upload = Readonly<{
  id: UploadId
  corpsId: CorpsId
  recordingId: RecordingId
  cameraId: CameraId
  actor: Actor
  originalName: string
  /** As the dock told it. */
  dockDrift: ClockDrift | null
  announcedSha256: Uint8Array
  sizeBytes: number
  objectKey: string
  createdAt: Date
  expiresAt: Date
}>

function toUpload(row: Selectable<UploadTable>): Upload {
  return {
    id: row.id as UploadId,
    corpsId: row.corps_id as CorpsId,
    recordingId: row.recording_id as RecordingId,
    cameraId: row.camera_id as CameraId,
    actor: row.actor as unknown as Actor,
    originalName: row.original_name,
    dockDrift: row.dock_drift,
    announcedSha256: row.announced_sha256,
    sizeBytes: row.size_bytes,
    objectKey: row.object_key,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

export function draftRefOf(upload: Upload): DraftRef {
  return { draftId: upload.id, objectKey: upload.objectKey, sizeBytes: upload.sizeBytes }
}

export async function insertUpload(db: Reader, upload: Upload): Promise<void> {
  await db
    .insertInto('upload')
    .values({
      id: upload.id,
      corps_id: upload.corpsId,
      recording_id: upload.recordingId,
      camera_id: upload.cameraId,
      actor: JSON.stringify(upload.actor),
      original_name: upload.originalName,
      dock_drift: upload.dockDrift === null ? null : JSON.stringify(upload.dockDrift),
      announced_sha256: upload.announcedSha256,
      size_bytes: upload.sizeBytes,
      object_key: upload.objectKey,
      created_at: upload.createdAt,
      expires_at: upload.expiresAt,
    })
    .execute()
}

export async function findUpload(db: Reader, uploadId: UploadId): Promise<Upload | undefined> {
  const row = await db.selectFrom('upload').selectAll().where('id', '=', uploadId).executeTakeFirst()
  return row === undefined ? undefined : toUpload(row)
}

export async function updateUploadExpiry(db: Reader, uploadId: UploadId, expiresAt: Date): Promise<void> {
  await db.updateTable('upload').set({ expires_at: expiresAt }).where('id', '=', uploadId).execute()
}

export async function deleteUpload(db: Reader, uploadId: UploadId): Promise<void> {
  await db.deleteFrom('upload').where('id', '=', uploadId).execute()
}

export async function listExpiredUploads(db: Reader, now: Date): Promise<Upload[]> {
  const rows = await db.selectFrom('upload').selectAll().where('expires_at', '<=', now).execute()
  return rows.map(toUpload)
}

/** What is being received, for the vault's sweep. */
export async function listDrafts(db: Reader): Promise<DraftRef[]> {
  return (await listUploads(db)).map(draftRefOf)
}

export async function listUploads(db: Reader): Promise<Upload[]> {
  const rows = await db.selectFrom('upload').selectAll().execute()
  return rows.map(toUpload)
}
