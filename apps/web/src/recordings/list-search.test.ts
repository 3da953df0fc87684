import { newId } from '@getuige/base'
import { expect, test } from 'vitest'
import { changeFilter, isNarrowed, parseListSearch } from './list-search.ts'

const cameraId = newId('camera', new Date('2026-11-20T10:00:00Z'))

test('an address shared between officers opens the same list', () => {
  const search = {
    show: 'due-soon',
    from: '2026-11-01',
    to: '2026-11-20',
    cameraId,
    activation: 'missing',
    q: 'VB-014',
  }
  expect(parseListSearch(search)).toEqual(search)
})

test.each([
  ['an unknown choice', { show: 'secret' }],
  ['a day that does not exist', { from: '2026-02-30' }],
  ['an id of another kind', { cameraId: newId('person', new Date(0)) }],
  ['words of nothing but white space', { q: '   ' }],
  ['a name that is no filter', { admin: 'true' }],
])('%s in the address is left out, not refused', (_case, raw) => {
  expect(parseListSearch(raw)).toEqual({})
})

test('a report number typed as search words stays text', () => {
  expect(parseListSearch({ q: 2026118 })).toEqual({ q: '2026118' })
})

test('a filter that is cleared leaves the address, and so does the choice to show all', () => {
  const search = parseListSearch({ show: 'held', q: 'Peeters' })
  expect(changeFilter(search, 'q', '')).toEqual({ show: 'held' })
  expect(changeFilter(search, 'show', 'all')).toEqual({ q: 'Peeters' })
})

test('choosing what to show does not count as narrowing', () => {
  expect(isNarrowed({ show: 'held' })).toBe(false)
  expect(isNarrowed({ show: 'held', q: 'Peeters' })).toBe(true)
})
