import type { RecordingId } from '@getuige/base'
import type { TrackPoint } from '@getuige/contract'
import type { FrameRate } from '../player/player-time.ts'
import type { MapPlace } from './map-shapes.ts'

/** A recording on the common time line: instants in ms, its correction (stored or being tried) in them. */
export type Lane = Readonly<{ id: RecordingId; beginsAt: number; endsAt: number; rate: FrameRate }>

export function spanOf(lanes: readonly Lane[]): { from: number; until: number } {
  if (lanes.length === 0) return { from: 0, until: 0 }
  return {
    from: Math.min(...lanes.map(({ beginsAt }) => beginsAt)),
    until: Math.max(...lanes.map((lane) => lane.endsAt)),
  }
}

export function isRecording({ beginsAt, endsAt }: Lane, at: number): boolean {
  return at >= beginsAt && at < endsAt
}

/** The first instant that all of them recorded; else where the first begins. */
export function firstTogether(lanes: readonly Lane[]): number {
  const last = Math.max(...lanes.map(({ beginsAt }) => beginsAt))
  return lanes.every((lane) => isRecording(lane, last)) ? last : spanOf(lanes).from
}

/** Closer than this no eye sees it, and a correction would be heard. */
const closeEnoughMs = 8
/** Further off than this a picture is set, not led. */
export const tooFarMs = 400
const mostLead = 0.08

/** How fast a picture plays that is `offMs` ahead (negative: behind), so that it is in step in about a second. */
export function leadingRate(speed: number, offMs: number): number {
  if (Math.abs(offMs) < closeEnoughMs * Math.max(1, speed)) return speed
  return speed * (1 - Math.min(mostLead, Math.max(-mostLead, offMs / 1000 / speed)))
}

/** More than containers round the times of their frames by, and less than any frame lasts. */
const hairMs = 2

/**
 * Where in its file a picture stands at an instant, in seconds: in the frame that had begun by then. Two that begin at
 * the same moment come together, however their files round it.
 */
export function standsAtS({ beginsAt, endsAt }: Lane, at: number): number {
  return Math.min(Math.max(0, at - beginsAt + hairMs), endsAt - beginsAt) / 1000
}

/** Where a track was at a moment of its recording, between the points around it. Undefined before and after it. */
export function placeAt(track: readonly TrackPoint[], atMs: number): (MapPlace & { speed: number | null }) | undefined {
  const next = track.findIndex((point) => point.atMs >= atMs)
  const after = track[next]
  const before = track[next - 1]
  if (after === undefined) return undefined
  if (before === undefined) return after.atMs === atMs || track.length === 1 ? after : undefined
  const share = (atMs - before.atMs) / Math.max(1, after.atMs - before.atMs)
  const between = (from: number, to: number) => from + (to - from) * share
  return {
    latitude: between(before.latitude, after.latitude),
    longitude: between(before.longitude, after.longitude),
    speed: before.speed,
  }
}

/** How long two stretches overlap, in ms; 0 when they do not. */
export function overlapMs(
  one: Readonly<{ beginsAt: number; endsAt: number }>,
  other: Readonly<{ beginsAt: number; endsAt: number }>,
): number {
  return Math.max(0, Math.min(one.endsAt, other.endsAt) - Math.max(one.beginsAt, other.beginsAt))
}
