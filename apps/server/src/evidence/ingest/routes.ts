import { type Actor, fromHex } from '@getuige/base'
import * as contract from '@getuige/contract'
import { formatReceipt } from '@getuige/proof'
import type { FastifyRequest } from 'fastify'
import type { Custody } from '#custody'
import { type Route, serveOpen } from '#platform/http'
import type { Ingest } from './receive.ts'

export { tusRoute } from './tus.ts'

type RoutesDeps = Readonly<{
  ingest: Ingest
  custody: Pick<Custody, 'signer'>
  requireUploader(request: FastifyRequest): Promise<Actor>
}>

export function ingestRoutes<Caller>({ ingest, custody, requireUploader }: RoutesDeps): Route<Caller>[] {
  return [
    serveOpen(contract.getReceipt, async ({ params, request }) => {
      const { corpsId } = await requireUploader(request)
      const { id, sizeBytes, receivedAt } = await ingest.requireReceived(corpsId, fromHex(params.sha256))
      const signer = await custody.signer(corpsId)
      const text = formatReceipt({ recordingId: id, corpsId, sha256: params.sha256, sizeBytes, receivedAt })
      return { recordingId: id, receipt: signer.signNote(text) }
    }),
    serveOpen(contract.getSignerKey, async ({ request }) => {
      const { corpsId } = await requireUploader(request)
      const { vkey, pem } = await custody.signer(corpsId)
      return { vkey, pem }
    }),
  ]
}
