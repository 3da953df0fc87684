import type { Worker } from 'node:worker_threads'
import { type ByteSource, limitReads, type ReadLimits, ReadRefused } from './byte-source.ts'
import { type MediaFacts, unreadable } from './media-facts.ts'
import type { FromWorker, ToWorker } from './probe-worker.ts'
import type { ReadSidecar } from './tracks/sidecar.ts'
import { startParserThread } from './parser-thread.ts'

export type { MediaFacts } from './media-facts.ts'

const limits: ReadLimits = { reads: 60_000, bytes: 512 * 1024 * 1024, bytesAtOnce: 64 * 1024 * 1024 }

/**
 * Read what a recording says of itself. Never fails on what the bytes say: what cannot be read is null and named in
 * `damage`. Reads, memory and time are bounded; rejects only when `signal` fires or the source itself cannot be read.
 *
 * The bytes are parsed in a worker thread: some that are made to do harm keep a parser busy for ever, and a thread can
 * be ended where a promise cannot. Of such a file only what its headers say is known.
 */
export async function probe(source: ByteSource, signal: AbortSignal, timeLimitMs = 30_000): Promise<MediaFacts> {
  signal.throwIfAborted()
  const over = new AbortController()
  const ended = AbortSignal.any([signal, over.signal])
  const limited = limitReads(source, limits, ended)
  let known = unreadable
  const { promise, resolve, reject } = Promise.withResolvers<MediaFacts>()
  const worker = takeWorker()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (message: ToWorker): void => worker.postMessage(message)
  let isWell = false
  // Counted from its first question on: to start a thread says nothing of the bytes, and takes long on a busy machine.
  let timer: NodeJS.Timeout | undefined

  const answer = async ({ id, start, end }: Extract<FromWorker, { ask: 'read' }>): Promise<void> => {
    try {
      tell({ id, bytes: await limited.read(start, end) })
    } catch (error) {
      // A refusal of ours is the fault of the bytes; anything else is the fault of the store.
      if (error instanceof ReadRefused || ended.aborted) tell({ id, bytes: null })
      else reject(new Error('the recording could not be read', { cause: error }))
    }
  }
  worker.on('message', (message: FromWorker) => {
    if (message.ask === 'read') {
      timer ??= setTimeout(() => over.abort(), timeLimitMs)
      void answer(message)
    } else if (message.ask === 'so-far') known = message.facts
    else if (message.ask === 'done') {
      isWell = message.facts.damage === 'none'
      resolve(message.facts)
    }
  })
  worker.on('error', () => resolve(known)) // out of memory, or a parser that broke
  worker.on('exit', () => resolve(known))
  ended.addEventListener('abort', () => resolve(known), { once: true })
  tell({ sizeBytes: source.sizeBytes })

  try {
    const facts = await promise
    signal.throwIfAborted()
    return facts
  } finally {
    clearTimeout(timer)
    if (isWell && !ended.aborted) giveBack(worker)
    else await worker.terminate()
  }
}

/**
 * Read a file of places that came beside a recording, in a worker as well. Never fails on what the bytes say: rejects
 * only when `signal` fires.
 */
export async function readSidecarApart(
  name: string,
  bytes: Uint8Array,
  signal: AbortSignal,
  timeLimitMs = 20_000,
): Promise<ReadSidecar> {
  signal.throwIfAborted()
  const ended = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)])
  const { promise, resolve } = Promise.withResolvers<ReadSidecar>()
  const refuse = () => resolve({ refused: 'bytes' })
  const worker = takeWorker()
  let isWell = false
  worker.on('message', (message: FromWorker) => {
    if (message.ask !== 'sidecar') return
    isWell = 'kind' in message.read
    resolve(message.read)
  })
  worker.on('error', refuse)
  worker.on('exit', refuse)
  ended.addEventListener('abort', refuse, { once: true })
  const message: ToWorker = { name, sidecar: bytes }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(message)
  try {
    const read = await promise
    signal.throwIfAborted()
    return read
  } finally {
    if (isWell && !ended.aborted) giveBack(worker)
    else await worker.terminate()
  }
}

/**
 * To start a thread and load its parsers takes longer than to examine most recordings. One is used again after a
 * recording in which nothing was wrong; any other could have left it in disorder.
 */
const idle: { worker: Worker; end: NodeJS.Timeout }[] = []
const idleMost = 1
const idleMs = 60_000

function takeWorker(): Worker {
  const waiting = idle.pop()
  if (waiting === undefined) {
    return startParserThread(new URL('probe-worker.ts', import.meta.url))
  }
  clearTimeout(waiting.end)
  forgetListeners(waiting.worker)
  waiting.worker.ref()
  return waiting.worker
}

function giveBack(worker: Worker): void {
  forgetListeners(worker)
  worker.unref()
  const forget = () => {
    const place = idle.findIndex((each) => each.worker === worker)
    if (place >= 0) idle.splice(place, 1)
    void worker.terminate()
  }
  if (idle.length >= idleMost) return forget()
  worker.on('error', forget)
  worker.on('exit', forget)
  idle.push({ worker, end: setTimeout(forget, idleMs).unref() })
}

/** By name: listeners of its own that are not ours make it work. */
function forgetListeners(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}
