import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

/** ChaCha20-Poly1305 with a random nonce: nonce, ciphertext, tag. `context` must be given again to open. */
export function sealBox(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context), { plaintextLength: plain.length })
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws when the key or the context is another, or a byte has changed. */
export function openBox(key: Uint8Array, box: Uint8Array, context: string): Uint8Array {
  if (box.length < nonceBytes + tagBytes) throw new Error('sealed box is too short')
  const decipher = createDecipheriv('chacha20-poly1305', key, box.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context), { plaintextLength: box.length - nonceBytes - tagBytes })
  decipher.setAuthTag(box.subarray(box.length - tagBytes))
  return Buffer.concat([decipher.update(box.subarray(nonceBytes, box.length - tagBytes)), decipher.final()])
}
