import type { CameraId, CorpsId, Day, PersonId, RecordingId } from '@getuige/base'
import type { ClipOrigin, ClockDrift, DamagedPart, ProxyFacts, ScrubSheet } from '@getuige/contract'
import type { LawKey } from '@getuige/law'
import {
  type ColumnType,
  type Expression,
  type Generated,
  type JSONColumnType,
  type Selectable,
  sql,
  type SqlBool,
} from 'kysely'
import { type Reader, runPrepared, type Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import { mayBecome, type RecordingState } from './lifecycle.ts'
import { forgetPlaces } from './places.ts'
import { forgetTerms, tellTerms } from './terms.ts'

type RecordingTable = {
  id: string
  corps_id: string
  state: string
  camera_id: string
  wearer_id: string | null
  recorded_at: Date
  recorded_at_from: string
  received_at: Date
  size_bytes: number
  sha256: Uint8Array
  payload_sha256: Uint8Array
  original_name: string
  dock_drift: ColumnType<ClockDrift | null, string | null | undefined, string | null>
  law: string
  due_at: Date
  due_on: string
  is_held: Generated<boolean>
  erased_at: Date | null
  facts: JSONColumnType<RecordingFacts> | null
  duration_ms: number | null
  damage: Generated<string>
  playable: boolean | null
  has_storyboard: Generated<boolean>
  activation: string
  rendition: string | null
  proxy: JSONColumnType<ProxyFacts> | null
  scrub: JSONColumnType<ScrubSheet> | null
  has_track: Generated<boolean>
  damages: ColumnType<readonly DamagedPart[], string | undefined, string>
  tags: Generated<string[]>
  clip_of: string | null
  clip: JSONColumnType<Omit<ClipOrigin, 'recordingId'>> | null
}

declare module '#platform/database' {
  interface Tables {
    recording: RecordingTable
  }
}

export type Damage = 'none' | 'no-index' | 'truncated' | 'unreadable'
export type Rendition = 'direct' | 'proxy' | 'making' | 'none'
export type ActivationStanding = 'warned' | 'exception' | 'missing' | 'not-asked'

/** What the probe found in the file; null where the file does not say. */
export type RecordingFacts = Readonly<{
  container: string | null
  video: Readonly<{ codec: string; widthPx: number; heightPx: number; framesPerSecond: number | null }> | null
  audio: Readonly<{ codec: string; channels: number; sampleRateHz: number }> | null
  location: Readonly<{ latitude: number; longitude: number }> | null
  pictureTracks: number
  audioTracks: number
  rotation: 0 | 90 | 180 | 270
  isVariableFrameRate: boolean
  /** By the camera's own clock; ISO 8601, as facts are kept as JSON. */
  createdAt: string | null
  make: string | null
  model: string | null
  serial: string | null
  firmware: string | null
  /** By whose scheme its camera signed it. */
  signedVideo: string | null
  trackFrom: 'file-place' | 'gpmf' | 'novatek' | 'axis-gnss' | 'nmea' | 'gpx' | 'srt' | 'klv' | null
  drift: ClockDrift | null
}>

/** For rows that were probed before these were looked for. */
const notLookedFor = {
  pictureTracks: 0,
  audioTracks: 0,
  rotation: 0,
  isVariableFrameRate: false,
  createdAt: null,
  make: null,
  model: null,
  serial: null,
  firmware: null,
  signedVideo: null,
  trackFrom: null,
  drift: null,
} as const

/** One recording of the register. Due, held, media and activation were told by the modules that decide them. */
export type RegisteredRecording = Readonly<{
  id: RecordingId
  corpsId: CorpsId
  state: RecordingState
  cameraId: CameraId
  wearerId: PersonId | null
  recordedAt: Date
  recordedAtFrom: 'file' | 'receipt'
  receivedAt: Date
  sizeBytes: number
  sha256: Uint8Array
  payloadSha256: Uint8Array
  originalName: string
  /** What the clock of the camera differed from that of the dock, where the dock told it. */
  dockDrift: ClockDrift | null
  law: LawKey
  dueAt: Date
  dueOn: Day
  isHeld: boolean
  erasedAt: Date | null
  facts: RecordingFacts | null
  durationMs: number | null
  damage: Damage
  playable: boolean | null
  hasStoryboard: boolean
  activation: ActivationStanding
  rendition: Rendition | null
  proxy: ProxyFacts | null
  scrub: ScrubSheet | null
  hasTrack: boolean
  damages: readonly DamagedPart[]
  tags: readonly string[]
  /** What it was cut from, if it is a clip. */
  clipOf: ClipOrigin | null
}>

/** With the names that a list shows beside it. */
export type ListedRecording = RegisteredRecording &
  Readonly<{ cameraLabel: string; cameraSerial: string; wearerName: string | null }>

export function toRecording(row: Selectable<RecordingTable>): RegisteredRecording {
  return {
    id: row.id as RecordingId,
    corpsId: row.corps_id as CorpsId,
    state: row.state as RecordingState,
    cameraId: row.camera_id as CameraId,
    wearerId: row.wearer_id as PersonId | null,
    recordedAt: row.recorded_at,
    recordedAtFrom: row.recorded_at_from as 'file' | 'receipt',
    receivedAt: row.received_at,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    payloadSha256: row.payload_sha256,
    originalName: row.original_name,
    dockDrift: row.dock_drift,
    law: row.law as LawKey,
    dueAt: row.due_at,
    dueOn: row.due_on,
    isHeld: row.is_held,
    erasedAt: row.erased_at,
    facts: row.facts === null ? null : { ...notLookedFor, ...row.facts },
    durationMs: row.duration_ms,
    damage: row.damage as Damage,
    playable: row.playable,
    hasStoryboard: row.has_storyboard,
    activation: row.activation as ActivationStanding,
    rendition: row.rendition as Rendition | null,
    proxy: row.proxy,
    scrub: row.scrub,
    hasTrack: row.has_track,
    damages: row.damages,
    tags: row.tags,
    clipOf: row.clip_of === null || row.clip === null ? null : { ...row.clip, recordingId: row.clip_of as RecordingId },
  }
}

/** Every recording there ever was, in the order of their ids. */
export async function listRegister(db: Reader, afterId: string, limit: number): Promise<RegisteredRecording[]> {
  const rows = await db
    .selectFrom('recording')
    .selectAll()
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toRecording)
}

