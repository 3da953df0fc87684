import { idPattern, type PackageId, type PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, sendPieces, serve } from '#platform/http'
import type { Cases } from './index.ts'

export function caseRoutes({ cases }: Readonly<{ cases: Cases }>): Route<PersonActor>[] {
  return [
    serve<typeof contract.exportRecording, PersonActor>(contract.exportRecording, async ({ caller, params, body }) => {
      const { approvalId, expiresAt } = await cases.askExport(caller, params.recordingId, body)
      return { approvalId, expiresAt: expiresAt.toISOString() }
    }),
  ]
}

type PackageDeps = Readonly<{ cases: Cases; requireCaller(request: FastifyRequest): Promise<PersonActor> }>

/** The package as a download. Not by Range: each is written anew, and its proofs may have grown since. */
export function packageRoute({ cases, requireCaller }: PackageDeps): RawRoute {
  return (app) => {
    app.get<{ Params: { packageId: string } }>('/api/packages/:packageId', async (request, reply) => {
      const caller = await requireCaller(request)
      const { packageId } = request.params
      if (!idPattern('package').test(packageId)) throw new AppError('package/not-found')
      const { name, type, body } = await cases.openPackage(caller, packageId as PackageId)
      void reply
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="${name}"`)
        .type(type)
      return sendPieces(reply, body)
    })
  }
}
