import type { CameraId, CorpsId, CorrectionId, PersonId, RecordingId } from '@getuige/base'
import { type Expression, type Generated, sql, type SqlBool } from 'kysely'
import { longestMs } from '#recordings'
import type { Reader, Tx } from '#platform/database'

type CorrectionTable = {
  id: string
  corps_id: string
  recording_id: string
  offset_ms: number
  against_id: string | null
  reason: string
  made_by: string
  made_at: Date
  place: Generated<number>
}

declare module '#platform/database' {
  interface Tables {
    clock_correction: CorrectionTable
  }
}

export type Correction = Readonly<{
  id: CorrectionId
  recordingId: RecordingId
  offsetMs: number
  againstId: RecordingId | null
  reason: string
  madeById: PersonId
  madeBy: string
  madeAt: Date
}>

export async function insertCorrection(tx: Tx, corpsId: CorpsId, made: Correction): Promise<void> {
  await tx
    .insertInto('clock_correction')
    .values({
      id: made.id,
      corps_id: corpsId,
      recording_id: made.recordingId,
      offset_ms: made.offsetMs,
      against_id: made.againstId,
      reason: made.reason,
      made_by: made.madeById,
      made_at: made.madeAt,
    })
    .execute()
}

/** Of these recordings, newest first. */
export async function listCorrections(db: Reader, recordingIds: readonly RecordingId[]): Promise<Correction[]> {
  if (recordingIds.length === 0) return []
  const rows = await db
    .selectFrom('clock_correction as k')
    .innerJoin('person as p', 'p.id', 'k.made_by')
    .selectAll('k')
    .select('p.name as made_by_name')
    .where(sql<SqlBool>`k.recording_id = any(${recordingIds})`)
    .orderBy('k.place', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id as CorrectionId,
    recordingId: row.recording_id as RecordingId,
    offsetMs: row.offset_ms,
    againstId: row.against_id as RecordingId | null,
    reason: row.reason,
    madeById: row.made_by as PersonId,
    madeBy: row.made_by_name,
    madeAt: row.made_at,
  }))
}

/** Also where it was the recording that others were held against: their corrections stay, without it. */
export async function deleteCorrectionsOf(db: Reader, recordingId: RecordingId): Promise<void> {
  await db.deleteFrom('clock_correction').where('recording_id', '=', recordingId).execute()
}

export type Stretch = Readonly<{
  corpsId: CorpsId
  /** What whoever asks may know of: a condition on rows of `recording`. */
  visible: Expression<SqlBool>
  /** Of which of them they may know that a clock was corrected; the others lie where their own clocks say. */
  corrected: Expression<SqlBool>
  from: Date
  until: Date
}>

/**
 * What was recorded within a stretch of time, by the clock that whoever asks may know of, and is kept; clips left out, for they were not
 * recorded anew. Those that begin nearest to its beginning first.
 */
