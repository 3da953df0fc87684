import { dayOf, instantOf } from '@getuige/base'

/** A time of day to the second, `HH:MM:SS`, as a person enters it. */
export type TimeOfDay = string

const dayMs = 86_400_000

/** What a time field shows for an instant: `HH:MM:SS` where the corps is. */
export function timeOfDay(at: Date, timeZone: string): TimeOfDay {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at)
}

/**
 * A time of day as people type it, on a keypad of digits alone too: `14:02:11`, `140211`, `14.02`. Undefined when it is
 * none.
 */
export function readTime(text: string): TimeOfDay | undefined {
  const match =
    /^([01]?\d|2[0-3])[:.\s]([0-5]\d)(?:[:.\s]([0-5]\d))?$/.exec(text.trim()) ??
    /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?$/.exec(text.trim())
  return match === null ? undefined : `${match[1]?.padStart(2, '0')}:${match[2]}:${match[3] ?? '00'}`
}

/**
 * The instant a wearer means by a time of day: the one nearest to the start of the recording, so 23:59:50 for a
 * recording of 00:00:10 is the evening before. Undefined when the text is no time of day.
 */
export function nearestInstant(time: TimeOfDay, recordedAt: Date, timeZone: string): Date | undefined {
  const text = readTime(time)
  if (text === undefined) return undefined
  const distance = (at: Date) => Math.abs(at.getTime() - recordedAt.getTime())
  return [-dayMs, 0, dayMs]
    .map((shift) => instantOf(dayOf(new Date(recordedAt.getTime() + shift), timeZone), text, timeZone))
    .reduce((nearest, at) => (distance(at) < distance(nearest) ? at : nearest))
}

/** `seconds` later (earlier when negative), around midnight too. */
export function shiftTime(time: TimeOfDay, seconds: number): TimeOfDay {
  const [hours = 0, minutes = 0, rest = 0] = time.split(':').map(Number)
  const total = (((hours * 3600 + minutes * 60 + rest + seconds) % 86_400) + 86_400) % 86_400
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`
}

/**
 * A first proposal for the two warnings, to be corrected by the wearer: both before the recording, the second ten
 * seconds before it, the first twenty before that.
 *
 * @law The Hague: always two oral warnings, then the camera on; see docs/law/
 */
export function proposeWarnings(recordedAt: Date, timeZone: string): { first: TimeOfDay; second: TimeOfDay } {
  return {
    first: timeOfDay(new Date(recordedAt.getTime() - 30_000), timeZone),
    second: timeOfDay(new Date(recordedAt.getTime() - 10_000), timeZone),
  }
}