export type NewRecording = Pick<
  RegisteredRecording,
  | 'id'
  | 'corpsId'
  | 'cameraId'
  | 'wearerId'
  | 'recordedAt'
  | 'recordedAtFrom'
  | 'receivedAt'
  | 'sizeBytes'
  | 'sha256'
  | 'payloadSha256'
  | 'originalName'
  | 'law'
  | 'dueAt'
  | 'dueOn'
  | 'activation'
> &
  Partial<Pick<RegisteredRecording, 'clipOf' | 'dockDrift'>>

/** Answers false, and inserts nothing, when the corps has a recording with this digest already. */
export async function insertRecording(tx: Tx, recording: NewRecording): Promise<boolean> {
  const result = await tx
    .insertInto('recording')
    .values({
      id: recording.id,
      corps_id: recording.corpsId,
      state: 'stored',
      camera_id: recording.cameraId,
      wearer_id: recording.wearerId,
      recorded_at: recording.recordedAt,
      recorded_at_from: recording.recordedAtFrom,
      received_at: recording.receivedAt,
      size_bytes: recording.sizeBytes,
      sha256: recording.sha256,
      payload_sha256: recording.payloadSha256,
      original_name: recording.originalName,
      dock_drift: recording.dockDrift == null ? null : JSON.stringify(recording.dockDrift),
      law: recording.law,
      due_at: recording.dueAt,
      due_on: recording.dueOn,
      activation: recording.activation,
      ...(recording.clipOf == null ? {} : toClipColumns(recording.clipOf)),
    })
    .onConflict((conflict) => conflict.columns(['corps_id', 'sha256']).doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) return false
  await tellTerms(tx, recording.id, 'name', '', [recording.originalName])
  return true
}

function toClipColumns({ recordingId, ...clip }: ClipOrigin) {
  return { clip_of: recordingId, clip: JSON.stringify(clip) }
}

export async function findRecording(
  db: Reader,
  corpsId: CorpsId,
  recordingId: RecordingId,
): Promise<RegisteredRecording | undefined> {
  const query = db.selectFrom('recording').selectAll().where('corps_id', '=', corpsId).where('id', '=', recordingId)
  const [row] = await runPrepared(db, query)
  return row === undefined ? undefined : toRecording(row)
}

