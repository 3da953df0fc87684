import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { recordingRow } from './recordings.ts'
import {
  correctionId,
  day,
  instant,
  label,
  noParams,
  nothing,
  personId,
  purposeId,
  reason,
  recordingId,
  recordingIdsUpTo,
  viewingId,
} from './values.ts'

/** What somebody said about the clock of a recording, by looking: it is `offsetMs` later (or, negative, earlier) than shown. */
export const clockCorrection = z.object({
  id: correctionId,
  offsetMs: z.int(),
  /** The recording whose clock was held to be right; null: none, or one that whoever asks may not know of. */
  againstId: recordingId.nullable(),
  reason: z.string(),
  madeBy: z.string(),
  madeAt: instant,
})
export type ClockCorrection = z.output<typeof clockCorrection>

/** At most this many are watched together. */
export const mostTogether = 4

/** A recording as it lies beside others in time: its own clock, and the correction in force. */
const beside = recordingRow.extend({
  /** The last that was made; null: shown by its own clock. */
  correction: clockCorrection.nullable(),
  /** Null while it is not known how long it lasts. */
  endsAt: instant.nullable(),
  /** The first place that the file tells, for the map. */
  place: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
})
export type Beside = z.output<typeof beside>

/** Recordings of other cameras that overlap this one in time (each by its corrected clock), nearest first, at most 20. */
export const listCompanions = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/companions',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({ self: beside, companions: z.array(beside) }),
  errors: ['recording/not-found'],
})

/**
 * The files of one recording that its camera cut in pieces, in order, itself among them: same camera, each beginning
 * where the one before ended, but for a gap. One alone when it was not cut.
 */
export const listPieces = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/pieces',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({
    pieces: z.array(
      z.object({
        id: recordingId,
        recordedAt: instant,
        durationMs: z.number(),
        /** From the end of the one before; 0 for the first. Negative: they overlap. */
        gapMs: z.number(),
        rendition: z.enum(['direct', 'proxy', 'making', 'none']),
      }),
    ),
  }),
  errors: ['recording/not-found'],
})

/** Every correction of the clock of a recording, newest first. */
export const listCorrections = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/corrections',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({ corrections: z.array(clockCorrection) }),
  errors: ['recording/not-found'],
})

/** Say, by looking, how far the clock of the recording of a viewing is off. Stored with who said it; nothing is changed. */
export const correctClock = endpoint({
  method: 'POST',
  path: '/viewings/:viewingId/corrections',
  session: 'person',
  params: z.object({ viewingId }),
  query: nothing,
  body: z.object({
    offsetMs: z
      .int()
      .min(-366 * 86_400_000)
      .max(366 * 86_400_000),
    againstId: recordingId.nullable(),
    reason,
  }),
  returns: z.object({ correction: clockCorrection }),
  errors: ['viewing/not-found', 'viewing/ended', 'recording/not-found'],
})

/** A viewing of each of up to four recordings, for one purpose: all begin, or none does. */
export const startViewingTogether = endpoint({
  method: 'POST',
  path: '/viewings',
  session: 'person',
  params: z.object({}),
  query: nothing,
  body: z.object({
    recordingIds: recordingIdsUpTo(mostTogether),
    purpose: purposeId,
    reference: label.nullable(),
    reason,
  }),
  returns: z.object({
    viewings: z.array(
      z.object({
        recordingId,
        viewingId,
        mediaUrl: z.string(),
        expiresAt: instant,
        idleMinutes: z.number(),
      }),
    ),
  }),
  errors: ['recording/not-found', 'access/purpose-not-allowed', 'media/not-playable', 'vault/damaged'],
})

/** What a person recorded on one day, in order, for the timeline of their shift. */
export const getShift = endpoint({
  method: 'GET',
  path: '/shifts/:personId/:on',
  session: 'person',
  params: z.object({ personId, on: day }),
  query: nothing,
  body: nothing,
  returns: z.object({
    wearer: z.object({ id: personId, name: z.string() }),
    /** Bounds of the day in the time zone of the corps. */
    from: instant,
    until: instant,
    recordings: z.array(beside),
    warnings: z.array(z.object({ recordingId, at: instant, which: z.enum(['first', 'second']) })),
    /** From when to when each camera was theirs, as far as it touches the day. */
    cameras: z.array(z.object({ label: z.string(), from: instant, until: instant.nullable() })),
  }),
  errors: ['person/not-found'],
})

/**
 * What maps are drawn on: the operator's tiles, by Range; null: the outlines of countries alone. `around` is where the
 * newest recordings that whoever asks may know of were made, roughly; null where none tells.
 */
export const describeMap = endpoint({
  method: 'GET',
  path: '/map',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    tilesUrl: z.string().nullable(),
    around: z.object({ west: z.number(), south: z.number(), east: z.number(), north: z.number() }).nullable(),
  }),
  errors: [],
})

/** The operator's map as one PMTiles file. */
export const mapTilesPath = '/api/map/tiles'
