import { expect, test } from 'vitest'
import { scrubTile, storyboardFrame } from './storyboard.ts'

test('the storyboard has a frame for every share of the recording, the very end included', () => {
  expect([0, 0.124, 0.125, 0.99, 1, 1.2, -0.1].map(storyboardFrame)).toEqual([0, 0, 1, 7, 7, 7, 0])
})

test('a moment is shown by the tile before it, row by row, and one beyond the end by the last', () => {
  const sheet = { frames: 7, columns: 3, everyMs: 500, tileWidthPx: 160, tileHeightPx: 90 }
  expect(scrubTile(sheet, 0)).toEqual({ column: 0, row: 0 })
  expect(scrubTile(sheet, 1_999)).toEqual({ column: 0, row: 1 })
  expect(scrubTile(sheet, 60_000)).toEqual({ column: 0, row: 2 })
})
