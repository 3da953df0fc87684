import { recordingFilters } from '@getuige/contract'
import { expect, test } from 'vitest'
import { betweenMoments } from './query.ts'

test('days and minutes are those that clocks of the corps show, and both ends are counted in', () => {
  const between = (from?: string, to?: string) => {
    const { fromAt, untilAt } = betweenMoments({ from, to }, 'Europe/Brussels')
    return [fromAt?.toISOString(), untilAt?.toISOString()]
  }
  expect(between()).toEqual([undefined, undefined])
  expect(between('2026-07-01', '2026-07-01')).toEqual(['2026-06-30T22:00:00.000Z', '2026-07-01T22:00:00.000Z'])
  expect(between('2026-07-01T14:20', '2026-07-01T14:20')).toEqual([
    '2026-07-01T12:20:00.000Z',
    '2026-07-01T12:21:00.000Z',
  ])
  // In the night in which clocks are set back, half past two comes twice: both are meant.
  expect(between('2026-10-25T02:30', '2026-10-25T02:30')).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:31:00.000Z',
  ])
  expect(between('2026-10-25', '2026-10-25T23:59')).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'])
  // In the night in which they are set forward it comes not at all: what is asked for begins when it would have come.
  expect(between('2026-03-29T02:30', '2026-03-29T02:30')).toEqual([
    '2026-03-29T01:30:00.000Z',
    '2026-03-29T01:31:00.000Z',
  ])
})

test('a moment is a day that there is, or a minute of one', () => {
  const isMoment = (from: string) => recordingFilters.safeParse({ from }).success
  expect(['2026-02-28', '2026-02-28T00:00', '2026-02-28T23:59'].filter((text) => !isMoment(text))).toEqual([])
  const none = [
    '2026-02-29',
    '2026-02-28T24:00',
    '2026-02-28T9:00',
    '2026-02-28T09:00:00',
    '2026-02-28T09:00Z',
    '09:00',
    '0000-01-01T00:00',
  ]
  expect(none.filter(isMoment)).toEqual([])
})
