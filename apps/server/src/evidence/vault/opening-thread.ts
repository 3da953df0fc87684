import { parentPort } from 'node:worker_threads'
import { chunkPlainBytes, chunkTagBytes } from '@getuige/proof'
import { newOpener } from '#platform/age'

/** Whole chunks, the first of which is `firstChunk`; `endsPayload` when the last of them is the last of all. */
export type ToOpeningThread = Readonly<{
  ask: number
  fileKey: Uint8Array
  nonce: Uint8Array
  firstChunk: number
  endsPayload: boolean
  sealed: Uint8Array<ArrayBuffer>
}>
/** `opened` lies where `sealed` lay; null when a chunk has changed. */
export type FromOpeningThread = Readonly<{ ask: number; opened: Uint8Array<ArrayBuffer> | null }>

const port = parentPort
const strideBytes = chunkPlainBytes + chunkTagBytes

port?.on('message', (message: ToOpeningThread) => {
  const opened = open(message)
  port.postMessage({ ask: message.ask, opened } satisfies FromOpeningThread, opened === null ? [] : [opened.buffer])
})

function open({ fileKey, nonce, firstChunk, endsPayload, sealed }: ToOpeningThread): Uint8Array<ArrayBuffer> | null {
  const opener = newOpener(fileKey, nonce)
  const chunks = Math.ceil(sealed.length / strideBytes)
  let openedBytes = 0
  try {
    for (let n = 0; n < chunks; n += 1) {
      const chunk = sealed.subarray(n * strideBytes, (n + 1) * strideBytes)
      // Shorter than it was sealed, so never over what is still to be opened.
      const plain = opener.open(firstChunk + n, chunk, endsPayload && n === chunks - 1)
      sealed.set(plain, openedBytes)
      openedBytes += plain.length
    }
  } catch {
    return null
  }
  return sealed.subarray(0, openedBytes)
}
