import { beforeEach, expect, test, vi } from 'vitest'
import { formatBytes, formatDay, formatDuration, formatInstant, formatTime, setCorpsTimeZone } from './formats.ts'

vi.mock('./translate.ts', () => ({ currentLocale: () => 'en-GB', t: (key: string) => key }))

beforeEach(() => setCorpsTimeZone('Europe/Amsterdam'))

test('an instant is written in the time zone of the corps, not of the browser', () => {
  expect(formatInstant('2026-12-20T23:30:00Z')).toBe('21 Dec 2026, 00:30')
  expect(formatTime('2026-07-01T12:02:31.120Z', 'millisecond')).toBe('14:02:31.120')
})

test.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
  'a calendar day stays that day, even for a corps in %s',
  (zone) => {
    setCorpsTimeZone(zone)
    expect(formatDay('2026-12-20')).toBe('20 Dec 2026')
  },
)

test.each([
  [0, '0:00'],
  [59_499, '0:59'],
  [59_500, '1:00'],
  [3_723_000, '1:02:03'],
])('%i ms last %s', (durationMs, words) => {
  expect(formatDuration(durationMs)).toBe(words)
})

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [999_600, '1 MB'],
  [5_432_109_876, '5.4 GB'],
])('%i bytes are %s', (sizeBytes, words) => {
  expect(formatBytes(sizeBytes)).toBe(words)
})
