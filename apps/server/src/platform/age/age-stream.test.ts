import { randomBytes } from 'node:crypto'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { chunkPlainBytes, newIdentity } from '@getuige/proof'
import { afterAll, expect, test } from 'vitest'
import { readAgeFile, sealForRecipient } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'getuige-age-stream-'))
afterAll(() => rmSync(folder, { recursive: true }))

// Each list is the lengths of what is written, one after another: around the borders of chunks, in pieces of any size.
test.each([
  [[]],
  [[1]],
  [[chunkPlainBytes]],
  [[chunkPlainBytes - 1, 1]],
  [[chunkPlainBytes, 1]],
  [[chunkPlainBytes + 1, chunkPlainBytes - 1]],
  [[5, 3 * chunkPlainBytes, 0, 7, chunkPlainBytes - 12]],
  [[1024 * 1024, 1024 * 1024, 13]],
])('what is written in pieces of %j is what is read', async (lengths) => {
  const { identity, recipient } = newIdentity(randomBytes(32))
  const pieces = lengths.map((length) => randomBytes(length))
  const file = join(folder, randomBytes(6).toString('hex'))
  writeFileSync(file, await buffer(Readable.from(pieces, { objectMode: false }).pipe(sealForRecipient(recipient))))
  const read: Buffer[] = []
  for await (const part of readAgeFile(file, [identity])) read.push(part)
  expect(Buffer.concat(read).equals(Buffer.concat(pieces))).toBe(true)
})
