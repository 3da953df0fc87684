/** When the file does not say its frame rate, times are counted in thousandths of a second only. */
export type FrameRate = number | null

/** The number, from 0 as time codes count, of the frame on screen at a position. */
export function frameNumber(positionMs: number, framesPerSecond: number): number {
  // A thousandth of a frame forgives positions that a browser rounds down at the edge of a frame.
  return Math.floor((positionMs / 1000) * framesPerSecond + 0.001)
}

/**
 * The position to seek to for the frame `count` frames further (back when negative). It points at the middle of the
 * frame, so rounding cannot land on its neighbour. Without a frame rate a step is 40 ms.
 */
export function stepFrame(positionMs: number, count: number, framesPerSecond: FrameRate, durationMs: number): number {
  if (framesPerSecond === null) return clamp(positionMs + count * 40, 0, durationMs)
  const lastFrame = Math.max(0, Math.ceil((durationMs / 1000) * framesPerSecond - 0.001) - 1)
  const frame = clamp(frameNumber(positionMs, framesPerSecond) + count, 0, lastFrame)
  return Math.min(((frame + 0.5) / framesPerSecond) * 1000, durationMs)
}

export const speeds = [0.25, 0.5, 1, 1.5, 2, 4, 8] as const

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

/** Marks an end of the part. An in after the out (or the reverse) lets go of the other end. */
export function mark(part: Part, end: 'in' | 'out', positionMs: number): Part {
  if (end === 'in')
    return { inMs: positionMs, outMs: part.outMs !== null && part.outMs > positionMs ? part.outMs : null }
  return { inMs: part.inMs !== null && part.inMs < positionMs ? part.inMs : null, outMs: positionMs }
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
