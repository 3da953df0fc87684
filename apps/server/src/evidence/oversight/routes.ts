import { idPattern, languages, type PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, sendPieces, serve } from '#platform/http'
import type { Oversight } from './index.ts'

export function oversightRoutes<Caller extends PersonActor>({
  oversight,
}: Readonly<{ oversight: Oversight }>): Route<Caller>[] {
  return [
    serve<typeof contract.searchAccessLog, Caller>(contract.searchAccessLog, async ({ caller, body }) => {
      const { after, limit, ...filters } = body
      const page = await oversight.search(caller, filters, { after, limit })
      const purposes = await oversight.purposes(caller)
      return { ...page, purposes: [...purposes], types: [...oversight.types(filters)] }
    }),
    serve<typeof contract.exportAccessLog, Caller>(contract.exportAccessLog, async ({ caller, body }) => {
      const { format, language, reason, ...filters } = body
      const { expiresAt, id, ...made } = await oversight.export(caller, filters, { format, language, reason })
      const url = `/api/access-log/exports/${id}`
      return { ...made, fileUrl: `${url}/file`, signatureUrl: `${url}/signature`, expiresAt: expiresAt.toISOString() }
    }),
    serve<typeof contract.getOversight, Caller>(contract.getOversight, ({ caller }) => oversight.describe(caller)),
    serve<typeof contract.listOutliers, Caller>(contract.listOutliers, ({ caller, params }) =>
      oversight.listOutliers(caller, params.rule),
    ),
    serve<typeof contract.getOversightDocument, Caller>(
      contract.getOversightDocument,
      ({ caller, params, query: { language, ...span } }) => oversight.document(caller, params.document, language, span),
    ),
  ]
}

type FilesDeps = Readonly<{ oversight: Oversight; requireCaller(request: FastifyRequest): Promise<PersonActor> }>

const documentQuery = z.object({
  language: z.enum(languages),
  from: contract.day.optional(),
  to: contract.day.optional(),
})

/** What is fetched as a file: copies of the log with their signatures, and documents. */
export function oversightFilesRoute({ oversight, requireCaller }: FilesDeps): RawRoute {
  const attach = (reply: FastifyReply, name: string, type: string) =>
    reply
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .type(type)
  return (app) => {
    app.get<{ Params: { exportId: string; part: string } }>(
      '/api/access-log/exports/:exportId/:part',
      async (request, reply) => {
        const caller = await requireCaller(request)
        const { exportId, part } = request.params
        if (!idPattern('package').test(exportId)) throw new AppError('package/not-found')
        if (part === 'signature') {
          const { name, bytes } = await oversight.openSignature(caller, exportId)
          return attach(reply, name, 'application/pkcs7-signature').send(Buffer.from(bytes))
        }
        if (part !== 'file') throw new AppError('request/not-found')
        const { name, type, body } = await oversight.openFile(caller, exportId)
        void attach(reply, name, type)
        return sendPieces(reply, body)
      },
    )
    app.get<{ Params: { document: string; format: string } }>(
      '/api/oversight/documents/:document/:format',
      async (request, reply) => {
        const caller = await requireCaller(request)
        const document = contract.oversightDocument.safeParse(request.params.document)
        const query = documentQuery.safeParse(request.query)
        if (!document.success) throw new AppError('request/not-found')
        if (!query.success) throw new AppError('request/invalid')
        const { language, ...span } = query.data
        const { format } = request.params
        if (format === 'markdown') {
          const text = await oversight.markdown(caller, document.data, language, span)
          return attach(reply, `${document.data}.md`, 'text/markdown; charset=utf-8').send(text)
        }
        if (format === 'csv' && document.data === 'register-of-uses') {
          void attach(reply, `${document.data}.csv`, 'text/csv; charset=utf-8')
          return sendPieces(reply, await oversight.uses(caller, language, span))
        }
        throw new AppError('request/not-found')
      },
    )
  }
}