export async function findByDigest(
  db: Reader,
  corpsId: CorpsId,
  sha256: Uint8Array,
): Promise<RegisteredRecording | undefined> {
  const row = await db
    .selectFrom('recording')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  return row === undefined ? undefined : toRecording(row)
}

/** The recording, locked until the transaction ends: acts on one recording take turns. Not found throws. */
export async function lockRecording(tx: Tx, corpsId: CorpsId, recordingId: RecordingId): Promise<RegisteredRecording> {
  const row = await tx
    .selectFrom('recording')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('id', '=', recordingId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new AppError('recording/not-found')
  return toRecording(row)
}

/** As `lockRecording`, for many at once. Those that are there, each once, in the order asked for. */
export async function lockRecordings(
  tx: Tx,
  corpsId: CorpsId,
  recordingIds: readonly RecordingId[],
): Promise<RegisteredRecording[]> {
  // Always in the same order: two that lock the same recordings never wait for each other.
  const rows = await tx
    .selectFrom('recording')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where(sql<SqlBool>`id = any(${recordingIds})`)
    .orderBy('id')
    .forUpdate()
    .execute()
  const locked = new Map(rows.map((row) => [row.id, toRecording(row)]))
  return [...new Set(recordingIds)].flatMap((id) => locked.get(id) ?? [])
}

/**
 * The caller holds the locks of the recordings. What the register keeps of an erased one says nothing of what was on it.
 */
export async function changeStates(
  tx: Tx,
  recordings: readonly RegisteredRecording[],
  next: RecordingState,
  at: Date,
): Promise<void> {
  const stray = recordings.find(({ state }) => !mayBecome(state, next))
  if (stray !== undefined) throw new Error(`a recording that is ${stray.state} never becomes ${next}`)
  const forgotten = {
    erased_at: at,
    original_name: '',
    dock_drift: null,
    facts: null,
    has_storyboard: false,
    rendition: null,
    proxy: null,
    scrub: null,
    has_track: false,
    damages: '[]',
    tags: [],
    clip: null,
  }
  const ids = recordings.map(({ id }) => id)
  await tx
    .updateTable('recording')
    .set({ state: next, ...(next === 'erased' ? forgotten : {}) })
    .where(sql<SqlBool>`id = any(${ids})`)
    .execute()
  if (next !== 'erased') return
  await forgetTerms(tx, ids)
  await forgetPlaces(tx, ids)
}

export type ProbedMedia = Readonly<{
  facts: RecordingFacts
  durationMs: number | null
  damage: Damage
  playable: boolean
  hasStoryboard: boolean
  rendition: Rendition
  scrub: ScrubSheet | null
  hasTrack: boolean
  damages: readonly DamagedPart[]
}>

export async function updateMedia(tx: Tx, recordingId: RecordingId, media: ProbedMedia): Promise<void> {
  await tx
    .updateTable('recording')
    .set({
      facts: JSON.stringify(media.facts),
      duration_ms: media.durationMs,
      damage: media.damage,
      playable: media.playable,
      has_storyboard: media.hasStoryboard,
      rendition: media.rendition,
      scrub: media.scrub === null ? null : JSON.stringify(media.scrub),
      has_track: media.hasTrack,
      damages: JSON.stringify(media.damages),
    })
    .where('id', '=', recordingId)
    .execute()
}

/** `damages` and `durationMs`: in place of what was known of them. */
export type MadeRendition = Readonly<{
  rendition: Rendition
  proxy: ProxyFacts | null
  damages?: readonly DamagedPart[]
  durationMs?: number | null
}>

/** What was made for a recording that browsers cannot play, or that nothing can be. */
export async function updateRendition(
  tx: Tx,
  recordingId: RecordingId,
  { rendition, proxy, damages, durationMs }: MadeRendition,
): Promise<void> {
  await tx
    .updateTable('recording')
    .set({
      rendition,
      ...(damages === undefined ? {} : { damages: JSON.stringify(damages) }),
      ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
      playable: rendition === 'direct' || rendition === 'proxy',
      proxy: proxy === null ? null : JSON.stringify(proxy),
    })
    .where('id', '=', recordingId)
    .execute()
}

/** The sheet for scrubbing that was made; its object is claimed in the same transaction. */
export async function updateScrub(tx: Tx, recordingId: RecordingId, scrub: ScrubSheet): Promise<void> {
  await tx
    .updateTable('recording')
    .set({ scrub: JSON.stringify(scrub) })
    .where('id', '=', recordingId)
    .execute()
}

/** Storyboard and poster were made; their objects are claimed in the same transaction. */
export async function updateStoryboard(tx: Tx, recordingId: RecordingId): Promise<void> {
  await tx.updateTable('recording').set({ has_storyboard: true }).where('id', '=', recordingId).execute()
}

export async function updateTags(tx: Tx, recordingId: RecordingId, tags: readonly string[]): Promise<void> {
  await tx
    .updateTable('recording')
    .set({ tags: [...tags] })
    .where('id', '=', recordingId)
    .execute()
  await tellTerms(tx, recordingId, 'tag', '', tags)
}

/** As its camera made them, those in which nothing is wrong and whose H.264 or H.265 has an index, the nearest in time first. */
export async function listSoundOf(
  db: Reader,
  { cameraId, recordedAt }: Pick<RegisteredRecording, 'cameraId' | 'recordedAt'>,
  limit: number,
): Promise<RegisteredRecording[]> {
  const rows = await db
    .selectFrom('recording')
    .selectAll()
    .where('camera_id', '=', cameraId)
    .where('state', '=', 'viewable')
    .where('damage', '=', 'none')
    .where(sql<SqlBool>`facts #>> '{video,codec}' in ('avc', 'hevc')`)
    .where(sql<SqlBool>`facts ->> 'container' in ('mp4', 'mov', '3gp')`)
    .where('clip_of', 'is', null)
    .orderBy(sql`abs(extract(epoch from recorded_at - ${recordedAt}::timestamptz))`)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toRecording)
}

