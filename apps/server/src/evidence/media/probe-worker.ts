/** The thread in which hostile bytes are parsed: see `probe`. It asks its parent for every byte. */
import { parentPort, workerData } from 'node:worker_threads'
import { examine } from './examine.ts'
import type { MediaFacts } from './media-facts.ts'

export type FromWorker = Readonly<
  { ask: 'read'; id: number; start: number; end: number } | { ask: 'so-far' | 'done'; facts: MediaFacts }
>
/** Null when the read was refused. */
export type ToWorker = Readonly<{ id: number; bytes: Uint8Array | null }>

const port = parentPort
if (port === null) throw new Error('this runs as a worker only')
const say = (message: FromWorker): void => port.postMessage(message)

const waiting = new Map<number, (bytes: Uint8Array | null) => void>()
port.on('message', ({ id, bytes }: ToWorker) => {
  waiting.get(id)?.(bytes)
  waiting.delete(id)
})

let lastId = 0
const read = (start: number, end: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const id = ++lastId
    waiting.set(id, (bytes) => (bytes === null ? reject(new Error('refused')) : resolve(bytes)))
    say({ ask: 'read', id, start, end })
  })

const facts = await examine({ sizeBytes: Number(workerData), read }, (soFar) => say({ ask: 'so-far', facts: soFar }))
say({ ask: 'done', facts })
