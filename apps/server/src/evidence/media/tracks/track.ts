import type { TrackPoint, trackSource } from '@getuige/contract'
import type { z } from 'zod'

export type TrackSource = z.output<typeof trackSource>

/** Where a recording was carried, on its own time line, and what time satellites gave along the way. */
export type Track = Readonly<{
  from: TrackSource
  /** In the order of time, at most `maxPoints`. */
  points: readonly TrackPoint[]
  /** What satellites said the time was at a moment of the recording; null where they said none. */
  satelliteTime: Readonly<{ atMs: number; time: Date }> | null
}>

/** A place as a parser found it: at a moment of the recording, of the world, or both. */
export type Fix = Readonly<{
  latitude: number
  longitude: number
  atMs?: number | undefined
  time?: Date | undefined
  /** Metres per second. */
  speed?: number | undefined
  accuracyM?: number | undefined
}>

/** The bytes are not what their name says. */
export class NotWellFormed extends Error {}

/** A file with more fixes than this was not written along one recording. */
export const maxFixes = 500_000
/** Two a second of a whole shift. */
const maxPoints = 60_000
const spacingMs = 500

/** Not where the equator crosses the first meridian: that is what receivers write while they do not know. */
export function isPlace(latitude: number, longitude: number): boolean {
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  return isOnEarth && (latitude !== 0 || longitude !== 0)
}

const earliest = Date.UTC(1990, 0)
const latest = Date.UTC(2200, 0)

/** Undefined for what is no time, or one at which nothing was recorded. */
export function toTime(ms: number): Date | undefined {
  return ms >= earliest && ms < latest ? new Date(ms) : undefined
}

/**
 * Put fixes on the time line of a recording that began at `startedAt` by its camera's clock and is `durationMs` long.
 * What tells its own moment of the recording keeps it. The rest is put there by its time; where by that nothing would
 * fall within the recording, the camera's clock was wrong, and the first fix is taken for the beginning. Null when no
 * fix has a place. The camera's clock itself is left as it is: see `driftOf`.
 */
export function placeFixes(
  from: TrackSource,
  fixes: readonly Fix[],
  recording: Readonly<{ startedAt: Date | null; durationMs: number | null }>,
): Track | null {
  const usable = fixes.filter(({ latitude, longitude }) => isPlace(latitude, longitude))
  const [first] = usable
  if (first === undefined) return null
  const { zero, isByCamera } = findZero(usable, recording)
  const timed = usable
    .flatMap((fix) => {
      const atMs = fix.atMs ?? (fix.time === undefined ? undefined : fix.time.getTime() - zero)
      return atMs !== undefined && Number.isFinite(atMs) ? [{ fix, atMs }] : []
    })
    .toSorted((a, b) => a.atMs - b.atMs)
  const placed = timed.length === 0 ? [{ fix: first, atMs: 0 }] : timed
  // What was put there by the camera's own clock tells nothing of that clock.
  const satellite = placed.find(({ fix }) => fix.time !== undefined && (fix.atMs !== undefined || !isByCamera))
  return {
    from,
    points: spaced(placed),
    satelliteTime: satellite?.fix.time === undefined ? null : { atMs: satellite.atMs, time: satellite.fix.time },
  }
}

/** Which instant, in ms, is the first frame, and whether the camera's clock says so. */
function findZero(
  fixes: readonly Fix[],
  { startedAt, durationMs }: Readonly<{ startedAt: Date | null; durationMs: number | null }>,
): { zero: number; isByCamera: boolean } {
  const times = fixes.flatMap(({ atMs, time }) => (atMs === undefined && time !== undefined ? [time.getTime()] : []))
  const first = times.reduce((least, time) => Math.min(least, time), Infinity)
  if (startedAt === null) return { zero: first, isByCamera: false }
  const from = startedAt.getTime()
  const until = from + (durationMs ?? 0)
  const isWithin = times.some((time) => time >= from - 1000 && time <= until + 1000)
  return isWithin ? { zero: from, isByCamera: true } : { zero: first, isByCamera: false }
}

function spaced(placed: readonly Readonly<{ fix: Fix; atMs: number }>[]): TrackPoint[] {
  const points: TrackPoint[] = []
  let lastMs = -Infinity
  for (const { fix, atMs } of placed) {
    if (atMs - lastMs < spacingMs) continue
    lastMs = atMs
    points.push({
      atMs: Math.round(atMs),
      latitude: rounded(fix.latitude, 7),
      longitude: rounded(fix.longitude, 7),
      speed: fix.speed === undefined ? null : rounded(fix.speed, 2),
      accuracyM: fix.accuracyM === undefined ? null : rounded(fix.accuracyM, 1),
    })
    if (points.length === maxPoints) break
  }
  return points
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Ahead is positive. Null where either clock is not known. */
export function driftOf(
  track: Track | null,
  startedAt: Date | null,
): Readonly<{ ms: number; measuredAt: Date }> | null {
  const satellite = track?.satelliteTime
  if (!satellite || startedAt === null) return null
  const byCamera = startedAt.getTime() + satellite.atMs
  return { ms: Math.round(byCamera - satellite.time.getTime()), measuredAt: satellite.time }
}

/**
 * The part of a track that a part of its recording holds, on the time line of that part. Where it begins and ends
 * between two points it was between them, as a map shows it. A recording of which one place is known was there all along.
 */
export function cutTrack(
  points: readonly TrackPoint[],
  { fromMs, toMs }: Readonly<{ fromMs: number; toMs: number }>,
): readonly TrackPoint[] {
  const [first, ...others] = points
  if (first === undefined) return []
  if (others.length === 0) return [{ ...first, atMs: 0 }]
  const within = points.filter(({ atMs }) => atMs > fromMs && atMs < toMs)
  const ends = [fromMs, toMs].map((atMs) => pointAt(points, atMs))
  return [ends[0], ...within, ends[1]].flatMap((point) =>
    point === undefined ? [] : [{ ...point, atMs: Math.round(point.atMs - fromMs) }],
  )
}

/** Undefined before the first point and after the last. */
function pointAt(points: readonly TrackPoint[], atMs: number): TrackPoint | undefined {
  const next = points.findIndex((point) => point.atMs >= atMs)
  const [before, after] = [points[next - 1], points[next]]
  if (after === undefined || after.atMs === atMs) return after
  if (before === undefined) return undefined
  const share = (atMs - before.atMs) / (after.atMs - before.atMs)
  const between = (from: number, to: number): number => rounded(from + (to - from) * share, 7)
  return {
    atMs,
    latitude: between(before.latitude, after.latitude),
    longitude: between(before.longitude, after.longitude),
    speed: before.speed,
    accuracyM:
      before.accuracyM === null || after.accuracyM === null ? null : Math.max(before.accuracyM, after.accuracyM),
  }
}
