import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { z } from 'zod'
import { type Route, serve } from '#platform/http'
import type { Camera, Devices, Dock } from './index.ts'

type RoutesDeps = Readonly<{
  devices: Devices
  /** Throws `access/denied`. */
  requireManage(actor: PersonActor): Promise<void>
  decide(act: 'manage-devices' | 'see-people', actor: PersonActor): Promise<contract.Permission>
}>

export function deviceRoutes({ devices, requireManage, decide }: RoutesDeps): Route<PersonActor>[] {
  return [
    serve(contract.listCameras, async ({ caller }: { caller: PersonActor }) => {
      const onlyWearerId =
        !caller.roles.includes('administrator') && caller.roles.includes('enforcer') ? caller.id : undefined
      const [cameras, manage, seePeople] = await Promise.all([
        devices.list(caller.corpsId, onlyWearerId),
        decide('manage-devices', caller),
        decide('see-people', caller),
      ])
      return { cameras: cameras.map(toCamera), may: { manage, seePeople } }
    }),
    serve(contract.addCamera, async ({ caller, body }) => {
      await requireManage(caller)
      return { camera: toCamera(await devices.add(caller, body)) }
    }),
    serve(contract.assignCamera, async ({ caller, params, body }) => {
      await requireManage(caller)
      return { camera: toCamera(await devices.assign(caller, params.cameraId, body.wearerId)) }
    }),
    serve(contract.listDocks, async ({ caller }: { caller: PersonActor }) => {
      await requireManage(caller)
      return { docks: (await devices.listDocks(caller.corpsId)).map(toDock) }
    }),
    serve(contract.addDock, async ({ caller, body }) => {
      await requireManage(caller)
      const { dock, token } = await devices.addDock(caller, body.label)
      return { dock: toDock(dock), token }
    }),
    serve(contract.removeDock, async ({ caller, params }) => {
      await requireManage(caller)
      await devices.removeDock(caller, params.dockId)
      return {}
    }),
  ]
}

function toCamera(camera: Camera): z.input<typeof contract.camera> {
  return { ...camera, createdAt: camera.createdAt.toISOString() }
}

function toDock(dock: Dock): z.input<typeof contract.dock> {
  return {
    id: dock.id,
    label: dock.label,
    createdAt: dock.createdAt.toISOString(),
    lastSeenAt: dock.lastSeenAt?.toISOString() ?? null,
  }
}
