import { execFileSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { concatBytes } from '@getuige/base'
import { expect } from 'vitest'
import { findTool, reportMissingTool } from '../../../tests/outside-tools.ts'
import {
  chunkCount,
  chunkNonce,
  chunkPlainBytes,
  formatHeader,
  newFileKey,
  newIdentity,
  payloadKey,
  payloadSize,
  plainSize,
  rangeToChunks,
  wrapForRecipient,
} from './index.ts'

/** Seal as the vault does: the format from here, the cipher from node:crypto. */
function seal(plain: Uint8Array, fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  const key = payloadKey(fileKey, nonce)
  const count = chunkCount(plain.length)
  const parts = Array.from({ length: count }, (_, n) => {
    const options = { authTagLength: 16 }
    const cipher = createCipheriv('chacha20-poly1305', key, chunkNonce(n, n === count - 1), options)
    const sealed = cipher.update(plain.subarray(n * chunkPlainBytes, (n + 1) * chunkPlainBytes))
    return concatBytes(sealed, cipher.final(), cipher.getAuthTag())
  })
  return concatBytes(nonce, ...parts)
}

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 256)

const age = findTool('age')
if (age === undefined) reportMissingTool('age', 'that the age program opens what the vault seals')
else {
  test.each([0, 1, chunkPlainBytes - 1, chunkPlainBytes, chunkPlainBytes + 1, 3 * chunkPlainBytes])(
    'the age program opens header and payload of %i bytes',
    (size) => {
      const folder = mkdtempSync(join(tmpdir(), 'getuige-age-'))
      try {
        const { identity, recipient } = newIdentity(bytes(32, 5))
        const other = newIdentity(bytes(32, 6))
        const fileKey = newFileKey(bytes(16, 7))
        const stanzas = [other.recipient, recipient].map((to, i) => wrapForRecipient(fileKey, to, bytes(32, 8 + i)))
        const plain = bytes(size, 1)
        const payload = seal(plain, fileKey, bytes(16, 2))
        expect(payload.length).toBe(payloadSize(size))
        writeFileSync(join(folder, 'key'), `${identity}\n`)
        const input = concatBytes(formatHeader(fileKey, stanzas), payload)
        const opened = execFileSync(age, ['-d', '-i', join(folder, 'key')], { input, maxBuffer: 2 ** 24 })
        expect(Buffer.compare(opened, plain)).toBe(0)

        const cutShort = { input: input.subarray(0, -1), maxBuffer: 2 ** 24, stdio: 'pipe' as const }
        expect(() => execFileSync(age, ['-d', '-i', join(folder, 'key')], cutShort)).toThrow()
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )
}

const anySize = fc.integer({ min: 1, max: 2 ** 40 })
test.prop([anySize, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })])(
  'any range of any recording lies within the chunks named for it',
  (size, a, b) => {
    const start = Math.floor(Math.min(a, b) * (size - 1))
    const end = Math.min(size, Math.floor(Math.max(a, b) * size) + 1)
    const range = rangeToChunks(start, Math.max(end, start + 1), size)
    const chunks = range.lastChunk - range.firstChunk + 1
    const opened = range.payloadEnd - range.payloadStart - chunks * 16
    expect(range.firstChunk * chunkPlainBytes + range.skipBytes).toBe(start)
    expect(range.skipBytes).toBeLessThan(chunkPlainBytes)
    expect(range.skipBytes + range.takeBytes).toBeLessThanOrEqual(opened)
    expect(opened - (range.skipBytes + range.takeBytes)).toBeLessThan(chunkPlainBytes)
    expect(range.endsPayload).toBe(range.payloadEnd === payloadSize(size))
  },
)

test.prop([fc.nat({ max: 2 ** 31 - 1 })])('the size of a recording follows from that of its payload', (size) => {
  expect(plainSize(payloadSize(size))).toBe(size)
})

test.each([
  ['empty', 5, 5, 10],
  ['backwards', 6, 5, 10],
  ['before the recording', -1, 5, 10],
  ['beyond the recording', 5, 11, 10],
  ['of an empty recording', 0, 1, 0],
])('a range that is %s is refused', (_case, start, end, size) => {
  expect(() => rangeToChunks(start, end, size)).toThrow(RangeError)
})
