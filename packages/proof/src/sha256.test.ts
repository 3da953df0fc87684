import { createHash, createHmac } from 'node:crypto'
import { fc, test } from '@fast-check/vitest'
import { afterEach, expect } from 'vitest'
import { leafHash, leafOf, treeRoot } from './index.ts'
import { chooseSha256, hmacSha256 } from './sha256.ts'

afterEach(() => chooseSha256(undefined))
const hostSha256 = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest())

test.prop([fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.json(), fc.array(fc.uint8Array(), { maxLength: 40 })])(
  'the hash of the host gives the same leaves and trees as ours',
  (salt, details, entries) => {
    const make = () => [leafOf({ details, type: 'hold-placed' }, salt), treeRoot(entries.map(leafHash))]
    const ours = make()
    chooseSha256(hostSha256)
    expect(make()).toEqual(ours)
    chooseSha256(undefined)
  },
)

test.prop([fc.uint8Array({ maxLength: 64 }), fc.string()])('HMAC is that of others', (key, message) => {
  expect(hmacSha256(key, message)).toEqual(Uint8Array.from(createHmac('sha256', key).update(message).digest()))
})

test('what is not SHA-256 is refused, and ours goes on', () => {
  const before = leafHash(Uint8Array.of(1))
  expect(() => chooseSha256((bytes) => Uint8Array.from(createHash('sha512').update(bytes).digest()))).toThrow('not SHA')
  expect(() => chooseSha256((bytes) => (bytes.length > 64 ? new Uint8Array(32) : hostSha256(bytes)))).toThrow('not SHA')
  expect(leafHash(Uint8Array.of(1))).toEqual(before)
})
