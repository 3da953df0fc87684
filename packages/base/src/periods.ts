/** A calendar period, counted in the time zone of the rule it comes from; never milliseconds. */
export type Period = Readonly<{ days?: number; months?: number }>

/** A calendar day, `YYYY-MM-DD`, in a time zone said beside it. */
export type Day = string

/**
 * The instant a calendar period after `from`, at the same local time in `timeZone`. A day that the month lacks becomes
 * its last one (31 January and one month: 28 February). A local time that a clock change skips becomes the one after.
 */
export function addPeriod(from: Date, period: Period, timeZone: string): Date {
  const local = localParts(from, timeZone)
  const months = local.month - 1 + (period.months ?? 0)
  const year = local.year + Math.floor(months / 12)
  const month = ((months % 12) + 12) % 12
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const wall = Date.UTC(
    year,
    month,
    Math.min(local.day, lastDay) + (period.days ?? 0),
    local.hour,
    local.minute,
    local.second,
  )
  return fromWallClock(wall + (((from.getTime() % 1000) + 1000) % 1000), timeZone)
}

/** The calendar day on which `instant` falls in `timeZone`. */
export function dayOf(instant: Date, timeZone: string): Day {
  const local = localParts(instant, timeZone)
  return new Date(Date.UTC(local.year, local.month - 1, local.day)).toISOString().slice(0, 10)
}

export function dayAfter(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * hourMs).toISOString().slice(0, 10)
}

/** The first instant of a calendar day in `timeZone`. */
export function startOfDay(day: Day, timeZone: string): Date {
  return fromWallClock(Date.parse(`${day}T00:00:00Z`), timeZone)
}

/** The instant at which clocks in `timeZone` show `day` and `time` (`HH:MM:SS` or `HH:MM:SS.mmm`). */
export function instantOf(day: Day, time: string, timeZone: string): Date {
  return fromWallClock(Date.parse(`${day}T${time}Z`), timeZone)
}

/** As `instantOf`; where clocks were set back and show it twice, the first of the two. */
export function firstInstantOf(day: Day, time: string, timeZone: string): Date {
  const at = instantOf(day, time, timeZone)
  const hourBefore = new Date(at.getTime() - hourMs)
  return offsetMs(hourBefore, timeZone) - offsetMs(at, timeZone) === hourMs ? hourBefore : at
}

const hourMs = 3_600_000

function fromWallClock(wallMs: number, timeZone: string): Date {
  // Two rounds settle it: the offset guessed at the wall clock read as UTC may be that of the other side of a change.
  let guess = wallMs - offsetMs(new Date(wallMs), timeZone)
  guess = wallMs - offsetMs(new Date(guess), timeZone)
  return new Date(guess)
}

function offsetMs(at: Date, timeZone: string): number {
  const { year, month, day, hour, minute, second } = localParts(at, timeZone)
  const ms = ((at.getTime() % 1000) + 1000) % 1000
  return Date.UTC(year, month - 1, day, hour, minute, second) + ms - at.getTime()
}

const formats = new Map<string, Intl.DateTimeFormat>()

function localParts(at: Date, timeZone: string) {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(at).map((part) => [part.type, Number(part.value)]))
  const read = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? Number.NaN
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  }
}
