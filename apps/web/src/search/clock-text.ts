import type { RecordingFilters } from '@getuige/contract'

type Moment = RecordingFilters['from']

/** The day of a moment, and the minute of it where one is named. */
export function partsOf(moment: Moment): Readonly<{ day: string | null; time: string | null }> {
  const [day = null, time = null] = moment?.split('T') ?? []
  return { day, time }
}

/** A minute is one of a day: without a day there is neither. */
export const momentOf = (day: string | null, time: string | null): Moment =>
  day === null || time === null ? (day ?? undefined) : `${day}T${time}`

/** `HH:MM` of what somebody typed: "14:20", "14.20", "14h20", "14u", "1420", "9". Null: nothing; undefined: not a time. */
export function readClock(typed: string): string | null | undefined {
  const text = typed.trim().toLowerCase()
  if (text === '') return null
  const [, hours, minutes = '00'] = /^(\d{1,2}?)\s?[:.hu]?\s?(\d{2})?$/.exec(text) ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined
  return `${hours.padStart(2, '0')}:${minutes}`
}
