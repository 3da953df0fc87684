import { idPattern, type PersonActor, type RecordingId } from '@getuige/base'
import { pictureKinds } from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import type { RawRoute } from '#platform/http'
import type { Media } from './index.ts'

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
