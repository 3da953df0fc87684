import type { RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { type Piece, pieceBeyond } from './pieces.ts'

const piece = (id: string, second: number, gapMs: number, rendition: Piece['rendition'] = 'direct'): Piece => ({
  id: id as RecordingId,
  recordedAt: new Date(second * 1000).toISOString(),
  durationMs: 10_000,
  gapMs,
  rendition,
})
// Ten seconds each, a second missing after the first, the third still being made.
const pieces = [piece('a', 0, 0), piece('b', 11, 1000), piece('c', 21, 0, 'making'), piece('d', 31, 0)]
const beyond = (id: string, ms: number) => pieceBeyond(pieces, id as RecordingId, ms)

test.each([
  ['on into the next, less the gap', 'a', 3000, { recordingId: 'b', atMs: 2000 }],
  ['on into the gap: the next begins', 'a', 500, { recordingId: 'b', atMs: 0 }],
  ['back into the one before, less the gap', 'b', -3000, { recordingId: 'a', atMs: 8000 }],
  ['back into the gap: the one before at its end', 'b', -500, { recordingId: 'a', atMs: 10_000 }],
  ['over one that cannot be played', 'b', 2000, { recordingId: 'd', atMs: 0 }],
  ['back over one that cannot be played', 'd', -2000, { recordingId: 'b', atMs: 10_000 }],
  ['nowhere after the last', 'd', 1000, undefined],
  ['nowhere before the first', 'a', -1000, undefined],
])('who goes past the end of a piece comes %s', (_case, from, ms, there) => {
  expect(beyond(from, ms)).toEqual(there)
})
