import { AsyncLocalStorage } from 'node:async_hooks'
import { type IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { type Actor, idPattern, newId, type UploadId } from '@getuige/base'
import { announcement, uploadPath } from '@getuige/contract'
import { DataStore, ERRORS, MemoryLocker, Server, Upload as TusUpload } from '@tus/server'
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
  const calls = new AsyncLocalStorage<Call>()
  const requireCall = () => {
    const call = calls.getStore()
    if (call === undefined) throw new Error('tus runs only inside a request')
    return call
  }
  const server = new Server({
    path: uploadPath,
    relativeLocation: true,
    // Nothing of another origin: the client's page is served from here.
    allowedOrigins: [],
    datastore: new SealingStore(deps.ingest, requireCall),
    locker: new YieldingLocker(requireCall),
    namingFunction: () => newId('upload', new Date()),
    onResponseError: (_request, error) => {
      const known = fromTus(error)
      const { status, refusal } = toRefusal(known ?? error, requireCall().requestId, deps.log)
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
        requireWellFormed(request.headers)
        reply.hijack()
        await calls.run({ actor, body: request.raw, requestId: request.id }, () =>
          server.handle(withoutBody(request.raw), reply.raw),
        )
      },
    })
  }
}

type Call = Readonly<{ actor: Actor; body: IncomingMessage; requestId: string }>

/** The library answers malformed headers in words of its own, which no client of ours reads: they are refused before. */
function requireWellFormed(headers: IncomingHttpHeaders): void {
  for (const name of ['upload-length', 'upload-offset']) {
    const value = headers[name]
    const isCount = value === undefined || (/^\d+$/.test(String(value)) && Number.isSafeInteger(Number(value)))
    if (!isCount) throw new AppError('ingest/announcement-invalid')
  }
  const metadata = headers['upload-metadata']
  const isMetadata = String(metadata ?? 'a')
    .split(',')
    .every((pair) => /^\s*[^\s,]+( [A-Za-z0-9+/=]*)?$/.test(pair))
  if (!isMetadata) throw new AppError('ingest/announcement-invalid')
}

/**
 * The head of a request, as the library reads it. The body goes to `Ingest` itself: by the library's own way it would
 * pass through three streams, which takes longer than to digest it.
 */
function withoutBody(request: IncomingMessage): IncomingMessage {
  // On a socket of its own, which leads nowhere: whatever becomes of the head, the connection stays.
  const head = new IncomingMessage(new Socket())
  const { method, url, headers, rawHeaders, httpVersion } = request
  Object.assign(head, { method, url, headers, rawHeaders, httpVersion, complete: true })
  head.push(null)
  return head
}

/**
 * When another request of the same upload comes while one still runs, its client has usually gone without a word: the
 * one that runs is cut off after a while, keeping what came.
 */
class YieldingLocker extends MemoryLocker {
  readonly #requireCall: () => Call

  constructor(requireCall: () => Call) {
    super()
    this.#requireCall = requireCall
  }

  override newLock(id: string): ReturnType<MemoryLocker['newLock']> {
    const lock = super.newLock(id)
    const lockAlone = lock.lock.bind(lock)
    const { body } = this.#requireCall()
    let isAsked = false
    lock.lock = (signal, yieldSoon) =>
      lockAlone(signal, () => {
        // Asked again and again until it yields.
        if (isAsked) return
        isAsked = true
        signal.addEventListener('abort', () => body.destroy(), { once: true })
        return yieldSoon()
      })
    return lock
  }
}

class SealingStore extends DataStore {
  override extensions = ['creation', 'termination']
  readonly #ingest: Ingest
  readonly #requireCall: () => Call

  constructor(ingest: Ingest, requireCall: () => Call) {
    super()
    this.#ingest = ingest
    this.#requireCall = requireCall
  }

  override async create(upload: TusUpload): Promise<TusUpload> {
    const announced = announcement.safeParse(upload.metadata)
    if (!announced.success || upload.size === undefined) throw new AppError('ingest/announcement-invalid')
    const { id } = await this.#ingest.announce(this.#requireCall().actor, announced.data, upload.size)
    // The library answers with the id of this very object.
    upload.id = id
    return upload
  }

  override async getUpload(id: string): Promise<TusUpload> {
    const { upload, offset } = await this.#ingest.findOffset(this.#requireCall().actor, requireUploadId(id))
    return new TusUpload({ id, size: upload.sizeBytes, offset, creation_date: upload.createdAt.toISOString() })
  }

  override async write(emptied: Readable, id: string, offset: number): Promise<number> {
    emptied.resume()
    const { actor, body } = this.#requireCall()
    try {
      // Not destroyed by a refusal in the middle: it must still be answered on the same connection.
      const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
      return await this.#ingest.append(actor, requireUploadId(id), pieces, offset)
    } catch (error) {
      // Nobody is there to answer; what came is kept.
      const hasHungUp = body.destroyed && !body.complete && !(error instanceof AppError)
      throw hasHungUp ? ERRORS.ABORTED : error
    }
  }

  override remove(id: string): Promise<void> {
    return this.#ingest.cancel(this.#requireCall().actor, requireUploadId(id))
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
  // 501: an extension that we do not offer, such as a length announced later.
  return typeof status === 'number' && ((status >= 400 && status < 500) || status === 501)
    ? new AppError('ingest/announcement-invalid')
    : undefined
}
