import { expect, test } from 'vitest'
import { destinations, destinationsOf } from './destinations.ts'

test('every screen of the bar has a key and an address of its own', () => {
  for (const part of ['key', 'to'] as const) {
    const all = destinations.map((destination) => destination[part])
    expect(all.toSorted()).toEqual([...new Set(all)].toSorted())
  }
})

test('a prosecutor is asked only where the law lets their decision open a recording', () => {
  const seen = (hasMandates: boolean) =>
    destinationsOf({ person: { roles: ['records-officer'] }, corps: { lawPack: { hasMandates } } }).map(({ to }) => to)
  expect(seen(true)).toContain('/mandates')
  expect(seen(false)).not.toContain('/mandates')
})
