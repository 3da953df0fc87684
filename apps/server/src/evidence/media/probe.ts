import { Worker } from 'node:worker_threads'
import { type ByteSource, limitReads, type ReadLimits, ReadRefused } from './byte-source.ts'
import { type MediaFacts, unreadable } from './media-facts.ts'
import type { FromWorker, ToWorker } from './probe-worker.ts'

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
  const ended = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)])
  const limited = limitReads(source, limits, ended)
  let known = unreadable
  const { promise, resolve, reject } = Promise.withResolvers<MediaFacts>()
  const worker = new Worker(new URL('probe-worker.ts', import.meta.url), {
    workerData: source.sizeBytes,
    env: {},
    execArgv: [],
    stdout: true, // kept from ours: what a parser thinks of a file is no matter for the log
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })

  const answer = async ({ id, start, end }: Extract<FromWorker, { ask: 'read' }>): Promise<void> => {
    const reply = (message: ToWorker): void => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(message)
    }
    try {
      reply({ id, bytes: await limited.read(start, end) })
    } catch (error) {
      // A refusal of ours is the fault of the bytes; anything else is the fault of the store.
      if (error instanceof ReadRefused || ended.aborted) reply({ id, bytes: null })
      else reject(new Error('the recording could not be read', { cause: error }))
    }
  }
  worker.on('message', (message: FromWorker) => {
    if (message.ask === 'read') void answer(message)
    else if (message.ask === 'so-far') known = message.facts
    else resolve(message.facts)
  })
  worker.on('error', () => resolve(known)) // out of memory, or a parser that broke
  worker.on('exit', () => resolve(known))
  ended.addEventListener('abort', () => resolve(known))

  try {
    const facts = await promise
    signal.throwIfAborted()
    return facts
  } finally {
    await worker.terminate()
  }
}
