import type { CameraId, CorpsId, DockId, PersonId } from '@getuige/base'
import type { Generated } from 'kysely'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    camera: { id: string; corps_id: string; label: string; serial: string; created_at: Date }
    camera_assignment: {
      corps_id: Generated<string>
      camera_id: string
      wearer_id: string
      from_at: Date
      until_at: Date | null
    }
    dock: {
      id: string
      corps_id: string
      label: string
      token_sha256: Uint8Array
      created_at: Date
      last_seen_at: Date | null
      removed_at: Date | null
    }
  }
}

export type Camera = Readonly<{
  id: CameraId
  label: string
  serial: string
  createdAt: Date
  wearer: Readonly<{ id: PersonId; name: string }> | null
}>

function camerasWithWearer(db: Reader, corpsId: CorpsId) {
  return db
    .selectFrom('camera as c')
    .leftJoin('camera_assignment as a', (join) => join.onRef('a.camera_id', '=', 'c.id').on('a.until_at', 'is', null))
    .leftJoin('person as p', 'p.id', 'a.wearer_id')
    .select(['c.id', 'c.label', 'c.serial', 'c.created_at', 'p.id as wearer_id', 'p.name as wearer_name'])
    .where('c.corps_id', '=', corpsId)
    .orderBy('c.label')
    .orderBy('c.id')
}

type CameraRow = Awaited<ReturnType<ReturnType<typeof camerasWithWearer>['execute']>>[number]

function toCamera(row: CameraRow): Camera {
  return {
    id: row.id as CameraId,
    label: row.label,
    serial: row.serial,
    createdAt: row.created_at,
    wearer:
      row.wearer_id === null || row.wearer_name === null
        ? null
        : { id: row.wearer_id as PersonId, name: row.wearer_name },
  }
}

/** By label. `onlyWearerId`: those a person carries now. */
export async function listCameras(db: Reader, corpsId: CorpsId, onlyWearerId?: PersonId): Promise<Camera[]> {
  let query = camerasWithWearer(db, corpsId)
  if (onlyWearerId !== undefined) query = query.where('p.id', '=', onlyWearerId)
  return (await query.execute()).map(toCamera)
}

export async function findCamera(db: Reader, corpsId: CorpsId, cameraId: CameraId): Promise<Camera | undefined> {
  const row = await camerasWithWearer(db, corpsId).where('c.id', '=', cameraId).executeTakeFirst()
  return row === undefined ? undefined : toCamera(row)
}

export async function findCameraBySerial(db: Reader, corpsId: CorpsId, serial: string): Promise<Camera | undefined> {
  const row = await camerasWithWearer(db, corpsId).where('c.serial', '=', serial).executeTakeFirst()
  return row === undefined ? undefined : toCamera(row)
}

/** Answers false when the serial is taken. */
export async function insertCamera(
  tx: Tx,
  camera: Readonly<{ id: CameraId; corpsId: CorpsId; label: string; serial: string; createdAt: Date }>,
): Promise<boolean> {
  const result = await tx
    .insertInto('camera')
    .values({
      id: camera.id,
      corps_id: camera.corpsId,
      label: camera.label,
      serial: camera.serial,
      created_at: camera.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['corps_id', 'serial']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The camera, locked: two who hand it over at once take turns. False when there is none. */
export async function lockCamera(tx: Tx, corpsId: CorpsId, cameraId: CameraId): Promise<boolean> {
  const row = await tx
    .selectFrom('camera')
    .select('id')
    .where('corps_id', '=', corpsId)
    .where('id', '=', cameraId)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export async function endAssignment(tx: Tx, cameraId: CameraId, at: Date): Promise<void> {
  await tx
    .updateTable('camera_assignment')
    .set({ until_at: at })
    .where('camera_id', '=', cameraId)
    .where('until_at', 'is', null)
    .execute()
}

export async function insertAssignment(tx: Tx, cameraId: CameraId, wearerId: PersonId, from: Date): Promise<void> {
  await tx
    .insertInto('camera_assignment')
    .values({ camera_id: cameraId, wearer_id: wearerId, from_at: from, until_at: null })
    .onConflict((conflict) =>
      conflict.columns(['camera_id', 'from_at']).doUpdateSet({ wearer_id: wearerId, until_at: null }),
    )
    .execute()
}

/** Which cameras a person carried between two instants, in that order. `until` null: still theirs. */
export async function listCarried(
  db: Reader,
  wearerId: PersonId,
  from: Date,
  until: Date,
): Promise<{ label: string; from: Date; until: Date | null }[]> {
  const rows = await db
    .selectFrom('camera_assignment as a')
    .innerJoin('camera as c', 'c.id', 'a.camera_id')
    .select(['c.label', 'a.from_at', 'a.until_at'])
    .where('a.wearer_id', '=', wearerId)
    .where('a.from_at', '<', until)
    .where((eb) => eb.or([eb('a.until_at', 'is', null), eb('a.until_at', '>', from)]))
    .orderBy('a.from_at')
    .orderBy('c.label')
    .execute()
  return rows.map((row) => ({ label: row.label, from: row.from_at, until: row.until_at }))
}

/** Who carried the camera at that instant; null when nobody is known to have. */
export async function findWearerAt(db: Reader, cameraId: CameraId, at: Date): Promise<PersonId | null> {
  const row = await db
    .selectFrom('camera_assignment')
    .select('wearer_id')
    .where('camera_id', '=', cameraId)
    .where('from_at', '<=', at)
    .where((eb) => eb.or([eb('until_at', 'is', null), eb('until_at', '>', at)]))
    .orderBy('from_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (row?.wearer_id ?? null) as PersonId | null
}

export type Dock = Readonly<{ id: DockId; corpsId: CorpsId; label: string; createdAt: Date; lastSeenAt: Date | null }>

export async function insertDock(tx: Tx, dock: Dock, tokenSha256: Uint8Array): Promise<void> {
  await tx
    .insertInto('dock')
    .values({
      id: dock.id,
      corps_id: dock.corpsId,
      label: dock.label,
      token_sha256: tokenSha256,
      created_at: dock.createdAt,
    })
    .execute()
}

/** By label, those not removed. */
export async function listDocks(db: Reader, corpsId: CorpsId): Promise<Dock[]> {
  const rows = await db
    .selectFrom('dock')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('removed_at', 'is', null)
    .orderBy('label')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id as DockId,
    corpsId,
    label: row.label,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }))
}

/** Notes the moment it was seen. Undefined for a token of no dock, or of one that was removed. */
export async function findDockByToken(db: Reader, tokenSha256: Uint8Array, now: Date): Promise<Dock | undefined> {
  const row = await db
    .updateTable('dock')
    .set({ last_seen_at: now })
    .where('token_sha256', '=', tokenSha256)
    .where('removed_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: row.id as DockId,
    corpsId: row.corps_id as CorpsId,
    label: row.label,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }
}

/** Answers false when there is none to remove. */
export async function updateDockRemoved(tx: Tx, corpsId: CorpsId, dockId: DockId, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('dock')
    .set({ removed_at: at })
    .where('corps_id', '=', corpsId)
    .where('id', '=', dockId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
