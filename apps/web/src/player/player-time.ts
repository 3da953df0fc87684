/** Frames of one second; null where they have no fixed rate, or none that is known. */
export type FrameRate = number | null

const ntsc = [24_000 / 1001, 30_000 / 1001, 60_000 / 1001, 120_000 / 1001]

/**
 * The rate of a file, exactly: "29.97" is short for 30,000 frames in 1,001 seconds, and after an hour a frame off. Null
 * when its frames do not come at one rate.
 */
export function frameRateOf(framesPerSecond: number | null, isVariable: boolean): FrameRate {
  if (framesPerSecond === null || framesPerSecond <= 0 || isVariable) return null
  const exact = [...ntsc, Math.round(framesPerSecond)].find((rate) => Math.abs(framesPerSecond / rate - 1) < 0.0004)
  return exact ?? framesPerSecond
}

/** The number, from 0 as time codes count, of the frame whose own time this is. */
export function frameNumber(frameMs: number, rate: number): number {
  return Math.max(0, Math.round((frameMs / 1000) * rate))
}

/** The whole millisecond that names a frame: at it, not before it, that frame shows. */
export function momentOf(frameMs: number): number {
  return Math.max(0, Math.ceil(frameMs - 0.001))
}

/**
 * The same moment for a `<video>`: browsers cut off what is less than a millionth of a second, and what lies so little
 * before a frame shows the one before it.
 */
export const momentS = (ms: number): number => (ms > 0 ? (ms + 0.1) / 1000 : 0)

/**
 * The whole millisecond before which a frame is the last: whoever marks out on a frame means it to be in the part. Of one
 * that lasts nobody knows how long, just after it begins.
 */
export function endOf(frameMs: number, rate: FrameRate, durationMs: number): number {
  const endMs = rate === null ? momentOf(frameMs) + 2 : momentOf(frameMs + 1000 / rate)
  return Math.max(momentOf(frameMs) + 1, Math.min(endMs, Math.floor(durationMs)))
}

export const speeds = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8] as const

/** Beyond these browsers leave the sound out. */
export const heardSpeeds = { least: 0.5, most: 4 } as const

/** The next speed up or down from `speed`; the ends stay. */
export function changeSpeed(speed: number, direction: 1 | -1): number {
  const at = speeds.findIndex((each) => each >= speed)
  return speeds[clamp((at === -1 ? speeds.length - 1 : at) + direction, 0, speeds.length - 1)] ?? 1
}

/** Speed and direction of the shuttle: 0 still, negative backwards. */
export type Shuttle = 0 | 1 | 2 | 4 | 8 | -1 | -2 | -4 | -8

const forwards = [1, 2, 4, 8] as const
const backwards = [-1, -2, -4, -8] as const

/** J, K and L as on an editing desk: each press the same way doubles the speed, the other way turns at once, K stops. */
export function shuttle(now: Shuttle, key: 'j' | 'k' | 'l'): Shuttle {
  if (key === 'k') return 0
  const steps: readonly Shuttle[] = key === 'l' ? forwards : backwards
  const at = steps.indexOf(now)
  return steps[Math.min(at + 1, steps.length - 1)] ?? 0
}

/** The part between in and out, in milliseconds. Null: not marked. */
export type Part = Readonly<{ inMs: number | null; outMs: number | null }>

export const noPart: Part = { inMs: null, outMs: null }

/** Marks an end of the part. An in after the out (or the reverse) lets go of the other end. */
export function mark(part: Part, end: 'in' | 'out', positionMs: number): Part {
  if (end === 'in')
    return { inMs: positionMs, outMs: part.outMs !== null && part.outMs > positionMs ? part.outMs : null }
  return { inMs: part.inMs !== null && part.inMs < positionMs ? part.inMs : null, outMs: positionMs }
}

/** What a clip is cut from: both ends, where neither is marked from the beginning or to the end. */
export function wholePart(part: Part, durationMs: number): Readonly<{ inMs: number; outMs: number }> {
  return { inMs: part.inMs ?? 0, outMs: part.outMs ?? Math.floor(durationMs) }
}

/** The picture at the in point began a little before it; so much earlier still counts as within the part. */
const loopSlackMs = 250

/** Where a looping player must go from `positionMs`: the in point once the out point (or the end) is passed, else null. */
export function loopTo(part: Part, positionMs: number, durationMs: number): number | null {
  const inMs = part.inMs ?? 0
  const outMs = part.outMs ?? durationMs
  if (outMs <= inMs) return null
  return positionMs >= outMs || positionMs < inMs - loopSlackMs ? inMs : null
}

/** The time a clock in `timeZone` showed at a position, with thousandths: `14:02:40.120`. */
export function wallClock(recordedAt: string, positionMs: number, timeZone: string): string {
  const at = new Date(Date.parse(recordedAt) + Math.round(positionMs))
  return clockFormat(timeZone).format(at).replace(',', '.')
}

/** How many frames the wheel moves by, and what is left of a turn that was not a whole notch. */
export type Jog = Readonly<{ frames: number; rest: number }>

/** `deltaMode` as of a wheel event: pixels, lines or pages. A track pad sends many small turns, a wheel whole notches. */
export function jog(rest: number, delta: number, deltaMode: number): Jog {
  const notches = deltaMode === 0 ? delta / 100 : deltaMode === 1 ? delta / 3 : delta
  // A mouse that sends less for a notch than others still moves one frame at once.
  const whole = Math.abs(notches) >= 0.4 && Math.abs(notches) < 1 ? Math.sign(notches) : notches
  const sum = Math.sign(rest) === Math.sign(whole) ? rest + whole : whole
  const frames = Math.trunc(sum)
  return { frames: frames === 0 ? 0 : frames, rest: sum - frames }
}

/** Time within the recording: `0:34`, `1:02:09`; with thousandths when asked. */
export function elapsed(positionMs: number, thousandths = false): string {
  const whole = Math.max(0, Math.round(positionMs))
  const seconds = Math.floor(whole / 1000)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  const tail = `${pad(seconds % 60, 2)}${thousandths ? `.${pad(whole % 1000, 3)}` : ''}`
  return hours > 0 ? `${hours}:${pad(minutes, 2)}:${tail}` : `${minutes}:${tail}`
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockFormat(timeZone: string): Intl.DateTimeFormat {
  let format = clocks.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    })
    clocks.set(timeZone, format)
  }
  return format
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
