import { createCipheriv, createDecipheriv } from 'node:crypto'
import { chunkNonce, chunkTagBytes, payloadKey } from '@getuige/proof'

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
