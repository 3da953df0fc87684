import type { Marker } from '@getuige/contract'

/** How long the note of a moment stands over the picture. */
const momentShownMs = 4000

/** The notes that belong over the picture at a position, in the order of the recording. */
export function notesAt(markers: readonly Marker[], positionMs: number): readonly string[] {
  return markers
    .filter(
      ({ atMs, toMs, note }) => note !== '' && positionMs >= atMs - 1 && positionMs < (toMs ?? atMs + momentShownMs),
    )
    .map(({ note }) => note)
}

/** The marker after, or before, a position; undefined beyond the last. */
export function nextMarker(markers: readonly Marker[], positionMs: number, direction: 1 | -1): Marker | undefined {
  // The one that was just gone to is passed by.
  return direction === 1
    ? markers.find(({ atMs }) => atMs > positionMs + 1)
    : markers.findLast(({ atMs }) => atMs < positionMs - 250)
}
