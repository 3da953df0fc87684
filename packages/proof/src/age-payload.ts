import { utf8 } from '@getuige/base'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { malformed } from './proof-error.ts'

/**
 * The payload of an age file (c2sp.org/age): a 16-byte nonce, then chunks of 64 KiB, each sealed with
 * ChaCha20-Poly1305 under the payload key and followed by its 16-byte tag. The cipher itself is the caller's.
 */
export const payloadNonceBytes = 16
export const chunkPlainBytes = 65_536
export const chunkTagBytes = 16
const chunkSealedBytes = chunkPlainBytes + chunkTagBytes

/** The 32-byte key of all chunks of one payload. */
export function payloadKey(fileKey: Uint8Array, nonce16: Uint8Array): Uint8Array {
  if (fileKey.length !== 16 || nonce16.length !== payloadNonceBytes) throw malformed('a key and a nonce have 16 bytes')
  return hkdf(sha256, fileKey, nonce16, utf8('payload'), 32)
}

/** The 12-byte nonce of chunk `n`, counted from zero: eleven bytes of counter, then whether it is the last. */
export function chunkNonce(n: number, isLast: boolean): Uint8Array {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`no chunk ${n}`)
  const nonce = new Uint8Array(12)
  for (let at = 10, rest = n; rest > 0; at--, rest = Math.floor(rest / 256)) nonce[at] = rest % 256
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** How many chunks hold so many bytes; an empty recording has one empty chunk. */
export function chunkCount(plainSizeBytes: number): number {
  if (!Number.isSafeInteger(plainSizeBytes) || plainSizeBytes < 0) throw new RangeError('not a size in bytes')
  return Math.max(1, Math.ceil(plainSizeBytes / chunkPlainBytes))
}

export function payloadSize(plainSizeBytes: number): number {
  return payloadNonceBytes + plainSizeBytes + chunkCount(plainSizeBytes) * chunkTagBytes
}

/** Throws `ProofError` if no payload has this size. */
export function plainSize(payloadSizeBytes: number): number {
  const sealed = payloadSizeBytes - payloadNonceBytes
  const plain = sealed - Math.max(1, Math.ceil(sealed / chunkSealedBytes)) * chunkTagBytes
  if (plain < 0 || payloadSize(plain) !== payloadSizeBytes) throw malformed('no age payload has this size')
  return plain
}

/** What to read of a payload to have some bytes of the recording. */
export type ChunkRange = Readonly<{
  firstChunk: number
  lastChunk: number
  /** Whether `lastChunk` is the last of the payload, and so has the closing nonce. */
  endsPayload: boolean
  /** The bytes of the payload that hold these chunks; the end is not included. The nonce stands before all of them. */
  payloadStart: number
  payloadEnd: number
  /** How much of the opened chunks comes before the bytes wanted, and how many are wanted. */
  skipBytes: number
  takeBytes: number
}>

/**
 * `startByte` is the first byte wanted, `endByte` the first no longer wanted (an HTTP range of `a-b` is `a` to `b + 1`).
 * Throws `RangeError` for an empty range or one beyond the recording.
 */
export function rangeToChunks(startByte: number, endByte: number, plainSizeBytes: number): ChunkRange {
  const count = chunkCount(plainSizeBytes)
  const isInside = Number.isSafeInteger(startByte) && Number.isSafeInteger(endByte) && startByte >= 0
  if (!isInside || startByte >= endByte || endByte > plainSizeBytes) {
    throw new RangeError(`no bytes ${startByte} to ${endByte} in ${plainSizeBytes}`)
  }
  const firstChunk = Math.floor(startByte / chunkPlainBytes)
  const lastChunk = Math.floor((endByte - 1) / chunkPlainBytes)
  const endsPayload = lastChunk === count - 1
  return {
    firstChunk,
    lastChunk,
    endsPayload,
    payloadStart: payloadNonceBytes + firstChunk * chunkSealedBytes,
    payloadEnd: endsPayload ? payloadSize(plainSizeBytes) : payloadNonceBytes + (lastChunk + 1) * chunkSealedBytes,
    skipBytes: startByte - firstChunk * chunkPlainBytes,
    takeBytes: endByte - startByte,
  }
}