export async function listWithin(
  db: Reader,
  { corpsId, visible, corrected, from, until }: Stretch,
  which: Readonly<{ notCamera: CameraId } | { wearer: PersonId }>,
  limit: number,
): Promise<RecordingId[]> {
  const offset = sql`coalesce((select k.offset_ms from clock_correction k
    where k.recording_id = recording.id and ${corrected} order by k.place desc limit 1), 0) * interval '1 millisecond'`
  const begins = sql<Date>`recording.recorded_at + ${offset}`
  // How long it lasts is not known at first: then it is where it begins.
  const ends = sql<Date>`recording.recorded_at + ${offset} + coalesce(recording.duration_ms, 0) * interval '1 millisecond'`
  const rows = await db
    .selectFrom('recording')
    .select('recording.id')
    .where('recording.corps_id', '=', corpsId)
    .where('recording.state', 'in', ['stored', 'viewable'])
    .where('recording.clip_of', 'is', null)
    .where((eb) =>
      'wearer' in which
        ? eb('recording.wearer_id', '=', which.wearer)
        : eb('recording.camera_id', '!=', which.notCamera),
    )
    .where(visible)
    .where(
      sql<SqlBool>`recording.id = any(array(
        select r.id from recording r where r.corps_id = ${corpsId} and r.state in ('stored', 'viewable')
          and r.recorded_at >= ${new Date(from.getTime() - longestMs)} and r.recorded_at < ${until}
        union select k.recording_id from clock_correction k where k.corps_id = ${corpsId}))`,
    )
    .where(sql<SqlBool>`${begins} < ${until} and ${ends} >= ${from}`)
    .orderBy(sql`abs(extract(epoch from ${begins} - ${from}::timestamptz))`)
    .orderBy('recording.id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id as RecordingId)
}

export type OfCamera = Readonly<{
  id: RecordingId
  recordedAt: Date
  durationMs: number | null
  isTimeOfReceipt: boolean
  rendition: 'direct' | 'proxy' | 'making' | 'none' | null
}>

/** What one camera recorded around an instant, and is kept: a day to either side, at most 1,000. */
export async function listOfCamera(
  db: Reader,
  { corpsId, visible }: Pick<Stretch, 'corpsId' | 'visible'>,
  cameraId: CameraId,
  around: Date,
): Promise<OfCamera[]> {
  const at = around.getTime()
  const rows = await db
    .selectFrom('recording')
    .select(['id', 'recorded_at', 'duration_ms', 'recorded_at_from', 'rendition'])
    .where('recording.corps_id', '=', corpsId)
    .where('recording.camera_id', '=', cameraId)
    .where('recording.state', 'in', ['stored', 'viewable'])
    .where('recording.clip_of', 'is', null)
    .where('recording.recorded_at', '>=', new Date(at - longestMs))
    .where('recording.recorded_at', '<=', new Date(at + longestMs))
    .where(visible)
    .orderBy(sql`abs(extract(epoch from recording.recorded_at - ${around}::timestamptz))`)
    .orderBy('recording.id')
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    id: row.id as RecordingId,
    recordedAt: row.recorded_at,
    durationMs: row.duration_ms,
    isTimeOfReceipt: row.recorded_at_from === 'receipt',
    rendition: row.rendition as OfCamera['rendition'],
  }))
}

/** Whether there is any recording they wore that whoever asks may know of. */
export async function isWearerOfVisible(
  db: Reader,
  { corpsId, visible }: Pick<Stretch, 'corpsId' | 'visible'>,
  wearerId: PersonId,
): Promise<boolean> {
  const row = await db
    .selectFrom('recording')
    .select('recording.id')
    .where('recording.corps_id', '=', corpsId)
    .where('recording.wearer_id', '=', wearerId)
    .where(visible)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

type Surroundings = Readonly<{ west: number; south: number; east: number; north: number }>

/** Of those of the newest five hundred recordings that whoever asks may know of, so far as they tell a place. */
export async function findSurroundings(
  db: Reader,
  { corpsId, visible }: Pick<Stretch, 'corpsId' | 'visible'>,
): Promise<Surroundings | null> {
  const { rows } = await sql<{ [Side in keyof Surroundings]: number | null }>`
    select floor(min(p.longitudes[1]) / 1000.0)::float8 / 10 as west, floor(min(p.latitudes[1]) / 1000.0)::float8 / 10 as south,
      ceil(max(p.longitudes[1]) / 1000.0)::float8 / 10 as east, ceil(max(p.latitudes[1]) / 1000.0)::float8 / 10 as north
    from (select * from recording where corps_id = ${corpsId} order by recorded_at desc, id desc limit 500) recording
    join recording_place p on p.recording_id = recording.id where ${visible}`.execute(db)
  const [{ west, south, east, north } = { west: null, south: null, east: null, north: null }] = rows
  return west === null || south === null || east === null || north === null ? null : { west, south, east, north }
}
