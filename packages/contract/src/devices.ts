import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { cameraId, dockId, instant, label, noParams, nothing, permission, personId } from './values.ts'

export const camera = z.object({
  id: cameraId,
  label: z.string(),
  serial: z.string(),
  /** Who carries it now; null: nobody. */
  wearer: z.object({ id: personId, name: z.string() }).nullable(),
  createdAt: instant,
})
export type Camera = z.output<typeof camera>

const serial = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

/** By label. An enforcer sees the cameras they carry; the others see all. */
export const listCameras = endpoint({
  method: 'GET',
  path: '/cameras',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ cameras: z.array(camera), may: z.object({ manage: permission, seePeople: permission }) }),
  errors: [],
})

export const addCamera = endpoint({
  method: 'POST',
  path: '/cameras',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ label, serial, wearerId: personId.nullable() }),
  returns: z.object({ camera }),
  errors: ['camera/serial-taken', 'person/not-found'],
})

/** Hands the camera to another wearer from now on, or to nobody. Recordings made before keep their wearer. */
export const assignCamera = endpoint({
  method: 'POST',
  path: '/cameras/:cameraId/wearer',
  session: 'person',
  params: z.object({ cameraId }),
  query: nothing,
  body: z.object({ wearerId: personId.nullable() }),
  returns: z.object({ camera }),
  errors: ['camera/not-found', 'person/not-found'],
})

export const dock = z.object({ id: dockId, label: z.string(), createdAt: instant, lastSeenAt: instant.nullable() })
export type Dock = z.output<typeof dock>

export const listDocks = endpoint({
  method: 'GET',
  path: '/docks',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ docks: z.array(dock) }),
  errors: [],
})

/** The token is shown once, here; `getuige dock` gives it with each request. */
export const addDock = endpoint({
  method: 'POST',
  path: '/docks',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ label }),
  returns: z.object({ dock, token: z.string() }),
  errors: [],
})

/** Ends the dock's access at once. */
export const removeDock = endpoint({
  method: 'DELETE',
  path: '/docks/:dockId',
  session: 'person',
  params: z.object({ dockId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['dock/not-found'],
})
