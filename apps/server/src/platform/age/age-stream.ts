import { randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import {
  chunkPlainBytes,
  chunkTagBytes,
  formatHeader,
  newFileKey,
  payloadNonceBytes,
  wrapForRecipient,
} from '@getuige/proof'
import { newSealer } from './chunks.ts'

const highWaterMark = 1024 * 1024

/** An age file for the recipient (age1…), of what is written into it. What is in memory does not grow with it. */
export function sealForRecipient(recipient: string): Transform {
  const fileKey = newFileKey(randomBytes(16))
  const nonce = randomBytes(payloadNonceBytes)
  const head = Buffer.concat([formatHeader(fileKey, [wrapForRecipient(fileKey, recipient, randomBytes(32))]), nonce])
  const sealer = newSealer(fileKey, nonce)
  const held = Buffer.allocUnsafe(chunkPlainBytes)
  let heldBytes = 0
  let chunks = 0

  function sealInto(sealed: Buffer, at: number, plain: Uint8Array, isLast: boolean): number {
    let end = at
    for (const part of sealer.seal(chunks, plain, isLast)) {
      sealed.set(part, end)
      end += part.length
    }
    chunks += 1
    return end
  }
  const stream = new Transform({
    readableHighWaterMark: highWaterMark,
    writableHighWaterMark: highWaterMark,
    transform(bytes: Uint8Array, _encoding, done) {
      // A full chunk is held until more comes: only then is it known not to be the last.
      const whole = Math.max(0, Math.ceil((heldBytes + bytes.length) / chunkPlainBytes) - 1)
      const sealed = Buffer.allocUnsafe(whole * (chunkPlainBytes + chunkTagBytes))
      let from = 0
      for (let n = 0, at = 0; n < whole; n += 1) {
        if (heldBytes === 0) {
          at = sealInto(sealed, at, bytes.subarray(from, from + chunkPlainBytes), false)
          from += chunkPlainBytes
          continue
        }
        const taken = chunkPlainBytes - heldBytes
        held.set(bytes.subarray(from, from + taken), heldBytes)
        at = sealInto(sealed, at, held, false)
        from += taken
        heldBytes = 0
      }
      held.set(bytes.subarray(from), heldBytes)
      heldBytes += bytes.length - from
      done(null, whole === 0 ? undefined : sealed)
    },
    flush(done) {
      const sealed = Buffer.allocUnsafe(heldBytes + chunkTagBytes)
      sealInto(sealed, 0, held.subarray(0, heldBytes), true)
      held.fill(0)
      done(null, sealed)
    },
  })
  stream.push(head)
  return stream
}
