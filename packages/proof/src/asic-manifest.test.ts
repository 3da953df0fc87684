import { expect, test } from 'vitest'
import { formatAsicManifest, parseAsicManifest } from './asic-manifest.ts'
import { ProofError } from './proof-error.ts'

const digests = new Map([
  ['bagit.txt', 'ab'.repeat(32)],
  ['data/recordings/rec_1.mp4', '01'.repeat(32)],
])

test('a manifest is read as it is written, for its own purpose alone', () => {
  const text = formatAsicManifest('signature', digests)
  expect(parseAsicManifest('signature', text)).toEqual(digests)
  expect(() => parseAsicManifest('timestamp', text)).toThrow(ProofError)
})

test.each([
  ['is empty', formatAsicManifest('signature', new Map())],
  ['names another namespace', formatAsicManifest('signature', digests).replace('02918', '02919')],
  ['hides a reference in a comment', formatAsicManifest('signature', digests).replace('bagit', 'x"><!--<y z="bagit')],
  ['names another digest method', formatAsicManifest('signature', digests).replace('sha256', 'sha1')],
  [
    'has members out of order',
    formatAsicManifest('signature', digests).replace('bagit.txt', 'z.txt').replace('data/', 'a/'),
  ],
  ['goes on after its end', `${formatAsicManifest('signature', digests)}\n`],
])('a manifest that %s is refused', (_case, text) => {
  expect(() => parseAsicManifest('signature', text)).toThrow(ProofError)
})
