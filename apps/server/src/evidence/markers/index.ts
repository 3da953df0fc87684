import { type CorpsId, type MarkerId, newId, type PersonActor, type RecordingId, type ViewingId } from '@getuige/base'
import type { Viewer } from '#access'
import { hasErasureBegun } from '#recordings'
import { AppError } from '#platform/errors'
import type { Tx } from '#platform/database'
import type { MarkersDeps } from './deps.ts'
import { hasRoom, isWithin, type Span } from './rules.ts'
import {
  countMarkers,
  deleteMarker,
  deleteMarkersOf,
  findMarker,
  insertMarker,
  listMarkers,
  type Marker,
  updateMarker,
} from './store.ts'

export type { Marker } from './store.ts'
export type Markers = ReturnType<typeof openMarkers>

type NewMarker = Span & Readonly<{ note: string }>

/**
 * What people mark in a recording while they view it: moments and stretches, with a note. Made within a viewing, whose
 * purpose is theirs; seen by whoever may view the recording; changed by who made them; gone with the recording.
 */
export function openMarkers(deps: MarkersDeps) {
  const { access, clock, custody, db, recordings } = deps

  /** The recording of a viewing that still stands, locked: erasure takes the same lock. */
  async function lockViewed(tx: Tx, viewed: Awaited<ReturnType<typeof access.requireViewing>>) {
    const { corpsId, id } = viewed.recording
    const recording = await recordings.lock(tx, corpsId, id)
    if (hasErasureBegun(recording.state)) throw new AppError('viewing/ended')
    return recording
  }

  /** Of the recording, and their own: of anybody else's it is not told that it is there. */
  async function requireOwn(tx: Tx, actor: Viewer, recordingId: RecordingId, markerId: MarkerId): Promise<Marker> {
    const marker = await findMarker(tx, markerId)
    if (marker?.recordingId !== recordingId || marker.madeById !== actor.id) throw new AppError('marker/not-found')
    return marker
  }

  return {
    /** In the order of the recording. Throws `recording/not-found`, or `access/denied`, for who may not view it now. */
    async list(actor: PersonActor, recordingId: RecordingId): Promise<Marker[]> {
      const reader = db.of(actor.corpsId)
      const recording = await recordings.find(actor.corpsId, recordingId)
      if (recording === undefined) throw new AppError('recording/not-found')
      await access.require(reader, 'view', actor, recording)
      return listMarkers(reader, recordingId)
    },

    /** Custody: `marker-added`. */
    async add(actor: Viewer, viewingId: ViewingId, { atMs, toMs, note }: NewMarker): Promise<Marker> {
      const viewed = await access.requireViewing(actor, viewingId)
      return custody.act(actor, async (tx, record) => {
        const recording = await lockViewed(tx, viewed)
        if (!isWithin({ atMs, toMs }, recording.durationMs)) throw new AppError('marker/outside')
        if (!hasRoom(await countMarkers(tx, recording.id, actor.id))) throw new AppError('marker/too-many')
        const madeAt = clock.now()
        const marker: Marker = {
          id: newId('marker', madeAt),
          recordingId: recording.id,
          atMs,
          toMs,
          note,
          madeById: actor.id,
          madeBy: actor.name,
          madeAt,
          purpose: viewed.viewing.purpose,
        }
        await insertMarker(tx, { ...marker, corpsId: actor.corpsId })
        await recordings.tellTerms(tx, recording.id, 'note', marker.id, [note])
        const details = { markerId: marker.id, viewingId, atMs, toMs, note }
        await record({ type: 'marker-added', recordingId: recording.id, details })
        return marker
      })
    },

    /** Custody: `marker-changed`, with what it said before. */
    async change(actor: Viewer, viewingId: ViewingId, markerId: MarkerId, to: NewMarker): Promise<Marker> {
      const viewed = await access.requireViewing(actor, viewingId)
      return custody.act(actor, async (tx, record) => {
        const recording = await lockViewed(tx, viewed)
        const before = await requireOwn(tx, actor, recording.id, markerId)
        if (!isWithin(to, recording.durationMs)) throw new AppError('marker/outside')
        const { atMs, toMs, note } = to
        await updateMarker(tx, markerId, to)
        await recordings.tellTerms(tx, recording.id, 'note', markerId, [note])
        const details = { markerId, viewingId, atMs, toMs, note, noteBefore: before.note }
        await record({ type: 'marker-changed', recordingId: recording.id, details })
        return { ...before, atMs, toMs, note }
      })
    },

    /** Custody: `marker-removed`, with what it said. */
    async remove(actor: Viewer, viewingId: ViewingId, markerId: MarkerId): Promise<void> {
      const viewed = await access.requireViewing(actor, viewingId)
      await custody.act(actor, async (tx, record) => {
        const recording = await lockViewed(tx, viewed)
        const { atMs, toMs, note } = await requireOwn(tx, actor, recording.id, markerId)
        await deleteMarker(tx, markerId)
        await recordings.tellTerms(tx, recording.id, 'note', markerId, [])
        const details = { markerId, viewingId, atMs, toMs, note }
        await record({ type: 'marker-removed', recordingId: recording.id, details })
      })
    },

    /** Of a recording that is erased: nothing of what was noted stays here. May run twice. */
    forget: (corpsId: CorpsId, recordingId: RecordingId): Promise<void> => deleteMarkersOf(db.of(corpsId), recordingId),
  }
}
