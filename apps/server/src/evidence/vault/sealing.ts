import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { chunkPlainBytes, chunkTagBytes } from '@getuige/proof'
import type { FromThread, ToThread } from './sealing-thread.ts'

const batchChunks = 8
/** How much is sealed at once, and then handed to the disk in one piece. */
export const batchPlainBytes = batchChunks * chunkPlainBytes

/** Memory that two threads see, used again and again: what is never thrown away need not be collected either. */
export type Batch = Readonly<{ plain: Uint8Array; sealed: Uint8Array }>

/** Seals and digests the payload of one draft in another thread. Rejects for good once that thread broke. */
export type Sealing = Readonly<{
  /**
   * Seal the first `plainBytes` of a batch, whole chunks but for the last of the payload. Answers the bytes of the
   * payload, which lie in the batch; it must be left alone until then.
   */
  seal(firstChunk: number, batch: Batch, plainBytes: number, isLast: boolean): Promise<Uint8Array>
  /** Count sealed bytes that are on disk already in the digest. Copied. */
  digestSealed(sealed: Uint8Array): void
  /** Of nonce and every chunk sealed so far. */
  payloadSha256(): Promise<Uint8Array>
  close(): void
}>

const spareBatches: Batch[] = []
const sparesKept = 10

/** Its bytes may be anything. */
export function takeBatch(): Batch {
  const spare = spareBatches.pop()
  if (spare !== undefined) return spare
  const memory = new SharedArrayBuffer(batchPlainBytes + batchChunks * (chunkPlainBytes + chunkTagBytes))
  return { plain: new Uint8Array(memory, 0, batchPlainBytes), sealed: new Uint8Array(memory, batchPlainBytes) }
}

export function giveBatchBack(batch: Batch): void {
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

function demandThread(place: number): Thread {
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
  const thread = demandThread(draft % mostThreads)
  const tell = (message: ToThread) => thread.worker.postMessage(message)
  const ask = (message: ToThread): Promise<FromThread> => {
    if (thread.failure !== undefined) return Promise.reject(thread.failure)
    return new Promise((resolve, reject) => {
      // The process stays until it has an answer, but not for a thread that has nothing to do.
      if (thread.waiting.length === 0) thread.worker.ref()
      thread.waiting.push({ resolve, reject })
      tell(message)
    })
  }
  tell({ do: 'open', draft, fileKey, nonce })

  return {
    async seal(firstChunk, batch, plainBytes, isLast) {
      const plain = batch.plain.subarray(0, plainBytes)
      const answer = await ask({ do: 'seal', draft, firstChunk, plain, sealed: batch.sealed, isLast })
      if (!('sealedBytes' in answer)) throw new Error('an answer out of order')
      return batch.sealed.subarray(0, answer.sealedBytes)
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
