import { expect, test } from 'vitest'
import { changeFilter, countFilters } from './list-search.ts'

test('a filter that is cleared leaves the address, and so does the choice to show all', () => {
  const search = { show: 'held', q: 'Peeters' } as const
  expect(changeFilter(search, 'q', '')).toEqual({ show: 'held' })
  expect(changeFilter(search, 'from', undefined)).toEqual(search)
  expect(changeFilter(search, 'show', 'all')).toEqual({ q: 'Peeters' })
})

test('changing one filter keeps the others', () => {
  expect(changeFilter({ show: 'held', q: 'Peeters' }, 'show', 'due-soon')).toEqual({ show: 'due-soon', q: 'Peeters' })
})

test('choosing what to show does not count as a filter', () => {
  expect(countFilters({ show: 'held' })).toBe(0)
  expect(countFilters({ show: 'held', q: 'Peeters', activation: 'missing' })).toBe(2)
})
