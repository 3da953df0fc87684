import type { Location } from './embedded-metadata.ts'
import type { Container } from './recognise.ts'

/**
 * `no-index`: pictures may be there, but the table that finds them is not. `truncated`: plays up to where it was cut.
 * `unreadable`: nothing here can read it; it may still be sound.
 */
export type Damage = 'none' | 'no-index' | 'truncated' | 'unreadable'

export type VideoFacts = Readonly<{
  codec: string
  codecString: string | null
  /** As shown, after `rotation`. */
  widthPx: number
  heightPx: number
  rotation: 0 | 90 | 180 | 270
  framesPerSecond: number | null
}>

export type AudioFacts = Readonly<{ codec: string; channels: number; sampleRateHz: number }>

/** What a file says of itself. Any of it may be wrong or forged: it describes, it proves nothing. */
export type MediaFacts = Readonly<{
  container: Container | 'unknown'
  durationMs: number | null
  video: VideoFacts | null
  audio: AudioFacts | null
  /** Creation time written by the camera, by its own clock. */
  recordedAt: Date | null
  location: Location | null
  cameraSerial: string | null
  damage: Damage
  /** Whether a browser's own player takes it over HTTP Range, without remuxing. */
  playsInBrowser: boolean
}>

/** What is known of a file that nothing here can read. */
export const unreadable: MediaFacts = {
  container: 'unknown',
  durationMs: null,
  video: null,
  audio: null,
  recordedAt: null,
  location: null,
  cameraSerial: null,
  damage: 'unreadable',
  playsInBrowser: false,
}