/** Probed before anybody asked how they are played, in the order of their ids. */
export async function listWithoutRendition(db: Reader, limit: number): Promise<RegisteredRecording[]> {
  const rows = await db
    .selectFrom('recording')
    .selectAll()
    .where('state', '=', 'viewable')
    .where('rendition', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toRecording)
}

/** What was cut from a recording and still exists, in the order of the recording. */
export async function listClipsOf(
  db: Reader,
  recordingId: RecordingId,
): Promise<{ id: RecordingId; inMs: number; outMs: number }[]> {
  const rows = await db
    .selectFrom('recording')
    .select(['id', 'clip'])
    .where('clip_of', '=', recordingId)
    .where('state', 'in', ['stored', 'viewable'])
    .execute()
  return rows
    .flatMap(({ id, clip }) => (clip === null ? [] : [{ id: id as RecordingId, inMs: clip.inMs, outMs: clip.outMs }]))
    .toSorted((a, b) => a.inMs - b.inMs)
}

export async function updateIsHeld(tx: Tx, recordingId: RecordingId, isHeld: boolean): Promise<void> {
  await tx.updateTable('recording').set({ is_held: isHeld }).where('id', '=', recordingId).execute()
}

/** Another law has come in the place of the one it was made under, and with it another day. */
export async function updateLaw(
  tx: Tx,
  recordingId: RecordingId,
  { law, dueAt, dueOn }: Pick<RegisteredRecording, 'law' | 'dueAt' | 'dueOn'>,
): Promise<void> {
  await tx.updateTable('recording').set({ law, due_at: dueAt, due_on: dueOn }).where('id', '=', recordingId).execute()
}

export async function updateActivation(tx: Tx, recordingId: RecordingId, standing: ActivationStanding): Promise<void> {
  await tx.updateTable('recording').set({ activation: standing }).where('id', '=', recordingId).execute()
}

/** Those of these recordings that whoever asks may know of, in no order. */
export async function listByIds(
  db: Reader,
  corpsId: CorpsId,
  visible: Expression<SqlBool>,
  ids: readonly RecordingId[],
): Promise<ListedRecording[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('recording')
    .innerJoin('camera as c', 'c.id', 'recording.camera_id')
    .leftJoin('person as w', 'w.id', 'recording.wearer_id')
    .selectAll('recording')
    .select(['c.label as camera_label', 'c.serial as camera_serial', 'w.name as wearer_name'])
    .where('recording.corps_id', '=', corpsId)
    .where(sql<SqlBool>`recording.id = any(${ids})`)
    .where(visible)
    .execute()
  return rows.map((row) => ({
    ...toRecording(row),
    cameraLabel: row.camera_label,
    cameraSerial: row.camera_serial,
    wearerName: row.wearer_name,
  }))
}

