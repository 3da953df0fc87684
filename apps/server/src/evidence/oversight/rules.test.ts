import { expect, test } from 'vitest'
import { judgeWeeks, mondaysUntil, usualRange } from './rules.ts'

test('weeks begin on Monday where the corps is, and the last is the one that runs', () => {
  expect(mondaysUntil(new Date('2026-11-22T22:59:59Z'), 2, 'Europe/Amsterdam')).toEqual(['2026-11-09', '2026-11-16'])
  expect(mondaysUntil(new Date('2026-11-22T23:00:00Z'), 2, 'Europe/Amsterdam')).toEqual(['2026-11-16', '2026-11-23'])
})

test('small counts swing without anything being unusual', () => {
  expect(usualRange([])).toEqual({ from: 0, to: 0 })
  expect(usualRange([1, 1, 1, 1])).toEqual({ from: 0, to: 3 })
  expect(usualRange([100, 100])).toEqual({ from: 80, to: 120 })
  expect(judgeWeeks([2, 1, 3, 2, 0])).toMatchObject({ isUnusual: false })
})

test('the last full week is held against those before it; the week that runs counts for nothing', () => {
  expect(judgeWeeks([10, 10, 10, 40, 0])).toEqual({ usual: { from: 3, to: 17 }, isUnusual: true })
  expect(judgeWeeks([10, 10, 10, 10, 90])).toMatchObject({ isUnusual: false })
  expect(judgeWeeks([7, 3])).toMatchObject({ isUnusual: false })
})
