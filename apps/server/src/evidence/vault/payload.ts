import { createCipheriv, createDecipheriv } from 'node:crypto'
import {
  chunkNonce,
  chunkPlainBytes,
  chunkTagBytes,
  payloadKey,
  payloadNonceBytes,
  rangeToChunks,
} from '@getuige/proof'

const algorithm = 'chacha20-poly1305'
const options = { authTagLength: chunkTagBytes }

/** Seals the chunks of one age payload (c2sp.org/age#payload), in order. */
export function newSealer(fileKey: Uint8Array, nonce: Uint8Array) {
  const key = payloadKey(fileKey, nonce)
  return {
    /** Ciphertext and tag of chunk `n`. The last is sealed as the last, and may be short. */
    seal(n: number, plain: Uint8Array, isLast: boolean): Uint8Array[] {
      const cipher = createCipheriv(algorithm, key, chunkNonce(n, isLast), options)
      const sealed = cipher.update(plain)
      cipher.final()
      return [sealed, cipher.getAuthTag()]
    },
  }
}

export function newOpener(fileKey: Uint8Array, nonce: Uint8Array) {
  const key = payloadKey(fileKey, nonce)
  return {
    /** Throws when a byte of the chunk has changed, or it is not chunk `n`. */
    open: (n: number, sealed: Uint8Array, isLast: boolean): Buffer => {
      const decipher = createDecipheriv(algorithm, key, chunkNonce(n, isLast), options)
      const end = sealed.length - chunkTagBytes
      decipher.setAuthTag(sealed.subarray(end))
      const plain = decipher.update(sealed.subarray(0, end))
      decipher.final()
      return plain
    },
  }
}

/** A payload, wherever it lies, and what opens it. `read` answers bytes `start` to `end` of it, or throws. */
export type SealedPayload = Readonly<{
  plainBytes: number
  fileKey: Uint8Array
  read(start: number, end: number): Promise<Buffer>
}>

/** The bytes of a recording, read from its sealed object. `read` answers bytes `start` to `end`, the end not included. */
export type PlainSource = Readonly<{ sizeBytes: number; read(start: number, end: number): Promise<Buffer> }>

/** Chunks are checked as they are opened: an altered byte throws, and nothing of its chunk is answered. */
export function openSealed({ plainBytes, fileKey, read }: SealedPayload): PlainSource {
  let opener: Promise<ReturnType<typeof newOpener>> | undefined
  return {
    sizeBytes: plainBytes,
    async read(start, end) {
      if (start === end) return Buffer.alloc(0)
      opener ??= read(0, payloadNonceBytes).then((nonce) => newOpener(fileKey, nonce))
      const range = rangeToChunks(start, end, plainBytes)
      const [{ open }, sealed] = await Promise.all([opener, read(range.payloadStart, range.payloadEnd)])
      const stride = chunkPlainBytes + chunkTagBytes
      const chunks: Buffer[] = []
      for (let n = range.firstChunk; n <= range.lastChunk; n += 1) {
        const at = (n - range.firstChunk) * stride
        const isLast = range.endsPayload && n === range.lastChunk
        chunks.push(openChunk(() => open(n, sealed.subarray(at, at + stride), isLast)))
      }
      const whole = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
      return whole.subarray(range.skipBytes, range.skipBytes + range.takeBytes)
    },
  }
}

/** A chunk that the key does not open: its bytes are not those that were sealed. */
export class AlteredChunk extends Error {
  override readonly name = 'AlteredChunk'
}

function openChunk(open: () => Buffer): Buffer {
  try {
    return open()
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
