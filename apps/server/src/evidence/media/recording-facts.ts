import type { RecordingFacts } from '#recordings'
import type { MediaFacts } from './media-facts.ts'
import { driftOf, type Track } from './tracks/track.ts'

/** What the register keeps of a probe. Satellites were there at the moment itself; the dock only afterwards. */
export function toRecordingFacts(facts: MediaFacts, dockDrift: RecordingFacts['drift']): RecordingFacts {
  return {
    container: facts.container,
    video: facts.video,
    audio: facts.audio,
    location: facts.location,
    pictureTracks: facts.pictureTracks,
    audioTracks: facts.audioTracks,
    rotation: facts.video?.rotation ?? 0,
    isVariableFrameRate: facts.isVariableFrameRate,
    createdAt: facts.recordedAt?.toISOString() ?? null,
    make: facts.make,
    model: facts.model,
    serial: facts.cameraSerial,
    firmware: facts.firmware,
    signedVideo: facts.signedVideo,
    trackFrom: facts.track?.from ?? null,
    drift: satelliteDrift(facts.track, facts.recordedAt) ?? dockDrift,
  }
}

/** How far the clock of the camera was from that of satellites, where both are known. */
export function satelliteDrift(track: Track | null, createdAt: Date | null): RecordingFacts['drift'] {
  const drift = driftOf(track, createdAt)
  return drift && { ms: drift.ms, against: 'satellites', measuredAt: drift.measuredAt.toISOString() }
}
