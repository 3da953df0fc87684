import { expect, test } from 'vitest'
import { decibelsOf, heightOfLevel, levelAt } from './sound-level.ts'

test.each([
  ['silence', 0, null, 0],
  ['the least that is heard', 1, -48.1, 0],
  ['quiet speech', 8, -30.1, 0.37],
  ['half of the loudest', 128, -6, 0.88],
  ['the loudest', 255, 0, 1],
])('%s has its place on a scale that is the same for every recording', (_what, level, decibels, height) => {
  expect(decibelsOf(level)?.toFixed(1) ?? null).toBe(decibels?.toFixed(1) ?? null)
  expect(heightOfLevel(level)).toBeCloseTo(height, 2)
})

test('the level of a moment is that of its stretch, and there is none after the end', () => {
  const levels = Uint8Array.of(1, 2, 3, 4)
  expect([0, 999, 1000, 3999, 4000].map((at) => levelAt(levels, at, 4000))).toEqual([1, 1, 2, 4, null])
})
