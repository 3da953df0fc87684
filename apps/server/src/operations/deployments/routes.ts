import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import { type Route, serve } from '#platform/http'
import type { Deployments } from './index.ts'

export function deploymentRoutes({ deployments }: Readonly<{ deployments: Deployments }>): Route<PersonActor>[] {
  const toDate = (text: string | null) => (text === null ? null : new Date(text))
  return [
    serve<typeof contract.completeActivation, PersonActor>(
      contract.completeActivation,
      async ({ caller, params, body }) => {
        await deployments.complete(caller, params.recordingId, {
          ...body,
          firstWarningAt: toDate(body.firstWarningAt),
          secondWarningAt: toDate(body.secondWarningAt),
        })
        return {}
      },
    ),
  ]
}
