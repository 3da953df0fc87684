import type { DamagedPart } from '@getuige/contract'
import type { Location } from './embedded-metadata.ts'
import type { Container } from './recognise.ts'
import type { Damage } from './rules.ts'
import type { Track } from './tracks/track.ts'

export type VideoFacts = Readonly<{
  codec: string
  codecString: string | null
  /** As shown, after `rotation`. */
  widthPx: number
  heightPx: number
  rotation: 0 | 90 | 180 | 270
  /** Of a variable rate, how many there are a second on average. */
  framesPerSecond: number | null
}>

export type AudioFacts = Readonly<{ codec: string; channels: number; sampleRateHz: number }>

/** What a file says of itself. Any of it may be wrong or forged: it describes, it proves nothing. */
export type MediaFacts = Readonly<{
  container: Container | 'unknown'
  durationMs: number | null
  /** The pictures that are shown; `pictureTracks` counts every track of them. */
  video: VideoFacts | null
  pictureTracks: number
  /** The sound track that is played; `audioTracks` counts every one. */
  audio: AudioFacts | null
  audioTracks: number
  /** Measured from the times of its pictures. */
  isVariableFrameRate: boolean
  /** Creation time written by the camera, by its own clock. */
  recordedAt: Date | null
  location: Location | null
  /** Where it was carried, as far as the file itself has it. */
  track: Track | null
  cameraSerial: string | null
  make: string | null
  model: string | null
  firmware: string | null
  /** The scheme by which its camera signed it; that the signatures hold is not said. */
  signedVideo: string | null
  damage: Damage
  damages: readonly DamagedPart[]
  /** An MP4 whose pictures lie in fragments, so that nothing in front says where each is. */
  isFragmented: boolean
}>

/** What is known of a file that nothing here can read. */
export const unreadable: MediaFacts = {
  container: 'unknown',
  durationMs: null,
  video: null,
  pictureTracks: 0,
  audio: null,
  audioTracks: 0,
  isVariableFrameRate: false,
  recordedAt: null,
  location: null,
  track: null,
  cameraSerial: null,
  make: null,
  model: null,
  firmware: null,
  signedVideo: null,
  damage: 'unreadable',
  damages: [{ kind: 'unreadable', fromMs: 0, toMs: null }],
  isFragmented: false,
}

/** Of a file that nothing is known to be wrong with, and that only a decoder can tell more of. */
export const unread: MediaFacts = { ...unreadable, damage: 'none', damages: [] }
