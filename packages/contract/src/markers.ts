import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { freeText, instant, markerId, nothing, recordingId, viewingId } from './values.ts'

/** A moment or stretch of a recording that somebody marked while viewing it. `toMs` null: a moment. */
export const marker = z.object({
  id: markerId,
  atMs: z.int(),
  toMs: z.int().nullable(),
  note: z.string(),
  madeBy: z.string(),
  madeAt: instant,
  /** Of the viewing in which it was made. */
  purpose: z.string(),
  may: z.object({ change: z.boolean() }),
})
export type Marker = z.output<typeof marker>

/** A recording has at most so many, and at most so many by one person: nobody leaves the others no room. */
export const mostMarkers = 500
export const mostOwnMarkers = 250

const newMarker = z.object({
  atMs: z.int().min(0).max(1_000_000_000),
  toMs: z.int().min(0).max(1_000_000_000).nullable(),
  note: freeText(0, 2000),
})

/** In the order of the recording. For whoever may view it now. */
export const listMarkers = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/markers',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({ markers: z.array(marker) }),
  errors: ['recording/not-found'],
})

export const addMarker = endpoint({
  method: 'POST',
  path: '/viewings/:viewingId/markers',
  session: 'person',
  params: z.object({ viewingId }),
  query: nothing,
  body: newMarker,
  returns: z.object({ marker }),
  errors: ['viewing/not-found', 'viewing/ended', 'marker/outside', 'marker/too-many'],
})

/** Their own; what it said before stays in the custody trail. */
export const changeMarker = endpoint({
  method: 'PUT',
  path: '/viewings/:viewingId/markers/:markerId',
  session: 'person',
  params: z.object({ viewingId, markerId }),
  query: nothing,
  body: newMarker,
  returns: z.object({ marker }),
  errors: ['viewing/not-found', 'viewing/ended', 'marker/not-found', 'marker/outside'],
})

export const removeMarker = endpoint({
  method: 'DELETE',
  path: '/viewings/:viewingId/markers/:markerId',
  session: 'person',
  params: z.object({ viewingId, markerId }),
  query: nothing,
  body: nothing,
  returns: z.object({}),
  errors: ['viewing/not-found', 'viewing/ended', 'marker/not-found'],
})
