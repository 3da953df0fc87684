import { mostMarkers, mostOwnMarkers } from '@getuige/contract'

export type Span = Readonly<{ atMs: number; toMs: number | null }>

/** What a player calls the last moment may lie a little beyond what the file says it lasts. */
const slackMs = 1000

/** Whether a marker lies within a recording, and ends after it begins. Null: how long it lasts is not known. */
export function isWithin({ atMs, toMs }: Span, durationMs: number | null): boolean {
  if (toMs !== null && toMs <= atMs) return false
  return durationMs === null || (toMs ?? atMs) <= durationMs + slackMs
}

/** Whether there is room for one more, by how many there are and how many of them are of this person. */
export function hasRoom({ all, own }: Readonly<{ all: number; own: number }>): boolean {
  return all < mostMarkers && own < mostOwnMarkers
}
