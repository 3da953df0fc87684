import { z } from 'zod'
import { digest, instant, isKeepable, sidecarId } from './values.ts'

/** A stretch of a recording that cannot be shown as it was; `toMs` null: to where its end would have been. */
export const damagedPart = z.object({
  kind: z.enum(['missing', 'no-index', 'unreadable', 'timing-lost']),
  fromMs: z.number(),
  toMs: z.number().nullable(),
})
export type DamagedPart = z.output<typeof damagedPart>

/**
 * How a recording is played: its own bytes, a proxy made from them, one that is being made, or not at all (kept, and
 * given out by an export alone).
 */
export const rendition = z.enum(['direct', 'proxy', 'making', 'none'])

/** What was made in the place of a recording that browsers cannot play, and how. The original is never changed. */
export const proxyFacts = z.object({
  /** Packets as they were in another container; pictures decoded and encoded anew; or gathered without their index. */
  method: z.enum(['remuxed', 'encoded', 'reconstructed']),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  heightPx: z.int().nullable(),
  framesPerSecond: z.number().nullable(),
  durationMs: z.number().nullable(),
  /**
   * How long the recording is, its moments and the pictures by which it is known are told as the proxy has them: the
   * recording itself does not say how long it is, or its clock was set anew on the way.
   */
  givesTimes: z.boolean(),
  sizeBytes: z.int(),
  /** Of the plain bytes of the proxy. */
  sha256: digest,
  /** The program and its options, as they were given. */
  madeBy: z.string(),
  madeAt: instant,
})
export type ProxyFacts = z.output<typeof proxyFacts>

/** The sheet of small pictures for scrubbing: `frames` tiles, row by row, tile n showing the moment n × `everyMs`. */
export const scrubSheet = z.object({
  frames: z.int(),
  columns: z.int(),
  everyMs: z.number(),
  tileWidthPx: z.int(),
  tileHeightPx: z.int(),
})
export type ScrubSheet = z.output<typeof scrubSheet>

/** One place and moment of a track. Milliseconds from the first frame of the recording; degrees; metres per second. */
export const trackPoint = z.object({
  atMs: z.number(),
  latitude: z.number(),
  longitude: z.number(),
  speed: z.number().nullable(),
  accuracyM: z.number().nullable(),
})
export type TrackPoint = z.output<typeof trackPoint>

export const trackSource = z.enum(['file-place', 'gpmf', 'novatek', 'axis-gnss', 'nmea', 'gpx', 'srt', 'klv'])

/** What the camera's clock differs from a better one, in ms: positive when the camera was ahead. Stated, never applied. */
export const clockDrift = z.object({
  ms: z.int(),
  against: z.enum(['dock', 'satellites']),
  measuredAt: instant.nullable(),
})
export type ClockDrift = z.output<typeof clockDrift>

/** A file that came beside a recording, kept as it was received. */
export const sidecar = z.object({
  id: sidecarId,
  name: z.string(),
  kind: z.enum(['nmea', 'gpx', 'axis-gnss', 'srt']),
  sizeBytes: z.int(),
  sha256: digest,
  receivedAt: instant,
  points: z.int(),
  /** Brought with the recording by the dock; otherwise a person handed it in, whom the trail names. */
  byDock: z.boolean(),
})
export type Sidecar = z.output<typeof sidecar>

/**
 * Where a file of places that came beside a recording is handed over: its bytes are the body. A dock is known by its
 * token, a person by a session. Two headers say what it is: `sidecarNameHeader` the name it had, percent-encoded UTF-8,
 * and `sidecarDigestHeader` the SHA-256 of its bytes. Answers a `sidecar`; the same bytes once more, the one that is kept.
 */
export const sidecarsPath = (id: string): string => `/api/recordings/${id}/sidecars`
export const sidecarNameHeader = 'sidecar-name'
export const sidecarDigestHeader = 'sidecar-sha256'
export const sidecarName = z.string().min(1).max(255).refine(isKeepable)
export const mostSidecarBytes = 20 * 1024 * 1024
/** Beside one recording. */
export const mostSidecars = 20

/** Waveform, under a viewing: one byte for each stretch of equal length, 0 silence to 255; empty when there is no sound. */
export const viewingWaveformPath = (viewingId: string): string => `/api/viewings/${viewingId}/waveform`
/** Under a viewing: `{ points: trackPoint[] }`. */
export const viewingTrackPath = (viewingId: string): string => `/api/viewings/${viewingId}/track`
/** The bytes of the proxy of a recording, under a viewing, by Range. */
export const viewingProxyPath = (viewingId: string): string => `/api/viewings/${viewingId}/proxy`
