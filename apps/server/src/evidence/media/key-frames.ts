import { Worker } from 'node:worker_threads'
import { type ByteSource, limitReads, type ReadLimits } from './byte-source.ts'
import type { FromKeyFrames, ToKeyFrames } from './key-frames-worker.ts'

const limits: ReadLimits = { reads: 60_000, bytes: 4 * 1024 ** 3, bytesAtOnce: 64 * 1024 * 1024 }

/** `frameOf`, filled as `pieces` come: which of the frames shows each moment; null where none does. */
export type KeyFrames = Readonly<{
  pieces: AsyncIterable<Uint8Array>
  frameOf: readonly (number | null)[]
}>

/**
 * The key frames at or before these moments (ms from the first frame, rising), each once, as a Matroska stream in which
 * frame n stands at n seconds: one decoder takes them in one go, and of a recording of an hour one part in thirty is
 * read. A container or codec that is not known here gives no frames. What is damaged ends it early; it ends when
 * `signal` fires as well, and nothing here rejects.
 *
 * The bytes are parsed in a worker thread, as in `probe`.
 */
export function streamKeyFrames(source: ByteSource, atMs: readonly number[], signal: AbortSignal): KeyFrames {
  const limited = limitReads(source, limits, signal)
  const frameOf: (number | null)[] = atMs.map(() => null)

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const worker = new Worker(new URL('key-frames-worker.ts', import.meta.url), {
      env: {},
      execArgv: [],
      stdout: true, // kept from ours: what a parser thinks of a file is no matter for the log
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    const tell = (message: ToKeyFrames): void => worker.postMessage(message)
    const ready: Extract<FromKeyFrames, { say: 'piece' }>[] = []
    let hasEnded = false
    let wake = (): void => undefined
    const end = (): void => {
      hasEnded = true
      wake()
    }
    worker.on('message', (message: FromKeyFrames) => {
      if (message.say === 'read') {
        const { id, start, end: to } = message
        limited.read(start, to).then(
          (bytes) => tell({ id, bytes }),
          () => tell({ id, bytes: null }),
        )
      } else if (message.say === 'piece') {
        ready.push(message)
        wake()
      } else if (message.say === 'shown') frameOf[message.index] = message.frame
      else end()
    })
    worker.on('error', end)
    worker.on('exit', end)
    signal.addEventListener('abort', end, { once: true })
    tell({ sizeBytes: source.sizeBytes, atMs })
    try {
      while (!hasEnded || ready.length > 0) {
        const next = ready.shift()
        if (next === undefined) {
          await new Promise<void>((resolve) => (wake = resolve))
          continue
        }
        yield next.piece
        // Not before it was taken: the thread waits, and holds no more than one.
        tell({ id: next.id })
      }
    } finally {
      signal.removeEventListener('abort', end)
      await worker.terminate()
    }
  }
  return { pieces: pieces(), frameOf }
}
