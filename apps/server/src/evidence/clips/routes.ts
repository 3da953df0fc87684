import * as contract from '@getuige/contract'
import type { Viewer } from '#access'
import { type Route, serve } from '#platform/http'
import type { Clips } from './index.ts'

export function clipRoutes({ clips }: Readonly<{ clips: Clips }>): Route<Viewer>[] {
  return [
    serve<typeof contract.makeClip, Viewer>(contract.makeClip, async ({ caller, params, body }) => ({
      taskId: await clips.make(caller, params.viewingId, body),
    })),
  ]
}
