import { expect, test } from 'vitest'
import { nearestInstant, proposeWarnings, readTime, shiftTime, timeOfDay } from './warning-times.ts'

const timeZone = 'Europe/Amsterdam'

test.each([
  [
    'a warning just before the recording is of the same day',
    '14:02:11',
    '2026-11-20T13:02:40Z',
    '2026-11-20T13:02:11.000Z',
  ],
  [
    'a warning before midnight is of the evening before',
    '23:59:50',
    '2026-11-20T23:00:10Z',
    '2026-11-20T22:59:50.000Z',
  ],
  ['a warning after midnight is of the morning after', '00:00:05', '2026-11-20T22:59:55Z', '2026-11-20T23:00:05.000Z'],
  ['summer time is counted', '14:02', '2026-07-01T12:02:30Z', '2026-07-01T12:02:00.000Z'],
])('%s', (_case, time, recordedAt, expected) => {
  expect(nearestInstant(time, new Date(recordedAt), timeZone)?.toISOString()).toBe(expected)
})

test.each(['', '14', '24:00:00', '14:60:00', '14:02:11 pm'])('"%s" is no time of day', (text) => {
  expect(nearestInstant(text, new Date('2026-11-20T13:02:40Z'), timeZone)).toBeUndefined()
})

test.each([
  ['140211', '14:02:11'],
  ['1402', '14:02:00'],
  ['14.02.11', '14:02:11'],
  ['9:05', '09:05:00'],
  [' 14:02:11 ', '14:02:11'],
])('"%s" typed in haste is %s', (typed, time) => {
  expect(readTime(typed)).toBe(time)
})

test('both warnings are proposed before the recording, the first first', () => {
  const recordedAt = new Date('2026-11-20T13:02:40Z')
  expect(proposeWarnings(recordedAt, timeZone)).toEqual({ first: '14:02:10', second: '14:02:30' })
})

test('a time moved by seconds stays a time of day around midnight', () => {
  expect(shiftTime('23:59:55', 10)).toBe('00:00:05')
  expect(shiftTime('00:00:05', -10)).toBe('23:59:55')
})

test('what is shown for an instant is entered back as that instant', () => {
  const at = new Date('2026-11-20T13:02:11Z')
  expect(nearestInstant(timeOfDay(at, timeZone), at, timeZone)).toEqual(at)
})
