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
 * The bytes of a viewing, of the recording or of its proxy, whole or by Range, opened chunk by chunk as they are sent.
 * While they are sent it is asked again and again whether the session, the viewing and what opened it still hold; else
 * the answer breaks off.
 */
export function viewingMediaRoute({ access, clock, requireCaller }: MediaDeps): RawRoute {
  const bytesAt =
    (
      path: (viewingId: string) => string,
      kind: 'payload' | 'proxy',
      mime: (container: string | null) => string,
    ): RawRoute =>
    (app) => {
      app.route<{ Params: { viewingId: string } }>({
        method: ['GET', 'HEAD'],
        url: path(':viewingId'),
        handler: async (request, reply) => {
          const caller = await requireCaller(request)
          const viewingId = requireViewingId(request.params)
          const { source, recording } = await access.openViewing(caller, viewingId, kind)
          let askedAt = clock.now().getTime()
          const read = async (start: number, end: number): Promise<Uint8Array> => {
            const now = clock.now().getTime()
            if (Math.abs(now - askedAt) >= askedAgainMs) {
              await access.openViewing(await requireCaller(request), viewingId, kind)
              askedAt = now
            }
            return source.read(start, end)
          }
          const opened = { sizeBytes: source.sizeBytes, read }
          return sendRange(request, reply, opened, mime(recording.facts?.container ?? null))
        },
      })
    }
  const payload = bytesAt(contract.viewingMediaPath, 'payload', mimeOf)
  const proxy = bytesAt(contract.viewingProxyPath, 'proxy', () => 'video/mp4')
  return (app) => {
    payload(app)
    proxy(app)
  }
}

/** What a player draws beside the picture: how loud it is, and where the camera was. */
export function viewingGraphsRoute({ access, requireCaller }: Omit<MediaDeps, 'clock'>): RawRoute {
  return (app) => {
    app.get<{ Params: { viewingId: string } }>(contract.viewingWaveformPath(':viewingId'), async (request, reply) => {
      const caller = await requireCaller(request)
      const waveform = await readWhole(access.openViewing(caller, requireViewingId(request.params), 'waveform'))
      return reply.header('cache-control', 'private, no-store').type('application/octet-stream').send(waveform)
    })
    app.get<{ Params: { viewingId: string } }>(contract.viewingTrackPath(':viewingId'), async (request, reply) => {
      const caller = await requireCaller(request)
      const track = await readWhole(access.openViewing(caller, requireViewingId(request.params), 'track'))
      // Kept as the JSON that is answered.
      const points = `{"points":${track.toString()}}`
      return reply.header('cache-control', 'private, no-store').type('application/json').send(points)
    })
  }
}

function requireViewingId({ viewingId }: Readonly<{ viewingId: string }>): ViewingId {
  if (!idPattern('viewing').test(viewingId)) throw new AppError('viewing/not-found')
  return viewingId as ViewingId
}

async function readWhole(opened: ReturnType<Access['openViewing']>): Promise<Buffer> {
  const { source } = await opened
  return source.read(0, source.sizeBytes)
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
