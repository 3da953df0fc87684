import { randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import { chunkPlainBytes, formatHeader, newFileKey, payloadNonceBytes, wrapForRecipient } from '@getuige/proof'
import { newSealer } from './chunks.ts'

/** An age file for the recipient (age1…), of what is written into it; a chunk in memory at a time. */
export function sealForRecipient(recipient: string): Transform {
  const fileKey = newFileKey(randomBytes(16))
  const nonce = randomBytes(payloadNonceBytes)
  const head = Buffer.concat([formatHeader(fileKey, [wrapForRecipient(fileKey, recipient, randomBytes(32))]), nonce])
  const sealer = newSealer(fileKey, nonce)
  const plain = Buffer.allocUnsafe(chunkPlainBytes)
  let filled = 0
  let chunks = 0

  function sealChunk(isLast: boolean): Buffer {
    const sealed = Buffer.concat(sealer.seal(chunks, plain.subarray(0, filled), isLast))
    chunks += 1
    filled = 0
    return sealed
  }
  const stream = new Transform({
    transform(bytes: Uint8Array, _encoding, done) {
      const sealed: Buffer[] = []
      for (let at = 0; at < bytes.length;) {
        // A full chunk waits until more comes: only then is it known not to be the last.
        if (filled === chunkPlainBytes) sealed.push(sealChunk(false))
        const taken = Math.min(bytes.length - at, chunkPlainBytes - filled)
        plain.set(bytes.subarray(at, at + taken), filled)
        filled += taken
        at += taken
      }
      done(null, sealed.length === 0 ? undefined : Buffer.concat(sealed))
    },
    flush(done) {
      const last = sealChunk(true)
      plain.fill(0)
      done(null, last)
    },
  })
  stream.push(head)
  return stream
}
