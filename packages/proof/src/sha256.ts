import { equalBytes, utf8 } from '@getuige/base'
import { sha256 as portableSha256 } from '@noble/hashes/sha2.js'

export type Sha256 = (bytes: Uint8Array) => Uint8Array

const blockBytes = 64
let chosen: Sha256 = portableSha256

/** SHA-256 of all that leaves and trees are made of. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return chosen(bytes)
}

/**
 * Let the SHA-256 of the host do this work, which is several times faster than portable code. Throws unless it gives what
 * ours gives, at every length around the end of a block. Undefined: ours again.
 */
export function chooseSha256(faster: Sha256 | undefined): void {
  const trial = Uint8Array.from({ length: 2 * blockBytes + 1 }, (_, i) => i)
  for (let length = 0; faster !== undefined && length <= trial.length; length += 1) {
    const bytes = trial.subarray(0, length)
    if (!equalBytes(faster(bytes), portableSha256(bytes))) throw new Error('that is not SHA-256')
  }
  chosen = faster ?? portableSha256
}

/** HMAC-SHA-256 (RFC 2104) under a key of at most 64 bytes. */
export function hmacSha256(key: Uint8Array, message: string): Uint8Array {
  if (key.length > blockBytes) throw new RangeError('the key is longer than a block')
  const text = utf8(message)
  const inner = new Uint8Array(blockBytes + text.length).fill(0x36, 0, blockBytes)
  const outer = new Uint8Array(blockBytes + 32).fill(0x5c, 0, blockBytes)
  for (let i = 0; i < key.length; i += 1) {
    inner[i] = 0x36 ^ (key[i] ?? 0)
    outer[i] = 0x5c ^ (key[i] ?? 0)
  }
  inner.set(text, blockBytes)
  outer.set(sha256(inner), blockBytes)
  return sha256(outer)
}
