import { expect, test } from 'vitest'
import { destinations } from './destinations.ts'

test('every screen of the bar has a key and an address of its own', () => {
  for (const part of ['key', 'to'] as const) {
    const all = destinations.map((destination) => destination[part])
    expect(all.toSorted()).toEqual([...new Set(all)].toSorted())
  }
})
