import type { RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { firstTogether, type Lane, leadingRate, overlapMs, placeAt, standsAtS } from './together-time.ts'

const lane = (beginsAt: number, endsAt: number, rate: number | null = 25): Lane => ({
  id: 'rec_1' as RecordingId,
  beginsAt,
  endsAt,
  rate,
})

test('pictures that watch one event begin at its first common moment, others where the first begins', () => {
  expect(firstTogether([lane(0, 10_000), lane(4000, 12_000)])).toBe(4000)
  expect(firstTogether([lane(0, 3000), lane(4000, 12_000)])).toBe(0)
})

test.each([
  ['in step', 0, 1],
  ['behind, it plays faster', -50, 1.05],
  ['ahead, it plays slower', 50, 0.95],
  ['far behind, it is never hurried by more than a listener bears', -390, 1.08],
])('a picture is led: %s', (_case, offMs, rate) => {
  expect(leadingRate(1, offMs)).toBeCloseTo(rate, 5)
})

test.each([
  ['before it began, at its first frame', 900, 0],
  ['as a frame begins, in that frame', 1080, 0.082],
  ['a little before the next begins by a file that rounds, in the next', 1119.6, 0.1216],
  ['after it ended, at its end', 9500, 8],
])('a picture that stands still stands %s', (_case, at, stands) => {
  expect(standsAtS(lane(1000, 9000), at)).toBeCloseTo(stands, 6)
})

test('a dot moves between the points of its track, and is nowhere before and after them', () => {
  const point = (atMs: number, latitude: number) => ({ atMs, latitude, longitude: 4, speed: 1, accuracyM: null })
  const track = [point(1000, 51), point(2000, 52)]
  expect(placeAt(track, 1500)).toMatchObject({ latitude: 51.5, longitude: 4 })
  expect(placeAt(track, 999)).toBeUndefined()
  expect(placeAt(track, 2001)).toBeUndefined()
})

test('recordings that only touch do not overlap', () => {
  expect(overlapMs({ beginsAt: 0, endsAt: 1000 }, { beginsAt: 1000, endsAt: 2000 })).toBe(0)
  expect(overlapMs({ beginsAt: 0, endsAt: 1500 }, { beginsAt: 1000, endsAt: 2000 })).toBe(500)
})
