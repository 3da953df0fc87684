import { expect, test } from 'vitest'
import { allOrNone, toggled, withRange } from './selection.ts'

const listed = ['a', 'b', 'c', 'd']

test('a range is selected in either direction, and keeps what was selected before', () => {
  expect([...withRange(new Set(['a']), listed, 3, 2)].toSorted()).toEqual(['a', 'c', 'd'])
})

test('a row is turned on and off again', () => {
  const on = toggled(new Set<string>(), 'b')
  expect([...on]).toEqual(['b'])
  expect([...toggled(on, 'b')]).toEqual([])
})

test('all are selected, and pressed again none', () => {
  const all = allOrNone(new Set(['c']), listed)
  expect([...all]).toEqual(listed)
  expect([...allOrNone(all, listed)]).toEqual([])
})
