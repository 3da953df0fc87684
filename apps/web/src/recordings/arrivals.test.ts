import { expect, test } from 'vitest'
import { countArrivals, scrollShift } from './arrivals.ts'

const before = ['c', 'b', 'a']

test('two arrivals above push the view down by two rows, so what one reads stays in place', () => {
  expect(scrollShift(before, ['e', 'd', 'c', 'b', 'a'], 64, 64)).toBe(128)
})

test('at the very top the view does not move: what is new shows', () => {
  expect(scrollShift(before, ['d', 'c', 'b', 'a'], 0, 64)).toBe(0)
})

test('a row erased above pulls the view up by one row', () => {
  expect(scrollShift(before, ['b', 'a'], 64, 64)).toBe(-64)
})

test('when the row in view is gone the view stays', () => {
  expect(scrollShift(before, ['c', 'a'], 64, 64)).toBe(0)
})

test('arrivals are counted from what came first before', () => {
  expect(countArrivals(before, ['e', 'd', 'c', 'b', 'a'])).toBe(2)
  expect(countArrivals([], ['a'])).toBe(0)
  expect(countArrivals(before, ['b', 'a'])).toBe(0)
})
