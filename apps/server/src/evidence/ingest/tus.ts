import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable } from 'node:stream'
import { type Actor, idPattern, newId, type UploadId } from '@getuige/base'
import { announcement, uploadPath } from '@getuige/contract'
import { DataStore, MemoryLocker, Server, Upload as TusUpload } from '@tus/server'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import { type RawRoute, toRefusal } from '#platform/http'
import type { Log } from '#platform/log'
import type { Ingest } from './receive.ts'

type TusDeps = Readonly<{
  ingest: Ingest
  log: Log
  /** Throws when nobody who may hand over a recording calls. */
  requireUploader(request: FastifyRequest): Promise<Actor>
}>

/** tus 1.0 (https://tus.io/protocols/resumable-upload) over `Ingest`, which seals, digests and syncs. */
export function tusRoute(deps: TusDeps): RawRoute {
  const callers = new AsyncLocalStorage<Actor>()
  const requireCaller = () => {
    const actor = callers.getStore()
    if (actor === undefined) throw new Error('tus runs only inside a request')
    return actor
  }
  const server = new Server({
    path: uploadPath,
    relativeLocation: true,
    // Nothing of another origin: the client's page is served from here.
    allowedOrigins: [],
    datastore: new SealingStore(deps.ingest, requireCaller),
    locker: new MemoryLocker(),
    namingFunction: () => newId('upload', new Date()),
    onResponseError: (_request, error) => {
      const known = fromTus(error)
      const { status, refusal } = toRefusal(known ?? error, 'tus', deps.log)
      return { status_code: status, body: JSON.stringify(refusal) }
    },
  })

  return (app) => {
    // The body is the library's to read.
    app.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null))
    app.route({
      method: ['POST', 'HEAD', 'PATCH', 'DELETE'],
      url: `${uploadPath}*`,
      handler: async (request, reply) => {
        const actor = await deps.requireUploader(request)
        reply.hijack()
        await callers.run(actor, () => server.handle(request.raw, reply.raw))
      },
    })
  }
}

class SealingStore extends DataStore {
  override extensions = ['creation', 'termination']
  readonly #ingest: Ingest
  readonly #requireCaller: () => Actor

  constructor(ingest: Ingest, requireCaller: () => Actor) {
    super()
    this.#ingest = ingest
    this.#requireCaller = requireCaller
  }

  override async create(upload: TusUpload): Promise<TusUpload> {
    const announced = announcement.safeParse(upload.metadata)
    if (!announced.success || upload.size === undefined) throw new AppError('ingest/announcement-invalid')
    const { id } = await this.#ingest.announce(this.#requireCaller(), announced.data, upload.size)
    // The library answers with the id of this very object.
    upload.id = id
    return upload
  }

  override async getUpload(id: string): Promise<TusUpload> {
    const { upload, offset } = await this.#ingest.findOffset(this.#requireCaller(), requireUploadId(id))
    return new TusUpload({ id, size: upload.sizeBytes, offset, creation_date: upload.createdAt.toISOString() })
  }

  override write(body: Readable, id: string, offset: number): Promise<number> {
    return this.#ingest.append(this.#requireCaller(), requireUploadId(id), body, offset)
  }

  override remove(id: string): Promise<void> {
    return this.#ingest.cancel(this.#requireCaller(), requireUploadId(id))
  }
}

function requireUploadId(text: string): UploadId {
  if (!idPattern('upload').test(text)) throw new AppError('ingest/upload-not-found')
  return text as UploadId
}

/** The library's own refusals, in words of the catalogue. */
function fromTus(error: unknown): AppError | undefined {
  if (error instanceof AppError || typeof error !== 'object' || error === null) return undefined
  const status = 'status_code' in error ? error.status_code : undefined
  if (status === 404 || status === 410) return new AppError('ingest/upload-not-found')
  if (status === 409) return new AppError('ingest/offset-mismatch')
  if (status === 413) return new AppError('request/too-large')
  return typeof status === 'number' && status >= 400 && status < 500
    ? new AppError('ingest/announcement-invalid')
    : undefined
}
