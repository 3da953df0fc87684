import type { RegisteredRecording } from '#recordings'
import type { MediaDeps } from '../deps.ts'
import type { Track } from './track.ts'

/** Seal the points of a track beside their recording. Undefined when the key of the recording was destroyed. */
export function writeTrack(
  { db, vault }: Pick<MediaDeps, 'db' | 'vault'>,
  { corpsId, id }: Pick<RegisteredRecording, 'corpsId' | 'id'>,
  { points }: Track,
): ReturnType<MediaDeps['vault']['writeDerived']> {
  return vault.writeDerived(db.of(corpsId), id, corpsId, 'track', Buffer.from(JSON.stringify(points)))
}
