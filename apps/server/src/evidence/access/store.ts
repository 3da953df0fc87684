import type { CorpsId, PersonId, RecordingId, SessionId, ViewingId } from '@getuige/base'
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
  startedAt: Date
  expiresAt: Date
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
    })
    .execute()
}

/** Whose viewing it is, of what, and until when. None of it ever changes. */
export type Whose = Pick<Viewing, 'corpsId' | 'personId' | 'sessionId' | 'recordingId' | 'expiresAt'>

export async function findViewing(db: Reader, viewingId: ViewingId): Promise<Whose | undefined> {
  const row = await db
    .selectFrom('viewing')
    .select(['corps_id', 'person_id', 'session_id', 'recording_id', 'expires_at'])
    .where('id', '=', viewingId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    corpsId: row.corps_id as CorpsId,
    personId: row.person_id as PersonId,
    sessionId: row.session_id as SessionId,
    recordingId: row.recording_id as RecordingId,
    expiresAt: row.expires_at,
  }
}
