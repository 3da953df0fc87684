import { type ClipOrigin, trackPoint } from '@getuige/contract'
import { z } from 'zod'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { MediaDeps } from '../deps.ts'
import { cutTrack, type Track } from './track.ts'

type Kept = Pick<MediaDeps, 'db' | 'vault'>

/** Seal the points of a track beside their recording. Undefined when the key of the recording was destroyed. */
export function writeTrack(
  { db, vault }: Kept,
  { corpsId, id }: Pick<RegisteredRecording, 'corpsId' | 'id'>,
  { points }: Track,
): ReturnType<MediaDeps['vault']['writeDerived']> {
  return vault.writeDerived(db.of(corpsId), id, corpsId, 'track', Buffer.from(JSON.stringify(points)))
}

/**
 * What the original of a clip says of the part that it holds: where it was carried, as far as that is known, and by how
 * much its clock was off. Null when the original is gone.
 */
export async function findTrackOfPart(
  { db, recordings, vault }: Kept & Pick<MediaDeps, 'recordings'>,
  { corpsId }: Pick<RegisteredRecording, 'corpsId'>,
  { recordingId, fromMs, toMs }: Pick<ClipOrigin, 'recordingId' | 'fromMs' | 'toMs'>,
): Promise<{ track: Track | null; drift: NonNullable<RegisteredRecording['facts']>['drift'] } | null> {
  const original = await recordings.find(corpsId, recordingId)
  if (original?.facts == null) return null
  const { drift, trackFrom } = original.facts
  const source = original.hasTrack ? await vault.find(db.of(corpsId), recordingId, 'track') : undefined
  if (source === undefined || trackFrom === null) return { track: null, drift }
  const bytes = await source.read(0, source.sizeBytes).catch((error: unknown) => {
    // That the track of another was altered is told there; this recording is shown all the same.
    if (error instanceof AppError && error.code === 'vault/damaged') return undefined
    throw error
  })
  if (bytes === undefined) return { track: null, drift }
  const points = z.array(trackPoint).parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  const part = cutTrack(points, { fromMs, toMs })
  return { track: part.length === 0 ? null : { from: trackFrom, points: part, satelliteTime: null }, drift }
}
