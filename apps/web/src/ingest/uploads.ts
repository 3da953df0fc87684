import type { RecordingId } from '@getuige/base'
import { getReceipt, uploadPath } from '@getuige/contract'
import { useSyncExternalStore } from 'react'
import { DetailedError, Upload as TusUpload } from 'tus-js-client'
import { call, mayRetry, parseRefusal, queryClient, RefusalError } from '../api/index.ts'
import { digestOf } from './digest.ts'

/** Where a file is on its way: digested, sent, sealed, and finally a receipt for it. */
export type UploadStage = Readonly<
  | { at: 'queued' }
  | { at: 'digesting'; doneBytes: number }
  | { at: 'sending'; sentBytes: number }
  | { at: 'paused'; sentBytes: number }
  | { at: 'sealing' }
  | { at: 'received'; recordingId: RecordingId; receipt: string; wasKnown: boolean }
  | { at: 'stopped'; refusal: RefusalError }
>

export type Upload = Readonly<{
  id: number
  file: File
  cameraLabel: string
  serial: string
  sha256: string | null
  stage: UploadStage
}>

const chunkBytes = 64 * 1024 * 1024
const atOnce = 2
const receiptEveryMs = 500

let uploads: readonly Upload[] = []
let lastId = 0
const running = new Map<number, AbortController>()
const listeners = new Set<() => void>()

function put(next: readonly Upload[]): void {
  uploads = next
  for (const listener of listeners) listener()
}

function set(id: number, part: Partial<Upload>): void {
  put(uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)))
}

function sentBytesOf({ stage }: Upload): number {
  return stage.at === 'sending' || stage.at === 'paused' ? stage.sentBytes : 0
}

/** Everything chosen on this page, in that order. Goes on while other screens are shown. */
export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => uploads,
  )
}

export function addUploads(files: readonly File[], camera: Readonly<{ label: string; serial: string }>): void {
  const added = files.map((file): Upload => {
    lastId += 1
    return { id: lastId, file, cameraLabel: camera.label, serial: camera.serial, sha256: null, stage: { at: 'queued' } }
  })
  put([...uploads, ...added])
  startNext()
}

export function pauseUpload(id: number): void {
  const upload = uploads.find((one) => one.id === id)
  if (upload === undefined) return
  running.get(id)?.abort()
  set(id, { stage: { at: 'paused', sentBytes: sentBytesOf(upload) } })
}

/** Goes on from what the server has; the digest is not computed again. */
export function resumeUpload(id: number): void {
  set(id, { stage: { at: 'queued' } })
  startNext()
}

export function removeUpload(id: number): void {
  running.get(id)?.abort()
  put(uploads.filter((upload) => upload.id !== id))
}

function startNext(): void {
  while (running.size < atOnce) {
    const next = uploads.find((upload) => upload.stage.at === 'queued' && !running.has(upload.id))
    if (next === undefined) return
    const control = new AbortController()
    running.set(next.id, control)
    void carry(next, control.signal)
      .catch((error: unknown) => {
        if (control.signal.aborted) return
        const refusal = error instanceof RefusalError ? error : new RefusalError({ code: 'server/defect' })
        set(next.id, { stage: { at: 'stopped', refusal } })
      })
      .finally(() => {
        running.delete(next.id)
        startNext()
      })
  }
}

addEventListener('beforeunload', (event) => {
  if (running.size > 0) event.preventDefault()
})

/** One file from here into the vault: its digest, every byte, the receipt. */
async function carry(upload: Upload, signal: AbortSignal): Promise<void> {
  const { id, file } = upload
  if (file.size === 0) throw new RefusalError({ code: 'ingest/empty' })
  set(id, { stage: { at: 'digesting', doneBytes: 0 } })
  const sha256 =
    upload.sha256 ?? (await digestOf(file, (doneBytes) => set(id, { stage: { at: 'digesting', doneBytes } }), signal))
  set(id, { sha256 })

  const known = await findReceipt(sha256, signal)
  if (known !== null) {
    set(id, { stage: { at: 'received', ...known, wasKnown: true } })
    return
  }
  await send(upload, sha256, signal).catch(skipAlreadyReceived)
  set(id, { stage: { at: 'sealing' } })
  const receipt = await waitForReceipt(sha256, signal)
  set(id, { stage: { at: 'received', ...receipt, wasKnown: false } })
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).includes('recordings') })
}

/** It came in by another way while this one was on its way: its receipt is there all the same. */
function skipAlreadyReceived(error: unknown): void {
  if (!(error instanceof RefusalError) || error.code !== 'ingest/already-received') throw error
}

async function findReceipt(sha256: string, signal: AbortSignal) {
  try {
    return await call(getReceipt, { params: { sha256 } }, signal)
  } catch (error) {
    if (error instanceof RefusalError && error.code === 'ingest/not-received') return null
    throw error
  }
}

/** The last byte is there; the receipt follows when it is sealed and in the custody log. */
async function waitForReceipt(sha256: string, signal: AbortSignal) {
  for (;;) {
    const receipt = await findReceipt(sha256, signal)
    if (receipt !== null) return receipt
    await new Promise((resolve, reject) => {
      setTimeout(resolve, receiptEveryMs)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }
}

function refusalOf(error: Error): RefusalError {
  if (error instanceof DetailedError && error.originalResponse !== null && error.originalResponse !== undefined) {
    return parseRefusal(error.originalResponse.getBody())
  }
  return new RefusalError({ code: 'client/offline' }, { cause: error })
}

/** Sends by tus in chunks. Another try, even after the page was closed, goes on where the server stopped. */
async function send({ id, file, serial }: Upload, sha256: string, signal: AbortSignal): Promise<void> {
  const done = Promise.withResolvers<void>()
  const tus = new TusUpload(file, {
    endpoint: uploadPath,
    chunkSize: chunkBytes,
    retryDelays: [0, 1000, 3000, 5000, 10_000],
    metadata: { filename: file.name, sha256, camera: serial },
    headers: { 'x-getuige': 'web' },
    fingerprint: () => Promise.resolve(`getuige.upload.${sha256}.${serial}`),
    removeFingerprintOnSuccess: true,
    onShouldRetry: (error) => mayRetry(refusalOf(error)),
    onProgress: (sentBytes) => set(id, { stage: { at: 'sending', sentBytes } }),
    onError: (error) => done.reject(refusalOf(error)),
    onSuccess: () => done.resolve(),
  })
  signal.addEventListener('abort', () => {
    void tus.abort()
    done.reject(signal.reason)
  })
  set(id, { stage: { at: 'sending', sentBytes: 0 } })
  const [begun] = await tus.findPreviousUploads()
  if (signal.aborted) throw signal.reason
  if (begun !== undefined) tus.resumeFromPreviousUpload(begun)
  tus.start()
  await done.promise
}
