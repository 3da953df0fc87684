import { createHash } from 'node:crypto'
import { type Actor, type CorpsId, newId, type RecordingId, toHex } from '@getuige/base'
import { mostSidecarBytes, mostSidecars } from '@getuige/contract'
import { nothingToRecord } from '#custody'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { MediaDeps } from './deps.ts'
import { readSidecarApart } from './probe.ts'
import { satelliteDrift } from './recording-facts.ts'
import { deleteSidecarsOf, insertSidecar, type KeptSidecar, listSidecars } from './sidecar-store.ts'
import { findTrackOfPart, writeTrack } from './tracks/keep-track.ts'
import { placeFixes, type Track } from './tracks/track.ts'

export type AnnouncedSidecar = Readonly<{
  recordingId: RecordingId
  /** As it lay beside the recording: its ending says what it is. */
  name: string
  /** Hexadecimal; it must match what arrives. */
  sha256: string
}>

/**
 * Keep a file of places that came beside a recording, sealed as it was received. The same bytes once more answer what is
 * kept already. Throws `recording/not-found`, also to who may not know of it, `recording/erased`, `sidecar/too-large`,
 * `sidecar/too-many`, `sidecar/unreadable` and `ingest/digest-mismatch`; then nothing is kept. The object first, then one
 * transaction that claims it. Custody: `sidecar-received`, also of each clip of the recording.
 */
