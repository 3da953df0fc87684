import type { FileHandle } from 'node:fs/promises'
import { uploadPath } from '@getuige/contract'
import { DetailedError, Upload } from 'tus-js-client'
import { AwayError, FileChangedError, RefusedError, toRefusal } from './failures.ts'
import type { Server } from './server.ts'

const pieceBytes = 16 * 1024 * 1024
/** The server judges by the head whether it is a recording at all: a small first piece lets it say so before the rest. */
const headBytes = 64 * 1024
/** The last piece is answered once the recording was read through and stored, which the server may take minutes for. */
const silenceMs = 5 * 60_000

type Send = Readonly<{
  server: Server
  file: FileHandle
  sizeBytes: number
  /** An `Announcement`, without what is not told. */
  announcement: Readonly<Record<'sha256', string> & Record<string, string>>
  /** Where it was begun before. */
  beganAt: string | undefined
  /** The upload goes on only after this has been remembered. */
  onBegun(url: string): Promise<void>
  /** Bytes sent; those acknowledged are on the server's disk. */
  onProgress(bytes: number, isAcknowledged: boolean): void
  signal: AbortSignal
}>

/**
 * One try to hand a recording over by tus, from where the server has it. Throws `AwayError`, `RefusedError`,
 * `FileChangedError`, or the error of the disk. Holds one piece in memory.
 */
export async function send({ server, file, sizeBytes, announcement, beganAt, signal, ...on }: Send): Promise<void> {
  const endpoint = `${server.origin}${uploadPath}`
  const isOurs = (url: string) => url.startsWith(`${endpoint}/`)
  const done = Promise.withResolvers<void>()
  const piece = Buffer.alloc(Math.min(pieceBytes, sizeBytes))

  const silence = setTimeout(() => done.reject(new AwayError('silence')), silenceMs)
  const tus = new Upload(Buffer.alloc(1), {
    endpoint,
    uploadUrl: beganAt !== undefined && isOurs(beganAt) ? beganAt : null,
    uploadSize: sizeBytes,
    chunkSize: pieceBytes,
    // Whether to try again is decided elsewhere, for all calls alike.
    retryDelays: null,
    metadata: { ...announcement },
    headers: { authorization: `Bearer ${server.token}` },
    fingerprint: () => Promise.resolve(announcement.sha256),
    fileReader: { openFile: () => Promise.resolve({ size: sizeBytes, slice, close: () => undefined }) },
    urlStorage: {
      findAllUploads: () => Promise.resolve([]),
      findUploadsByFingerprint: () => Promise.resolve([]),
      removeUpload: () => Promise.resolve(),
      addUpload: async (key, { uploadUrl }) => {
        await on.onBegun(uploadUrl ?? '').catch(async (error: unknown) => {
          done.reject(error)
          await new Promise(() => undefined) // never goes on
        })
        return key
      },
    },
    onBeforeRequest: (request) => {
      // The token goes nowhere else, whatever address an answer names.
      const url = request.getURL()
      if (url !== endpoint && !isOurs(url)) throw new AwayError('the server names an address that is not its own')
    },
    onProgress: (bytes) => {
      silence.refresh()
      on.onProgress(bytes, false)
    },
    onChunkComplete: (_bytes, accepted) => on.onProgress(accepted, true),
    onError: (error) => done.reject(fromTus(error)),
    onSuccess: () => done.resolve(),
  })

  const stop = () => done.reject(signal.reason)
  signal.addEventListener('abort', stop)
  try {
    signal.throwIfAborted()
    tus.start()
    await done.promise
  } finally {
    clearTimeout(silence)
    signal.removeEventListener('abort', stop)
    await tus.abort()
  }

  /** At most one is asked for at a time, so all share one buffer. */
  async function slice(start: number, end: number) {
    const until = Math.min(end, sizeBytes, start === 0 ? headBytes : Infinity)
    const { bytesRead } = await readFully(file, piece.subarray(0, until - start), start)
    if (bytesRead !== until - start) throw new FileChangedError('shorter than it was')
    const value = Object.assign(piece.subarray(0, bytesRead), { size: bytesRead })
    return { value, done: until >= sizeBytes }
  }
}

async function readFully(file: FileHandle, into: Uint8Array, from: number): Promise<{ bytesRead: number }> {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return { bytesRead: filled }
}

function fromTus(error: Error): unknown {
  if (!(error instanceof DetailedError)) return new AwayError('no answer', { cause: error })
  const { originalResponse: answer, causingError } = error
  if (answer !== null && answer !== undefined) return fromAnswer(answer.getStatus(), answer.getBody())
  if (causingError instanceof FileChangedError) return causingError
  const code = causingError !== null && 'code' in causingError ? causingError.code : undefined
  const isDisk = code === 'EIO' || code === 'EISDIR' || code === 'EACCES' || code === 'ENODEV' || code === 'ENXIO'
  return isDisk ? causingError : new AwayError('no answer', { cause: error })
}

function fromAnswer(status: number, body: string): unknown {
  // Another connection still holds this upload, one that broke off perhaps: the server lets go of it soon.
  if (status === 423) return new RefusedError('ingest/offset-mismatch')
  if (status >= 200 && status < 300) return new AwayError('an answer, but not of tus')
  return toRefusal(status, body)
}