/** For the names a page of one recording shows. */
export async function findNames(
  db: Reader,
  recording: RegisteredRecording,
): Promise<Pick<ListedRecording, 'cameraLabel' | 'cameraSerial' | 'wearerName'>> {
  const camera = await db
    .selectFrom('camera')
    .select(['label', 'serial'])
    .where('id', '=', recording.cameraId)
    .executeTakeFirstOrThrow()
  const wearer =
    recording.wearerId === null
      ? undefined
      : await db.selectFrom('person').select('name').where('id', '=', recording.wearerId).executeTakeFirst()
  return { cameraLabel: camera.label, cameraSerial: camera.serial, wearerName: wearer?.name ?? null }
}

export type RegisterFigures = Readonly<{ kept: number; erased: number; dueNow: number; heldPastDue: number }>

export async function countRegister(db: Reader, corpsId: CorpsId, now: Date): Promise<RegisterFigures> {
  const row = await db
    .selectFrom('recording')
    .where('corps_id', '=', corpsId)
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('state', 'in', ['stored', 'viewable']).as('kept'),
      eb.fn.countAll<number>().filterWhere('state', 'in', ['erasing', 'erased']).as('erased'),
      eb.fn
        .countAll<number>()
        .filterWhere((f) =>
          f.and([f('state', 'in', ['stored', 'viewable']), f('due_at', '<=', now), f('is_held', '=', false)]),
        )
        .as('dueNow'),
      eb.fn
        .countAll<number>()
        .filterWhere((f) =>
          f.and([f('state', 'in', ['stored', 'viewable']), f('due_at', '<=', now), f('is_held', '=', true)]),
        )
        .as('heldPastDue'),
    ])
    .executeTakeFirstOrThrow()
  return row
}

/** How many recordings are due on each coming day, held ones left out. */
export async function countDueByDay(
  db: Reader,
  corpsId: CorpsId,
  from: Day,
): Promise<{ on: Day; recordings: number }[]> {
  return db
    .selectFrom('recording')
    .select((eb) => ['due_on as on', eb.fn.countAll<number>().as('recordings')])
    .where('corps_id', '=', corpsId)
    .where('state', 'in', ['stored', 'viewable'])
    .where('is_held', '=', false)
    .where('due_on', '>=', from)
    .groupBy('due_on')
    .orderBy('due_on')
    .execute()
}

/** Recordings whose period is over, in every corps, and those whose erasure was begun and not ended. Oldest first. */
export async function listDue(
  db: Reader,
  now: Date,
  limit: number,
  afterId: string,
): Promise<{ id: RecordingId; corpsId: CorpsId }[]> {
  const rows = await db
    .selectFrom('recording')
    .select(['id', 'corps_id'])
    .where('state', 'in', ['stored', 'viewable', 'erasing'])
    .where((eb) => eb.or([eb('state', '=', 'erasing'), eb.and([eb('due_at', '<=', now), eb('is_held', '=', false)])]))
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id as RecordingId, corpsId: row.corps_id as CorpsId }))
}

/** What the register says of the object of a recording. */
export type KeptRecording = Pick<RegisteredRecording, 'id' | 'sizeBytes' | 'payloadSha256'>

/** Recordings that should be whole: stored, and not begun to be erased. In every corps, after this id, in order. */
export async function listKept(db: Reader, afterId: string, limit: number): Promise<KeptRecording[]> {
  const rows = await db
    .selectFrom('recording')
    .select(['id', 'size_bytes', 'payload_sha256'])
    .where('state', 'in', ['stored', 'viewable'])
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id as RecordingId,
    sizeBytes: row.size_bytes,
    payloadSha256: row.payload_sha256,
  }))
}

export async function isKept(db: Reader, recordingId: RecordingId): Promise<boolean> {
  const row = await db
    .selectFrom('recording')
    .select('id')
    .where('id', '=', recordingId)
    .where('state', 'in', ['stored', 'viewable'])
    .executeTakeFirst()
  return row !== undefined
}
