import { type DocumentId, idPattern, type PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, serve } from '#platform/http'
import type { Emergencies } from './emergency.ts'
import type { Mandates } from './mandates.ts'

/** Requests to the prosecutor and decisions on them. */
export function mandateRoutes({ mandates }: Readonly<{ mandates: Mandates }>): Route<PersonActor>[] {
  return [
    serve<typeof contract.listMandates, PersonActor>(contract.listMandates, ({ caller }) => mandates.list(caller)),
    serve<typeof contract.requestMandate, PersonActor>(contract.requestMandate, async ({ caller, body }) => ({
      requestId: await mandates.request(caller, body),
    })),
    serve<typeof contract.withdrawMandateRequest, PersonActor>(
      contract.withdrawMandateRequest,
      async ({ caller, params, body }) => {
        await mandates.withdrawRequest(caller, params.requestId, body.reason)
        return {}
      },
    ),
    serve<typeof contract.refuseMandate, PersonActor>(contract.refuseMandate, async ({ caller, params, body }) => {
      await mandates.refuse(caller, params.requestId, body)
      return {}
    }),
    serve<typeof contract.grantMandate, PersonActor>(contract.grantMandate, async ({ caller, params, body }) => ({
      mandateId: await mandates.grant(caller, params.requestId, body),
    })),
    serve<typeof contract.recordMandate, PersonActor>(contract.recordMandate, async ({ caller, body }) => ({
      mandateId: await mandates.recordOnPaper(caller, body),
    })),
    serve<typeof contract.confirmMandate, PersonActor>(contract.confirmMandate, async ({ caller, params, body }) => {
      await mandates.confirm(caller, params.mandateId, body.reason)
      return {}
    }),
    serve<typeof contract.rejectMandate, PersonActor>(contract.rejectMandate, async ({ caller, params, body }) => {
      await mandates.reject(caller, params.mandateId, body.reason)
      return {}
    }),
    serve<typeof contract.withdrawMandate, PersonActor>(contract.withdrawMandate, async ({ caller, params, body }) => {
      await mandates.withdraw(caller, params.mandateId, body.reason)
      return {}
    }),
  ]
}

/** Danger to life. */
export function emergencyRoutes({ emergencies }: Readonly<{ emergencies: Emergencies }>): Route<PersonActor>[] {
  return [
    serve<typeof contract.breakGlass, PersonActor>(contract.breakGlass, async ({ caller, params, body }) => {
      const { id, untilAt, justifyBy } = await emergencies.break(caller, params.recordingId, body.danger)
      return { emergencyId: id, untilAt: untilAt.toISOString(), justifyBy: justifyBy.toISOString() }
    }),
    serve<typeof contract.listEmergencies, PersonActor>(contract.listEmergencies, ({ caller }) =>
      emergencies.list(caller),
    ),
    serve<typeof contract.justifyEmergency, PersonActor>(
      contract.justifyEmergency,
      async ({ caller, params, body }) => {
        await emergencies.justify(caller, params.emergencyId, body)
        return {}
      },
    ),
    serve<typeof contract.judgeEmergency, PersonActor>(contract.judgeEmergency, async ({ caller, params, body }) => {
      await emergencies.judge(caller, params.emergencyId, body)
      return {}
    }),
  ]
}

type DocumentDeps = Readonly<{ mandates: Mandates; requireCaller(request: FastifyRequest): Promise<PersonActor> }>

/** Documents of decisions: handed in as they are, and given out again as an attachment, never shown in the page. */
export function mandateDocumentRoute({ mandates, requireCaller }: DocumentDeps): RawRoute {
  return (app) => {
    void app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers()
      // Read by the act, which stops at the first byte too many.
      scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
      scope.post(contract.documentPath, { bodyLimit: 4 * contract.mostDocumentBytes }, async (request, reply) => {
        const caller = await requireCaller(request)
        // Refused in words before it is read; one that does not say its length is cut off.
        if (Number(request.headers['content-length'] ?? 0) > contract.mostDocumentBytes)
          throw new AppError('document/too-large')
        const { id, sha256, sizeBytes } = await mandates.keepDocument(caller, request.raw)
        return reply.header('cache-control', 'no-store').send({ documentId: id, sha256, sizeBytes })
      })
      done()
    })
    app.get<{ Params: { documentId: string } }>(`${contract.documentPath}/:documentId`, async (request, reply) => {
      const caller = await requireCaller(request)
      const { documentId } = request.params
      if (!idPattern('document').test(documentId)) throw new AppError('document/not-found')
      const { kind, bytes, mandateId } = await mandates.openDocument(caller, documentId as DocumentId)
      return reply
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="${mandateId}.${kind === 'pdf' ? 'pdf' : 'txt'}"`)
        .type(kind === 'pdf' ? 'application/pdf' : 'text/plain; charset=utf-8')
        .send(Buffer.from(bytes))
    })
  }
}
