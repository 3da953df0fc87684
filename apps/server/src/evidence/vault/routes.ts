import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import { type Route, serve } from '#platform/http'
import type { Vault } from './index.ts'

type RoutesDeps<Caller> = Readonly<{ vault: Vault; requireAdminister(actor: Caller): Promise<void> }>

export function vaultRoutes<Caller extends PersonActor>(deps: RoutesDeps<Caller>): Route<Caller>[] {
  return [
    serve(contract.listAlarms, async ({ caller }) => {
      await deps.requireAdminister(caller)
      const alarms = await deps.vault.alarms(caller.corpsId)
      return {
        alarms: alarms.map(({ recordingId, kind, place, what, foundAt, endedAt, endedBy }) => ({
          recordingId,
          object: contract.vaultObjects.find((object) => object === kind) ?? 'sidecar',
          place,
          what,
          foundAt: foundAt.toISOString(),
          endedAt: endedAt?.toISOString() ?? null,
          endedBy,
        })),
      }
    }),
  ]
}
