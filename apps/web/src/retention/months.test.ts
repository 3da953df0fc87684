import { expect, test } from 'vitest'
import { monthsOf } from './months.ts'

test('the calendar runs from the month of today to the last month with an erasure, in whole weeks', () => {
  const months = monthsOf([{ on: '2027-02-28', recordings: 3 }], '2026-12-31')
  expect(months.map(({ month, recordings }) => [month, recordings])).toEqual([
    ['2026-12', 0],
    ['2027-01', 0],
    ['2027-02', 3],
  ])
  for (const { weeks } of months) for (const week of weeks) expect(week).toHaveLength(7)
})

test('weeks begin on Monday and every day of a leap February has its place', () => {
  const [february] = monthsOf([{ on: '2028-02-29', recordings: 1 }], '2028-02-01')
  expect(february?.weeks[0]?.[1]).toEqual({ on: '2028-02-01', recordings: 0 }) // a Tuesday
  expect(february?.weeks.flat().filter((day) => day !== null)).toHaveLength(29)
  expect(february?.weeks.flat().find((day) => day?.on === '2028-02-29')?.recordings).toBe(1)
})

test('without erasures the month of today is shown, empty', () => {
  expect(monthsOf([], '2026-11-22').map(({ month, recordings }) => [month, recordings])).toEqual([['2026-11', 0]])
})
