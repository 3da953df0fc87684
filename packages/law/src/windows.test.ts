import { fc, test } from '@fast-check/vitest'
import { dayOf, startOfDay } from '@getuige/base'
import { describe, expect } from 'vitest'
import { addToDay, cutOffOf, isNeverLonger, rememberCutOff } from './windows.ts'

const brussels = 'Europe/Brussels'

describe('a window', () => {
  test.each([
    ['of 30 days is open on the thirtieth day after', { days: 30 }, '2026-01-05', '2026-02-04', true],
    ['of 30 days is closed on the thirty-first', { days: 30 }, '2026-01-05', '2026-02-05', false],
    ['of a month is open on the same day a month later', { months: 1 }, '2026-01-05', '2026-02-05', true],
    ['of a month from 31 January ends with February', { months: 1 }, '2026-01-31', '2026-02-28', true],
    ['of a month from 31 January is closed on 1 March', { months: 1 }, '2026-01-31', '2026-03-01', false],
    ['of a month from 28 February is closed on 29 March', { months: 1 }, '2026-02-28', '2026-03-29', false],
    ['of a month from a leap day ends on 29 March', { months: 1 }, '2024-02-29', '2024-03-29', true],
    ['of twelve months from a leap day ends on 28 February', { months: 12 }, '2024-02-29', '2025-03-01', false],
    ['of no days ends with the day of recording', {}, '2026-01-05', '2026-01-05', true],
  ])('%s', (_case, period, recordedOn, today, isOpen) => {
    const recorded = startOfDay(recordedOn, brussels)
    const now = startOfDay(today, brussels)
    expect(recorded >= cutOffOf([period], brussels, now)).toBe(isOpen)
  })

  test('is counted in days of the zone: it moves at midnight there, also when clocks change', () => {
    const lastMoment = new Date('2026-03-29T21:59:59.999Z')
    expect(cutOffOf([{ days: 1 }], brussels, lastMoment).toISOString()).toBe('2026-03-27T23:00:00.000Z')
    expect(cutOffOf([{ days: 1 }], brussels, new Date('2026-03-29T22:00:00Z')).toISOString()).toBe(
      '2026-03-28T23:00:00.000Z',
    )
  })

  const anyDay = fc.date({ min: new Date('2023-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  const anyPeriod = fc.oneof(
    fc.record({ days: fc.integer({ min: 0, max: 400 }) }),
    fc.record({ months: fc.integer({ min: 0, max: 24 }), days: fc.integer({ min: 0, max: 40 }) }),
  )
  test.prop([anyDay, anyDay, anyPeriod])(
    'asked of an instant says what counting days from the recording says',
    (recordedAt, now, period) => {
      const lastDay = addToDay(dayOf(recordedAt, brussels), period)
      const isWithin = dayOf(now, brussels) <= lastDay
      expect(recordedAt >= cutOffOf([period], brussels, now)).toBe(isWithin)
    },
  )
  test.prop([fc.array(anyDay, { minLength: 2, maxLength: 6 })])('remembered is a window computed', (moments) => {
    const remembered = rememberCutOff([{ months: 1 }, { days: 30 }], brussels)
    for (const now of moments) expect(remembered(now)).toEqual(cutOffOf([{ months: 1 }, { days: 30 }], brussels, now))
  })
})

test.each([
  [{ days: 28 }, { months: 1 }, true],
  [{ days: 30 }, { months: 1 }, false],
  [{ months: 1 }, { days: 31 }, true],
  [{ months: 1 }, { days: 30 }, false],
  [{ days: 365 }, { months: 12 }, true],
  [{ days: 366 }, { months: 12 }, false],
  [{ months: 12 }, { days: 366 }, true],
])('%o is never longer than %o: %s', (a, b, expected) => {
  expect(isNeverLonger(a, b)).toBe(expected)
})
