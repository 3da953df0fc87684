import { expect, test } from 'vitest'
import { momentOf, partsOf, readClock } from './clock-text.ts'

test('a time is read however it is written, and nothing else is', () => {
  const read = (texts: readonly string[]) => texts.map(readClock)
  expect(read(['14:20', '14.20', '14h20', '14 u 20', '1420', ' 14:20 '])).toEqual(Array(6).fill('14:20'))
  expect(read(['9', '9u', '920', '0:05', '23:59', ''])).toEqual(['09:00', '09:00', '09:20', '00:05', '23:59', null])
  expect(read(['24', '14:60', '9:5', '14:20:10', '-1', 'noon', '12345'])).toEqual(Array(7).fill(undefined))
})

test('a minute is one of a day', () => {
  for (const moment of [undefined, '2026-07-01', '2026-07-01T14:20'] as const) {
    const { day, time } = partsOf(moment)
    expect(momentOf(day, time)).toBe(moment)
  }
  expect(momentOf(null, '14:20')).toBeUndefined()
})
