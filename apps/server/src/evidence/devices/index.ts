import { createHash, randomBytes } from 'node:crypto'
import {
  type Actor,
  type CameraId,
  type CorpsId,
  type DockId,
  newId,
  type PersonActor,
  type PersonId,
} from '@getuige/base'
import { AppError } from '#platform/errors'
import type { DevicesDeps } from './deps.ts'
import {
  type Camera,
  type Dock,
  endAssignment,
  findCamera,
  findCameraBySerial,
  findDockByToken,
  findWearerAt,
  insertAssignment,
  insertCamera,
  insertDock,
  listCameras,
  listCarried,
  listDocks,
  lockCamera,
  updateDockRemoved,
} from './store.ts'

export type { Camera, Dock } from './store.ts'
export type Devices = ReturnType<typeof openDevices>

const sha256 = (token: string) => createHash('sha256').update(token).digest()

/** Captured: cameras, who carried which and when, and the docks that hand recordings over. */
export function openDevices(deps: DevicesDeps) {
  const { db, clock, custody } = deps

  async function requireWearer(corpsId: CorpsId, wearerId: PersonId | null): Promise<void> {
    if (wearerId !== null && (await deps.findPerson(corpsId, wearerId)) === undefined)
      throw new AppError('person/not-found')
  }
  async function requireCamera(corpsId: CorpsId, cameraId: CameraId): Promise<Camera> {
    const camera = await findCamera(db.of(corpsId), corpsId, cameraId)
    if (camera === undefined) throw new AppError('camera/not-found')
    return camera
  }

  return {
    list: (corpsId: CorpsId, onlyWearerId?: PersonId) => listCameras(db.of(corpsId), corpsId, onlyWearerId),
    findBySerial: (corpsId: CorpsId, serial: string) => findCameraBySerial(db.of(corpsId), corpsId, serial),
    listCarried: (corpsId: CorpsId, wearerId: PersonId, from: Date, until: Date) =>
      listCarried(db.of(corpsId), wearerId, from, until),
    findWearerAt: (corpsId: CorpsId, cameraId: CameraId, at: Date) => findWearerAt(db.of(corpsId), cameraId, at),

    /**
     * Custody: `camera-added`. The first wearer counts from the beginning, not from now: a camera is entered here when
     * it has been in use already, and its recordings are somebody's.
     */
    async add(
      actor: PersonActor,
      request: Readonly<{ label: string; serial: string; wearerId: PersonId | null }>,
    ): Promise<Camera> {
      await requireWearer(actor.corpsId, request.wearerId)
      const id = newId('camera', clock.now())
      await custody.act(actor, async (tx, record) => {
        const { label, serial, wearerId } = request
        const isNew = await insertCamera(tx, { id, corpsId: actor.corpsId, label, serial, createdAt: clock.now() })
        if (!isNew) throw new AppError('camera/serial-taken')
        if (wearerId !== null) await insertAssignment(tx, id, wearerId, new Date(0))
        await record({ type: 'camera-added', recordingId: null, details: { cameraId: id, serial, wearerId } })
      })
      return requireCamera(actor.corpsId, id)
    },

    /** Custody: `camera-assigned`. From now on; earlier recordings keep their wearer. */
    async assign(actor: PersonActor, cameraId: CameraId, wearerId: PersonId | null): Promise<Camera> {
      await requireWearer(actor.corpsId, wearerId)
      await custody.act(actor, async (tx, record) => {
        if (!(await lockCamera(tx, actor.corpsId, cameraId))) throw new AppError('camera/not-found')
        await endAssignment(tx, cameraId, clock.now())
        if (wearerId !== null) await insertAssignment(tx, cameraId, wearerId, clock.now())
        await record({ type: 'camera-assigned', recordingId: null, details: { cameraId, wearerId } })
      })
      return requireCamera(actor.corpsId, cameraId)
    },

    listDocks: (corpsId: CorpsId) => listDocks(db.of(corpsId), corpsId),

    /** Custody: `dock-added`. The token is answered once and kept only as its digest. */
    async addDock(actor: PersonActor, label: string): Promise<{ dock: Dock; token: string }> {
      const token = `dock_${randomBytes(32).toString('base64url')}`
      const createdAt = clock.now()
      const dock = { id: newId('dock', createdAt), corpsId: actor.corpsId, label, createdAt, lastSeenAt: null }
      await custody.act(actor, async (tx, record) => {
        await insertDock(tx, dock, sha256(token))
        await record({ type: 'dock-added', recordingId: null, details: { dockId: dock.id } })
      })
      return { dock, token }
    },

    /** Custody: `dock-removed`. Its token is refused from now on. */
    removeDock(actor: PersonActor, dockId: DockId): Promise<void> {
      return custody.act(actor, async (tx, record) => {
        if (!(await updateDockRemoved(tx, actor.corpsId, dockId, clock.now()))) throw new AppError('dock/not-found')
        await record({ type: 'dock-removed', recordingId: null, details: { dockId } })
      })
    },

    /** Throws `dock/token-refused`. */
    async requireDock(token: string): Promise<Extract<Actor, { kind: 'dock' }>> {
      const dock = await findDockByToken(db.everyCorps, sha256(token), clock.now())
      if (dock === undefined) throw new AppError('dock/token-refused')
      return { kind: 'dock', id: dock.id, corpsId: dock.corpsId, name: dock.label }
    },
  }
}
