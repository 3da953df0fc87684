import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { chunkPlainBytes } from '@getuige/proof'
import type { FromThread, ToThread } from './sealing-thread.ts'

/** How much is sealed at once, and then handed to the disk in one piece. */
export const batchPlainBytes = 8 * chunkPlainBytes

/** Seals and digests the payload of one draft in a thread of its own choice. Rejects for good once that thread broke. */
export type Sealing = Readonly<{
  /** Takes `plain` away and gives it back to `takeBatch` once sealed. Answers the parts of the payload, in order. */
  seal(firstChunk: number, plain: Uint8Array, plainBytes: number, isLast: boolean): Promise<readonly Uint8Array[]>
  /** Count sealed bytes that are on disk already in the digest. Copied. */
  digestSealed(sealed: Uint8Array): void
  /** Of nonce and every chunk sealed so far. */
  payloadSha256(): Promise<Uint8Array>
  close(): void
}>

const spareBatches: ArrayBuffer[] = []
const sparesKept = 4

/** A buffer for `batchPlainBytes`, used before or new: its bytes may be anything. */
export function takeBatch(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(spareBatches.pop() ?? new ArrayBuffer(batchPlainBytes))
}

export function giveBatchBack(batch: ArrayBuffer): void {
  // Plain bytes of a recording do not wait in memory for the next one.
  new Uint8Array(batch).fill(0)
  if (spareBatches.length < sparesKept) spareBatches.push(batch)
}

type Waiting = Readonly<{ resolve(answer: FromThread): void; reject(error: unknown): void }>
type Thread = {
  readonly worker: Worker
  readonly waiting: Waiting[]
  failure: Error | undefined
}

/** One less than there are cores: the event loop needs one too. Four seal faster than a network brings. */
const mostThreads = Math.min(4, Math.max(1, availableParallelism() - 1))
const threads: Thread[] = []
let drafts = 0

function demandThread(): Thread {
  const place = drafts % mostThreads
  const known = threads[place]
  if (known !== undefined && known.failure === undefined) return known
  const worker = new Worker(new URL('sealing-thread.ts', import.meta.url), {
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const thread: Thread = { worker, waiting: [], failure: undefined }
  const fail = (cause: unknown) => {
    thread.failure ??= new Error('the thread that seals has ended', { cause })
    worker.unref()
    for (const { reject } of thread.waiting.splice(0)) reject(thread.failure)
  }
  worker.on('message', (answer: FromThread) => {
    thread.waiting.shift()?.resolve(answer)
    if (thread.waiting.length === 0) worker.unref()
  })
  worker.on('error', fail)
  worker.on('exit', fail)
  worker.unref()
  threads[place] = thread
  return thread
}

export function openSealing(fileKey: Uint8Array, nonce: Uint8Array): Sealing {
  const draft = (drafts += 1)
  const thread = demandThread()
  const tell = (message: ToThread, handedOver: ArrayBuffer[] = []) => thread.worker.postMessage(message, handedOver)
  const ask = (message: ToThread, handedOver: ArrayBuffer[] = []): Promise<FromThread> => {
    if (thread.failure !== undefined) return Promise.reject(thread.failure)
    return new Promise((resolve, reject) => {
      // The process stays until it has an answer, but not for a thread that has nothing to do.
      if (thread.waiting.length === 0) thread.worker.ref()
      thread.waiting.push({ resolve, reject })
      tell(message, handedOver)
    })
  }
  tell({ do: 'open', draft, fileKey, nonce })

  return {
    async seal(firstChunk, { buffer }, plainBytes, isLast) {
      if (!(buffer instanceof ArrayBuffer)) throw new TypeError('a batch is made by takeBatch')
      const answer = await ask({ do: 'seal', draft, firstChunk, plain: buffer, plainBytes, isLast }, [buffer])
      if (!('sealed' in answer)) throw new Error('an answer out of order')
      giveBatchBack(answer.plain)
      return answer.sealed
    },
    digestSealed: (sealed) => tell({ do: 'digest-sealed', draft, sealed }),
    async payloadSha256() {
      const answer = await ask({ do: 'answer-digest', draft })
      if (!('digest' in answer)) throw new Error('an answer out of order')
      return answer.digest
    },
    close: () => tell({ do: 'close', draft }),
  }
}
