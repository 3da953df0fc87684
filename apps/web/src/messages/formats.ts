import { currentLocale, t } from './translate.ts'

let corpsTimeZone = 'Europe/Brussels'

/** The time zone of the corps: every day and time on the screens is in it. Set when the session is known. */
export function setCorpsTimeZone(timeZone: string): void {
  corpsTimeZone = timeZone
}

type Moment = Date | string | number

const formatters = new Map<string, Intl.DateTimeFormat>()

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const zoned = { timeZone: corpsTimeZone, ...options }
  const key = `${currentLocale()} ${JSON.stringify(zoned)}`
  let format = formatters.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(currentLocale(), zoned)
    formatters.set(key, format)
  }
  return format
}

/** A calendar day `YYYY-MM-DD` has no time zone; noon keeps it the same day wherever it is written. */
function toDate(moment: Moment): { date: Date; isDay: boolean } {
  if (typeof moment === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(moment)) {
    return { date: new Date(`${moment}T12:00:00Z`), isDay: true }
  }
  return { date: new Date(moment), isDay: false }
}

/** "20 Dec 2026"; `long` adds the weekday and the whole month; `short` leaves the year out. */
export function formatDay(moment: Moment, length: 'short' | 'medium' | 'long' = 'medium'): string {
  const { date, isDay } = toDate(moment)
  const zone = isDay ? { timeZone: 'UTC' } : {}
  if (length === 'long')
    return dateFormat({ ...zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(date)
  if (length === 'short') return dateFormat({ ...zone, day: 'numeric', month: 'short' }).format(date)
  return dateFormat({ ...zone, day: 'numeric', month: 'short', year: 'numeric' }).format(date)
}

/** "December 2026", of a day `YYYY-MM-DD` or a month `YYYY-MM`. */
export function formatMonth(month: string): string {
  return dateFormat({ timeZone: 'UTC', month: 'long', year: 'numeric' }).format(
    new Date(`${month.slice(0, 7)}-15T12:00:00Z`),
  )
}

/** "14:02", "14:02:31" or "14:02:31.120". */
export function formatTime(moment: Moment, precision: 'minute' | 'second' | 'millisecond' = 'minute'): string {
  return dateFormat({
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(precision === 'minute' ? {} : { second: '2-digit' }),
    ...(precision === 'millisecond' ? { fractionalSecondDigits: 3 as const } : {}),
  }).format(new Date(moment))
}

/** "20 Dec 2026, 14:02"; `second` shows the seconds too. */
export function formatInstant(moment: Moment, precision: 'minute' | 'second' = 'minute'): string {
  return `${formatDay(moment)}, ${formatTime(moment, precision)}`
}

/** "1:02:03" or "0:42". */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** "12.4 MB": powers of 1000, as disks are sold and the SI has it. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return new Intl.NumberFormat(currentLocale(), {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1,
  }).format(value)
}

export function formatNumber(value: number, maximumFractionDigits = 0): string {
  return new Intl.NumberFormat(currentLocale(), { maximumFractionDigits }).format(value)
}

/** "A, B and C" / "A, B or C". */
/** Degrees as maps and devices take them, to a metre: with a point in every language. */
export function formatPlace({ latitude, longitude }: Readonly<{ latitude: number; longitude: number }>): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`
}

export function formatList(items: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return new Intl.ListFormat(currentLocale(), { type }).format(items)
}

/** "3 minutes ago", "in 2 hours": how far `moment` is from `now`, in the largest unit that says something. */
export function formatAgo(moment: Moment, now: Moment): string {
  const seconds = (new Date(moment).getTime() - new Date(now).getTime()) / 1000
  const format = new Intl.RelativeTimeFormat(currentLocale(), { numeric: 'auto' })
  const distance = Math.abs(seconds)
  if (distance < 5) return t('app.justNow')
  if (distance < 60) return format.format(Math.round(seconds), 'second')
  if (distance < 3600) return format.format(Math.round(seconds / 60), 'minute')
  if (distance < 86_400) return format.format(Math.round(seconds / 3600), 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}

/** "Mon", "ma.", "lun.", "Mo" of a day `YYYY-MM-DD`. */
export function formatWeekday(day: string): string {
  return dateFormat({ timeZone: 'UTC', weekday: 'short' }).format(new Date(`${day}T12:00:00Z`))
}
