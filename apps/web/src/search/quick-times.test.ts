import { expect, test } from 'vitest'
import { daysOf } from './quick-times.ts'

const zone = 'Europe/Brussels'

test('a shift of the night touches the day before, one of the day does not', () => {
  expect(daysOf('shift', new Date('2026-11-22T02:00:00Z'), zone)).toEqual({ from: '2026-11-21', to: '2026-11-22' })
  expect(daysOf('shift', new Date('2026-11-22T16:00:00Z'), zone)).toEqual({ from: '2026-11-22', to: '2026-11-22' })
})

test('seven days are today and the six before, as the corps counts days', () => {
  // Half past midnight in Brussels is the evening before elsewhere.
  expect(daysOf('week', new Date('2026-11-21T23:30:00Z'), zone)).toEqual({ from: '2026-11-16', to: '2026-11-22' })
  expect(daysOf('today', new Date('2026-11-21T23:30:00Z'), zone)).toEqual({ from: '2026-11-22', to: '2026-11-22' })
})
