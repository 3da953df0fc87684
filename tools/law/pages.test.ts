import { packs } from '@getuige/law'
import { describe, expect, test } from 'vitest'
import { makeLawPages, readPage, readReadings } from './pages.ts'

const pages = await makeLawPages()

describe('docs/law says what the software decides (else: npm run law-matrix)', () => {
  test.each([...pages])('%s', async (path, text) => {
    expect(await readPage(path)).toBe(text)
  })
})

test('every pack has a page and a matrix', () => {
  const expected = packs.flatMap(({ id }) => [`${id}.md`, `matrix/${id}.txt`])
  expect([...pages.keys()].toSorted()).toEqual([...new Set(expected)].toSorted())
})

test('every reading is of a rule that some pack has', async () => {
  const ids = new Set(packs.flatMap(({ rules }) => rules.map(({ id }) => id)))
  const readings = [...(await readReadings()).keys()]
  expect(readings.filter((id) => !ids.has(id))).toEqual([])
  expect(readings).toEqual([...new Set(readings)])
})
