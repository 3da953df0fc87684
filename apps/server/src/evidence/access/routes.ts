import { idPattern, type ViewingId } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import type { Clock } from '#platform/clock'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, sendRange, serve } from '#platform/http'
import type { Access, Viewer } from './index.ts'

export { emergencyRoutes, mandateDocumentRoute, mandateRoutes } from './gate-routes.ts'

export function accessRoutes({ access }: Readonly<{ access: Access }>): Route<Viewer>[] {
  return [
    serve<typeof contract.startViewing, Viewer>(contract.startViewing, async ({ caller, params, body }) => {
      const viewing = await access.startViewing(caller, params.recordingId, body)
      return {
        viewingId: viewing.id,
        mediaUrl: contract.viewingMediaPath(viewing.id),
        expiresAt: viewing.expiresAt.toISOString(),
        idleMinutes: viewing.idleMinutes,
      }
    }),
    serve<typeof contract.endViewing, Viewer>(contract.endViewing, async ({ caller, params }) => {
      await access.endViewing(caller, params.viewingId)
      return {}
    }),
    serve<typeof contract.listAssignees, Viewer>(contract.listAssignees, async ({ caller, params }) => {
      const people = await access.listAssignees(caller, params.recordingId)
      return {
        people: people.map(({ id, name, title, purposes }) => ({
          id,
          name,
          title,
          purposes: purposes.map((purpose) => ({ id: purpose.id, label: purpose.label })),
        })),
      }
    }),
    serve<typeof contract.assignRecording, Viewer>(contract.assignRecording, async ({ caller, params, body }) => ({
      assignmentId: await access.assign(caller, params.recordingId, body),
    })),
    serve<typeof contract.endAssignment, Viewer>(contract.endAssignment, async ({ caller, params }) => {
      await access.endAssignment(caller, params.recordingId, params.assignmentId)
      return {}
    }),
  ]
}

type MediaDeps = Readonly<{
  access: Access
  clock: Clock
  requireCaller(request: FastifyRequest): Promise<Viewer>
}>

/** A recording may be asked for in one piece, and taken as slowly as one likes. */
const askedAgainMs = 5000

/**
 * The bytes of a viewing, whole or by Range, opened chunk by chunk as they are sent. While they are sent it is asked again
 * and again whether the session, the viewing and what opened it still hold; else the answer breaks off.
 */
export function viewingMediaRoute({ access, clock, requireCaller }: MediaDeps): RawRoute {
  return (app) => {
    app.route<{ Params: { viewingId: string } }>({
      method: ['GET', 'HEAD'],
      url: contract.viewingMediaPath(':viewingId'),
      handler: async (request, reply) => {
        const caller = await requireCaller(request)
        const viewingId = request.params.viewingId as ViewingId
        if (!idPattern('viewing').test(viewingId)) throw new AppError('viewing/not-found')
        const { source, recording } = await access.openViewing(caller, viewingId)
        let askedAt = clock.now().getTime()
        const read = async (start: number, end: number): Promise<Uint8Array> => {
          const now = clock.now().getTime()
          if (Math.abs(now - askedAt) >= askedAgainMs) {
            await access.openViewing(await requireCaller(request), viewingId)
            askedAt = now
          }
          return source.read(start, end)
        }
        const mime = mimeOf(recording.facts?.container ?? null)
        return sendRange(request, reply, { sizeBytes: source.sizeBytes, read }, mime)
      },
    })
  }
}

function mimeOf(container: string | null): string {
  const known: Readonly<Record<string, string>> = {
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    '3gp': 'video/3gpp',
    mkv: 'video/x-matroska',
    webm: 'video/webm',
    ogg: 'audio/ogg',
    wav: 'audio/wav',
    mp3: 'audio/mpeg',
    flac: 'audio/flac',
    aac: 'audio/aac',
  }
  return known[container ?? ''] ?? 'application/octet-stream'
}