export async function receiveSidecar(
  deps: MediaDeps,
  actor: Actor,
  { recordingId, name, sha256 }: AnnouncedSidecar,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<KeptSidecar> {
  const { access, clock, custody, recordings, vault } = deps
  const { corpsId } = actor
  const reader = deps.db.of(corpsId)
  const recording = await recordings.find(corpsId, recordingId)
  if (recording === undefined) throw new AppError('recording/not-found')
  if (actor.kind === 'person') await access.require(reader, 'know', actor, recording)
  if (hasErasureBegun(recording.state)) throw new AppError('recording/erased')

  const bytes = await readWhole(body)
  const digest = createHash('sha256').update(bytes).digest()
  if (toHex(digest) !== sha256) throw new AppError('ingest/digest-mismatch')
  const kept = await listSidecars(reader, recordingId)
  const known = kept.find((one) => toHex(one.sha256) === sha256)
  if (known !== undefined) return known
  if (kept.length >= mostSidecars) throw new AppError('sidecar/too-many')

  const read = await readSidecarApart(name, bytes, signal)
  if ('refused' in read) throw new AppError('sidecar/unreadable', { because: read.refused })
  const sidecar: KeptSidecar = {
    id: newId('sidecar', clock.now()),
    recordingId,
    name,
    kind: read.kind,
    sizeBytes: bytes.length,
    sha256: digest,
    points: read.fixes.length,
    byDock: actor.kind === 'dock',
    receivedAt: clock.now(),
  }
  const object = await vault.writeDerived(reader, recordingId, corpsId, `sidecar/${sidecar.id}`, bytes)
  if (object === undefined) throw new AppError('recording/erased')
  const answer = await custody.act(actor, async (tx, record) => {
    const locked = await recordings.lock(tx, corpsId, recordingId)
    if (hasErasureBegun(locked.state)) throw new AppError('recording/erased')
    // The same bytes came at the same moment: the other one is it, and this object is swept.
    if (!(await insertSidecar(tx, corpsId, sidecar))) return nothingToRecord
    await vault.claim(tx, object)
    const details = { format: sidecar.kind, sizeBytes: sidecar.sizeBytes, sha256 }
    await record({ type: 'sidecar-received', recordingId, details })
    // Its clips, and clips of those, are parts of it: what is said of its places is said of theirs.
    const parts = [...(await recordings.listClipsOf(locked, tx))]
    for (const { id } of parts) {
      await record({ type: 'sidecar-received', recordingId: id, details: { ...details, originalId: recordingId } })
      parts.push(...(await recordings.listClipsOf({ id, corpsId }, tx)))
    }
    return sidecar
  })
  if (answer !== nothingToRecord) return answer
  const other = (await listSidecars(reader, recordingId)).find((one) => toHex(one.sha256) === sha256)
  if (other === undefined) throw new AppError('recording/erased')
  return other
}

async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of body) {
    sizeBytes += piece.length
    if (sizeBytes > mostSidecarBytes) throw new AppError('sidecar/too-large', { mostBytes: mostSidecarBytes })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** What a file itself says along the way is better than what came beside it; one place is not. */
const isOfFile = ({ facts }: RegisteredRecording): boolean =>
  facts?.trackFrom === 'gpmf' || facts?.trackFrom === 'novatek' || facts?.trackFrom === 'klv'

/**
 * Take the track of a recording from what came beside it, where its file has none better: from what the dock brought
 * before what a person handed in, then from the one with the most places; of a clip with nothing beside it, its part of
 * the track of the original. Its clips follow it. Waits for the recording to be viewable; run again when it is, or when
 * another comes. May run twice or stop anywhere.
 */
export async function placeSidecars(
  deps: MediaDeps,
  { corpsId, recordingId }: Readonly<{ corpsId: CorpsId; recordingId: RecordingId }>,
  signal: AbortSignal,
): Promise<void> {
  const { recordings } = deps
  const recording = await recordings.find(corpsId, recordingId)
  if (recording?.state !== 'viewable' || recording.facts === null || isOfFile(recording)) return
  const found = await findBeside(deps, recording, signal)
  if (found === null) return
  await placeTrack(deps, recording, found)
  for (const clip of await recordings.listClipsOf(recording)) {
    await placeSidecars(deps, { corpsId, recordingId: clip.id }, signal)
  }
}

type Beside = NonNullable<Awaited<ReturnType<typeof findTrackOfPart>>>

async function findBeside(
  deps: MediaDeps,
  recording: RegisteredRecording,
  signal: AbortSignal,
): Promise<Beside | null> {
  const sidecars = await listSidecars(deps.db.of(recording.corpsId), recording.id)
  const [best] = sidecars.filter(({ points }) => points > 0).toSorted(compareSidecars)
  if (best !== undefined) {
    const track = await readTrack(deps, recording, best, signal)
    const drift = satelliteDrift(track, instantOf(recording.facts?.createdAt ?? null))
    return { track, drift: drift ?? recording.facts?.drift ?? null }
  }
  return recording.clipOf === null ? null : findTrackOfPart(deps, recording, recording.clipOf)
}

async function placeTrack(
  deps: MediaDeps,
  { corpsId, id }: RegisteredRecording,
  { track, drift }: Beside,
): Promise<void> {
  if (track === null) return
  const { db, recordings, vault } = deps
  const object = await writeTrack(deps, { corpsId, id }, track)
  if (object === undefined) return
  await db
    .of(corpsId)
    .transaction()
    .execute(async (tx) => {
      const locked = await recordings.lock(tx, corpsId, id)
      if (locked.state !== 'viewable' || locked.facts === null) return
      await vault.claim(tx, object)
      await recordings.tellMedia(tx, id, {
        ...locked,
        facts: { ...locked.facts, trackFrom: track.from, drift },
        playable: locked.playable ?? false,
        rendition: locked.rendition ?? 'none',
        hasTrack: true,
      })
      await recordings.tellPlaces(tx, id, track.points)
    })
}

const compareSidecars = (a: KeptSidecar, b: KeptSidecar): number =>
  Number(b.byDock) - Number(a.byDock) || b.points - a.points

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text))

async function readTrack(
  { db, vault }: MediaDeps,
  { corpsId, id, facts, durationMs }: RegisteredRecording,
  { id: sidecarId, name }: KeptSidecar,
  signal: AbortSignal,
): Promise<Track | null> {
  const source = await vault.find(db.of(corpsId), id, `sidecar/${sidecarId}`)
  if (source === undefined) return null
  const read = await readSidecarApart(name, await source.read(0, source.sizeBytes), signal)
  if ('refused' in read) return null
  return placeFixes(read.kind, read.fixes, { startedAt: instantOf(facts?.createdAt ?? null), durationMs })
}

/** Of a recording that is being erased: nothing of what came beside it stays here. May run twice. */
export const forgetSidecars = ({ db }: MediaDeps, corpsId: CorpsId, recordingId: RecordingId): Promise<void> =>
  deleteSidecarsOf(db.of(corpsId), recordingId)
