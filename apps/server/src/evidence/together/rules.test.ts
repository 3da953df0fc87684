import type { RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { chainPieces } from './rules.ts'

const cut = (id: string, begins: string, seconds: number | null, isTimeOfReceipt = false) => ({
  id: `rec_${id}` as RecordingId,
  recordedAt: new Date(`2026-11-21T${begins}Z`),
  durationMs: seconds === null ? null : seconds * 1000,
  isTimeOfReceipt,
})
const self = cut('self', '14:05:00', 300)

test.each([
  ['one that begins where it ends is the next piece', cut('b', '14:10:00', 60), ['self', 'b'], [0, 0]],
  ['one that ends where it begins is the piece before', cut('b', '14:04:00', 60), ['b', 'self'], [0, 0]],
  ['a camera may take five seconds for the next file', cut('b', '14:10:05', 60), ['self', 'b'], [0, 5000]],
  ['after more than five seconds it is another recording', cut('b', '14:10:05.001', 60), ['self'], [0]],
  ['a file may hold again what the one before ended with', cut('b', '14:09:30', 60), ['self', 'b'], [0, -30_000]],
  ['a file that lies within it by more than a minute is no piece', cut('b', '14:06:00', 60), ['self'], [0]],
  ['a file that begins at the same moment is no piece', cut('b', '14:05:00', 300), ['self'], [0]],
  ['a file that says no time lies nowhere', cut('b', '14:10:00', 60, true), ['self'], [0]],
  ['a file of which it is not known how long it lasts is no piece', cut('b', '14:10:00', null), ['self'], [0]],
])('%s', (_case, other, ids, gaps) => {
  const pieces = chainPieces(self, [other])
  expect(pieces.map(({ id }) => id)).toEqual(ids.map((id) => `rec_${id}`))
  expect(pieces.map(({ gapMs }) => gapMs)).toEqual(gaps)
})

test('pieces are followed both ways, and the same pieces are found from each of them', () => {
  const all = [0, 1, 2, 3, 4].map((at) => cut(`${at}`, `14:0${at}:00`, 60))
  const found = all.map((from) => chainPieces(from, all.toReversed()).map(({ id }) => id))
  for (const ids of found) expect(ids).toEqual(all.map(({ id }) => id))
})

test('a camera that cuts without end is followed for two hundred pieces', () => {
  const begins = Date.parse('2026-11-21T00:00:00Z')
  const all = Array.from({ length: 500 }, (_, at) => ({
    ...cut(`${at}`, '00:00:00', 60),
    recordedAt: new Date(begins + at * 60_000),
  }))
  expect(chainPieces(cut('self', '00:00:00', 60), all).length).toBeLessThanOrEqual(200)
  expect(chainPieces({ ...cut('self', '00:00:00', 60), recordedAt: new Date(begins - 60_000) }, all)).toHaveLength(200)
})
