import * as contract from '@getuige/contract'
import type { Viewer } from '#access'
import { type Route, serve } from '#platform/http'
import type { Marker, Markers } from './index.ts'

export function markerRoutes({ markers }: Readonly<{ markers: Markers }>): Route<Viewer>[] {
  return [
    serve<typeof contract.listMarkers, Viewer>(contract.listMarkers, async ({ caller, params }) => {
      const all = await markers.list(caller, params.recordingId)
      return { markers: all.map((one) => describe(one, caller)) }
    }),
    serve<typeof contract.addMarker, Viewer>(contract.addMarker, async ({ caller, params, body }) => ({
      marker: describe(await markers.add(caller, params.viewingId, body), caller),
    })),
    serve<typeof contract.changeMarker, Viewer>(contract.changeMarker, async ({ caller, params, body }) => ({
      marker: describe(await markers.change(caller, params.viewingId, params.markerId, body), caller),
    })),
    serve<typeof contract.removeMarker, Viewer>(contract.removeMarker, async ({ caller, params }) => {
      await markers.remove(caller, params.viewingId, params.markerId)
      return {}
    }),
  ]
}

function describe({ id, atMs, toMs, note, madeBy, madeById, madeAt, purpose }: Marker, caller: Viewer) {
  const may = { change: madeById === caller.id }
  return { id, atMs, toMs, note, madeBy, madeAt: madeAt.toISOString(), purpose, may }
}
