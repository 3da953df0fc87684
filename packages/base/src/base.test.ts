import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  addPeriod,
  canonicalJson,
  dayOf,
  fromBase64Url,
  fromHex,
  idPattern,
  instantOf,
  newId,
  startOfDay,
  toBase64Url,
  toHex,
} from './index.ts'

const amsterdam = 'Europe/Amsterdam'

describe('calendar periods', () => {
  test.each([
    [
      '28 days keep the local time over the end of summer time',
      '2026-10-10T12:30:00Z',
      { days: 28 },
      '2026-11-07T13:30:00.000Z',
    ],
    [
      'a month from 31 January ends on the last day of February',
      '2026-01-31T11:00:00Z',
      { months: 1 },
      '2026-02-28T11:00:00.000Z',
    ],
    [
      'twelve months from a leap day end on 28 February',
      '2024-02-29T10:00:00Z',
      { months: 12 },
      '2025-02-28T10:00:00.000Z',
    ],
    ['milliseconds are kept', '2026-01-01T00:00:00.123Z', { days: 1 }, '2026-01-02T00:00:00.123Z'],
    [
      'a local time that a clock change skips becomes one that exists',
      '2026-03-28T01:30:00Z',
      { days: 1 },
      '2026-03-29T01:30:00.000Z',
    ],
  ])('%s', (_case, from, period, until) => {
    expect(addPeriod(new Date(from), period, amsterdam).toISOString()).toBe(until)
  })

  test('a day begins at midnight where the rule applies', () => {
    expect(dayOf(new Date('2026-07-01T22:30:00Z'), amsterdam)).toBe('2026-07-02')
    expect(startOfDay('2026-07-02', amsterdam).toISOString()).toBe('2026-07-01T22:00:00.000Z')
    expect(instantOf('2026-12-20', '14:02:31.120', amsterdam).toISOString()).toBe('2026-12-20T13:02:31.120Z')
  })
})

describe('canonical JSON', () => {
  test('sorts members and leaves no white space', () => {
    expect(canonicalJson({ b: [1, 'é'], a: null })).toBe('{"a":null,"b":[1,"é"]}')
  })
  test('refuses what JSON cannot say', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(RangeError)
    expect(() => canonicalJson('\ud800')).toThrow(RangeError)
  })
})

describe('bytes as text', () => {
  test.prop([fc.uint8Array()])('come back unchanged', (bytes) => {
    expect(fromHex(toHex(bytes))).toEqual(bytes)
    expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
  })
  test.each(['=', 'a', 'AB', '+/'])('base64url %o is refused', (text) => {
    expect(() => fromBase64Url(text)).toThrow(RangeError)
  })
})

test('ids name their kind and sort by the moment they were made', () => {
  const first = newId('recording', new Date('2026-01-01T00:00:00Z'))
  const second = newId('recording', new Date('2026-01-01T00:00:01Z'))
  expect(first).toMatch(idPattern('recording'))
  expect(first < second).toBe(true)
})
