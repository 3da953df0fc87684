import type { Marker } from '@getuige/contract'

/** How long the note of a moment stands under the picture. */
const momentShownMs = 4000

/**
 * The notes that belong to the frame that begins at a position and lasts so long, in the order of the recording: also of a
 * moment within it.
 */
export function notesAt(markers: readonly Marker[], positionMs: number, lastsMs = 0): readonly string[] {
  const untilMs = positionMs + Math.max(1, lastsMs - 1)
  return markers
    .filter(({ atMs, toMs, note }) => note !== '' && atMs <= untilMs && positionMs < (toMs ?? atMs + momentShownMs))
    .map(({ note }) => note)
}

/** The marker after, or before, a position; undefined beyond the last. */
export function nextMarker(markers: readonly Marker[], positionMs: number, direction: 1 | -1): Marker | undefined {
  // The one that was just gone to is passed by.
  return direction === 1
    ? markers.find(({ atMs }) => atMs > positionMs + 1)
    : markers.findLast(({ atMs }) => atMs < positionMs - 250)
}
