import { chunkPlainBytes, chunkTagBytes, payloadNonceBytes, rangeToChunks } from '@getuige/proof'
import { newOpener, newSealer } from '#platform/age'
import { AlteredChunk, openChunks } from './opening.ts'

export { AlteredChunk } from './opening.ts'

const strideBytes = chunkPlainBytes + chunkTagBytes
/** From here on it is worth asking another thread. */
const openedBesideChunks = 4

/** A payload, wherever it lies, and what opens it. `read` answers bytes `start` to `end` of it, or throws. */
export type SealedPayload = Readonly<{
  plainBytes: number
  fileKey: Uint8Array
  read(start: number, end: number): Promise<Buffer>
}>

/** The bytes of a recording, read from its sealed object. `read` answers bytes `start` to `end`, the end not included. */
export type PlainSource = Readonly<{ sizeBytes: number; read(start: number, end: number): Promise<Buffer> }>

/** Chunks are checked as they are opened: an altered byte throws `AlteredChunk`, and nothing of its chunk is answered. */
export function openSealed({ plainBytes, fileKey, read }: SealedPayload): PlainSource {
  let nonce: Promise<Uint8Array> | undefined
  return {
    sizeBytes: plainBytes,
    async read(start, end) {
      if (start === end) return Buffer.alloc(0)
      nonce ??= read(0, payloadNonceBytes)
      const range = rangeToChunks(start, end, plainBytes)
      const [ofPayload, sealed] = await Promise.all([nonce, read(range.payloadStart, range.payloadEnd)])
      const { firstChunk, endsPayload } = range
      const chunks = { fileKey, nonce: ofPayload, firstChunk, endsPayload }
      const opened: Uint8Array<ArrayBuffer> =
        range.lastChunk - firstChunk < openedBesideChunks ? openHere(sealed, chunks) : await openChunks(sealed, chunks)
      return Buffer.from(opened.buffer, opened.byteOffset + range.skipBytes, range.takeBytes)
    },
  }
}

function openHere(
  sealed: Uint8Array,
  chunks: Readonly<{ fileKey: Uint8Array; nonce: Uint8Array; firstChunk: number; endsPayload: boolean }>,
): Uint8Array<ArrayBuffer> {
  const opener = newOpener(chunks.fileKey, chunks.nonce)
  const count = Math.ceil(sealed.length / strideBytes)
  try {
    return Buffer.concat(
      Array.from({ length: count }, (_, n) => {
        const chunk = sealed.subarray(n * strideBytes, (n + 1) * strideBytes)
        return opener.open(chunks.firstChunk + n, chunk, chunks.endsPayload && n === count - 1)
      }),
    )
  } catch (cause) {
    throw new AlteredChunk('a sealed chunk has changed', { cause })
  }
}

/** A small thing sealed whole, as one payload: nonce, then chunks. */
export function sealWhole(fileKey: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array[] {
  const sealer = newSealer(fileKey, nonce)
  const parts: Uint8Array[] = [nonce]
  const chunks = Math.max(1, Math.ceil(plain.length / chunkPlainBytes))
  for (let n = 0; n < chunks; n += 1) {
    parts.push(...sealer.seal(n, plain.subarray(n * chunkPlainBytes, (n + 1) * chunkPlainBytes), n === chunks - 1))
  }
  return parts
}
