import type { CorpsId, PersonId, RecordingId, SessionId, ViewingId } from '@getuige/base'
import { sql, type SqlBool } from 'kysely'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    viewing: {
      id: string
      corps_id: string
      recording_id: string
      person_id: string
      session_id: string
      purpose: string
      reference: string | null
      reason: string
      started_at: Date
      expires_at: Date
      idle_minutes: number
      last_used_at: Date
      ended_at: Date | null
      ended_because: string | null
      reason_judged: string | null
    }
  }
}

/** Somebody looks at a recording, for the purpose they stated, until it ends. */
export type Viewing = Readonly<{
  id: ViewingId
  corpsId: CorpsId
  recordingId: RecordingId
  personId: PersonId
  sessionId: SessionId
  purpose: string
  reference: string | null
  reason: string
  /** Nobody is refused by it: the data-protection officer reads it. */
  reasonJudged: 'words' | 'empty' | 'copied'
  startedAt: Date
  expiresAt: Date
  idleMinutes: number
}>

export async function insertViewing(tx: Tx, viewing: Viewing): Promise<void> {
  await tx
    .insertInto('viewing')
    .values({
      id: viewing.id,
      corps_id: viewing.corpsId,
      recording_id: viewing.recordingId,
      person_id: viewing.personId,
      session_id: viewing.sessionId,
      purpose: viewing.purpose,
      reference: viewing.reference,
      reason: viewing.reason,
      started_at: viewing.startedAt,
      expires_at: viewing.expiresAt,
      idle_minutes: viewing.idleMinutes,
      last_used_at: viewing.startedAt,
      ended_at: null,
      ended_because: null,
      reason_judged: viewing.reasonJudged,
    })
    .execute()
}

/** Whose viewing it is, of what, and until when. Only `lastUsedAt` changes, until it has ended. */
export type Whose = Pick<
  Viewing,
  'id' | 'corpsId' | 'personId' | 'sessionId' | 'recordingId' | 'purpose' | 'reference' | 'expiresAt' | 'idleMinutes'
> &
  Readonly<{ lastUsedAt: Date; hasEnded: boolean }>

export async function findViewing(db: Reader, viewingId: ViewingId): Promise<Whose | undefined> {
  const row = await selectWhose(db).where('id', '=', viewingId).executeTakeFirst()
  return row === undefined ? undefined : toWhose(row)
}

/** As `findViewing`, locked until the transaction ends. */
export async function lockViewing(tx: Tx, viewingId: ViewingId): Promise<Whose | undefined> {
  const row = await selectWhose(tx).where('id', '=', viewingId).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : toWhose(row)
}

/** Those that nobody ended though their time is over at `now`, of every corps; oldest first. */
export async function listOver(db: Reader, now: Date, limit: number): Promise<Whose[]> {
  const rows = await selectWhose(db)
    .where('ended_at', 'is', null)
    .where(sql<SqlBool>`least(expires_at, last_used_at + idle_minutes * interval '1 minute') <= ${now}`)
    .orderBy('started_at')
    .limit(limit)
    .execute()
  return rows.map(toWhose)
}

function selectWhose(db: Reader) {
  return db
    .selectFrom('viewing')
    .select([
      'id',
      'corps_id',
      'person_id',
      'session_id',
      'recording_id',
      'purpose',
      'reference',
      'expires_at',
      'idle_minutes',
      'last_used_at',
      'ended_at',
    ])
}

type WhoseRow = NonNullable<Awaited<ReturnType<ReturnType<typeof selectWhose>['executeTakeFirst']>>>

function toWhose(row: WhoseRow): Whose {
  return {
    id: row.id as ViewingId,
    corpsId: row.corps_id as CorpsId,
    personId: row.person_id as PersonId,
    sessionId: row.session_id as SessionId,
    recordingId: row.recording_id as RecordingId,
    purpose: row.purpose,
    reference: row.reference,
    expiresAt: row.expires_at,
    idleMinutes: row.idle_minutes,
    lastUsedAt: row.last_used_at,
    hasEnded: row.ended_at !== null,
  }
}

/** Several at once, each to its own moment; one that has ended stays as it ended. */
export async function updateLastUsed(db: Reader, used: ReadonlyMap<ViewingId, Date>): Promise<void> {
  const ids = [...used.keys()]
  const moments = [...used.values()].map((at) => at.toISOString())
  await sql`update viewing set last_used_at = used.at
    from unnest(${ids}::text[], ${moments}::timestamptz[]) as used (id, at)
    where viewing.id = used.id and viewing.ended_at is null and viewing.last_used_at < used.at`.execute(db)
}

export type EndedBecause = 'by-hand' | 'idle' | 'hour-over'

export async function updateEnded(tx: Tx, viewingId: ViewingId, at: Date, because: EndedBecause): Promise<void> {
  await tx
    .updateTable('viewing')
    .set({ ended_at: at, ended_because: because })
    .where('id', '=', viewingId)
    .where('ended_at', 'is', null)
    .execute()
}

/** Reasons the person gave since, each with what it was for. */
export async function listReasons(
  db: Reader,
  personId: PersonId,
  since: Date,
): Promise<{ reason: string; of: string }[]> {
  const rows = await db
    .selectFrom('viewing')
    .select(['reason', 'reference', 'recording_id'])
    .where('person_id', '=', personId)
    .where('started_at', '>=', since)
    .orderBy('started_at', 'desc')
    .limit(500)
    .execute()
  return rows.map(({ reason, reference, recording_id: recordingId }) => ({ reason, of: reference ?? recordingId }))
}
