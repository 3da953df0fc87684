import { expect, test } from 'vitest'
import { isWithin, nameOf } from './rules.ts'

test.each([
  ['a part of it', 1000, 2000, 10_000, true],
  ['all of it', 0, 10_000, 9999.6, true],
  ['nothing', 1000, 1000, 10_000, false],
  ['something turned round', 2000, 1000, 10_000, false],
  ['more than there is', 1000, 10_002, 10_000, false],
  ['what comes after it', 10_000, 10_001, 10_000, false],
  ['a part of something of which nobody knows how long it is', 1000, 2000, null, true],
])('%s', (_case, inMs, outMs, durationMs, expected) => {
  expect(isWithin({ inMs, outMs }, { durationMs, proxy: null })).toBe(expected)
})

test('what is seen of a proxy can be cut, also where its recording is said to be shorter', () => {
  expect(isWithin({ inMs: 0, outMs: 6000 }, { durationMs: 5856, proxy: { durationMs: 6000 } })).toBe(true)
  expect(isWithin({ inMs: 0, outMs: 6001 }, { durationMs: 5856, proxy: { durationMs: 6000 } })).toBe(false)
})

test('a clip is named after its original and where it stands in it', () => {
  expect(nameOf('GX010042.MP4', { fromMs: 62_500, toMs: 3_670_000 }, 'mp4')).toBe(
    'GX010042 (1.02.500-61.10.000).mp4',
  )
})
