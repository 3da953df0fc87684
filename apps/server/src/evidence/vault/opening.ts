import { Worker } from 'node:worker_threads'
import { lend } from '#platform/memory'
import type { FromOpeningThread, ToOpeningThread } from './opening-thread.ts'

/** A chunk that the key does not open: its bytes are not those that were sealed. */
export class AlteredChunk extends Error {
  override readonly name = 'AlteredChunk'
}

type Waiting = Readonly<{ resolve(answer: Uint8Array<ArrayBuffer>): void; reject(error: unknown): void }>
type Thread = Readonly<{ worker: Worker; waiting: Map<number, Waiting> }>

let thread: Thread | undefined
let asked = 0

/**
 * Open sealed chunks in a thread beside, so that the event loop is free to read the next and to send the ones before.
 * `sealed` is given away. Throws `AlteredChunk`.
 */
export function openChunks(
  sealed: Uint8Array,
  chunks: Omit<ToOpeningThread, 'ask' | 'sealed'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { worker, waiting } = (thread ??= startThread())
  const ask = (asked += 1)
  // Only memory that is all its own can be given away.
  const isOwn = sealed.buffer instanceof ArrayBuffer && sealed.length === sealed.buffer.byteLength
  const given = isOwn ? new Uint8Array(sealed.buffer) : Uint8Array.from(sealed)
  return new Promise((resolve, reject) => {
    // The process stays until it has an answer, but not for a thread that has nothing to do.
    if (waiting.size === 0) worker.ref()
    waiting.set(ask, { resolve, reject })
    worker.postMessage({ ...chunks, ask, sealed: given } satisfies ToOpeningThread, [given.buffer])
  })
}

function startThread(): Thread {
  const worker = new Worker(new URL('opening-thread.ts', import.meta.url), {
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const started: Thread = { worker, waiting: new Map() }
  const fail = (cause: unknown) => {
    if (thread === started) thread = undefined
    for (const { reject } of started.waiting.values()) reject(new Error('the thread that opens has ended', { cause }))
    started.waiting.clear()
  }
  worker.on('message', ({ ask, opened }: FromOpeningThread) => {
    const one = started.waiting.get(ask)
    started.waiting.delete(ask)
    if (started.waiting.size === 0) worker.unref()
    if (opened === null) one?.reject(new AlteredChunk('a sealed chunk has changed'))
    else {
      // Memory that came from the thread is nobody else's.
      lend(opened)
      one?.resolve(opened)
    }
  })
  worker.on('error', fail)
  worker.on('exit', fail)
  worker.unref()
  return started
}
