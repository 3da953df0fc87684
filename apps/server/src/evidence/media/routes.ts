import { type Actor, idPattern, type PersonActor, type RecordingId } from '@getuige/base'
import {
  digest,
  mostSidecarBytes,
  pictureKinds,
  type Sidecar,
  sidecarDigestHeader,
  sidecarName,
  sidecarNameHeader,
  sidecarsPath,
} from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import type { RawRoute } from '#platform/http'
import type { Media } from './index.ts'
import { toContractSidecar } from './sidecar-store.ts'

type RoutesDeps = Readonly<{ media: Media; requireCaller(request: FastifyRequest): Promise<PersonActor> }>

/** Storyboard and poster, as JPEG. They stay in the browser's memory for the session, and on no disk. */
export function pictureRoutes({ media, requireCaller }: RoutesDeps): RawRoute {
  return (app) => {
    for (const kind of pictureKinds) {
      app.get<{ Params: { recordingId: string } }>(`/api/recordings/:recordingId/${kind}`, async (request, reply) => {
        const caller = await requireCaller(request)
        const { recordingId } = request.params
        if (!idPattern('recording').test(recordingId)) throw new AppError('recording/not-found')
        const source = await media.openPicture(caller, recordingId as RecordingId, kind)
        const picture = await source.read(0, source.sizeBytes)
        return reply.header('cache-control', 'private, no-store').type('image/jpeg').send(picture)
      })
    }
  }
}

type SidecarDeps = Readonly<{
  media: Media
  /** Throws when nobody who may hand over a recording calls. */
  requireUploader(request: FastifyRequest): Promise<Actor>
}>

/** To read and seal one takes seconds. */
const sidecarTimeMs = 60_000

/** Files of places that came beside a recording: handed in as they are. */
export function sidecarRoute({ media, requireUploader }: SidecarDeps): RawRoute {
  return (app) => {
    void app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers()
      // Read by the act, which stops at the first byte too many.
      scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
      scope.post<{ Params: { recordingId: string } }>(
        sidecarsPath(':recordingId'),
        { bodyLimit: 2 * mostSidecarBytes },
        async (request, reply): Promise<Sidecar> => {
          const actor = await requireUploader(request)
          const { recordingId } = request.params
          if (!idPattern('recording').test(recordingId)) throw new AppError('recording/not-found')
          const name = sidecarName.safeParse(decoded(request.headers[sidecarNameHeader]))
          const sha256 = digest.safeParse(request.headers[sidecarDigestHeader])
          if (!name.success || !sha256.success) throw new AppError('ingest/announcement-invalid')
          // Refused in words before it is read; one that does not say its length is cut off.
          if (Number(request.headers['content-length'] ?? 0) > mostSidecarBytes) throw new AppError('sidecar/too-large')
          const announced = { recordingId: recordingId as RecordingId, name: name.data, sha256: sha256.data }
          const signal = AbortSignal.timeout(sidecarTimeMs)
          const kept = await media.receiveSidecar(actor, announced, request.raw, signal)
          void reply.header('cache-control', 'no-store')
          return toContractSidecar(kept)
        },
      )
      done()
    })
  }
}

/** Undefined for what is no header, or not encoded as it should be. */
function decoded(header: string | string[] | undefined): string | undefined {
  try {
    return typeof header === 'string' ? decodeURIComponent(header) : undefined
  } catch {
    return undefined
  }
}
