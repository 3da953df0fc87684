import { expect, test } from 'vitest'
import { changeFilter } from './list-search.ts'

test('a filter that is cleared leaves the address, and so does the choice to show all', () => {
  const search = { show: 'held', q: 'Peeters' } as const
  expect(changeFilter(search, 'q', '')).toEqual({ show: 'held' })
  expect(changeFilter(search, 'from', undefined)).toEqual(search)
  expect(changeFilter(search, 'show', 'all')).toEqual({ q: 'Peeters' })
})

test('changing one filter keeps the others', () => {
  expect(changeFilter({ show: 'held', q: 'Peeters' }, 'show', 'due-soon')).toEqual({ show: 'due-soon', q: 'Peeters' })
})
