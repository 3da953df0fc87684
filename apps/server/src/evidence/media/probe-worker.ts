/** The thread in which hostile bytes are parsed, one recording after the other: see `probe`. It asks for every byte. */
import { parentPort } from 'node:worker_threads'
import { examine } from './examine.ts'
import type { MediaFacts } from './media-facts.ts'
import { type ReadSidecar, readSidecar } from './tracks/sidecar.ts'

export type FromWorker = Readonly<
  | { ask: 'read'; id: number; start: number; end: number }
  | { ask: 'so-far' | 'done'; facts: MediaFacts }
  | { ask: 'sidecar'; read: ReadSidecar }
>
/**
 * A recording of that size to examine, or the bytes that were asked for: null when the read was refused. Or a file that
 * came beside one, whole.
 */
export type ToWorker = Readonly<
  { sizeBytes: number } | { id: number; bytes: Uint8Array | null } | { name: string; sidecar: Uint8Array }
>

const port = parentPort
if (port === null) throw new Error('this runs as a worker only')
const say = (message: FromWorker): void => port.postMessage(message)

const waiting = new Map<number, (bytes: Uint8Array | null) => void>()
port.on('message', (message: ToWorker) => {
  if ('sizeBytes' in message) return void tell(message.sizeBytes)
  if ('sidecar' in message) return say({ ask: 'sidecar', read: readSidecar(message.name, message.sidecar) })
  waiting.get(message.id)?.(message.bytes)
  waiting.delete(message.id)
})

let lastId = 0
const read = (start: number, end: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const id = ++lastId
    waiting.set(id, (bytes) => (bytes === null ? reject(new Error('refused')) : resolve(bytes)))
    say({ ask: 'read', id, start, end })
  })

async function tell(sizeBytes: number): Promise<void> {
  const facts = await examine({ sizeBytes, read }, (soFar) => say({ ask: 'so-far', facts: soFar }))
  waiting.clear()
  say({ ask: 'done', facts })
}
