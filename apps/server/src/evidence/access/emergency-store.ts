import type { CorpsId, GrantId, PersonActor, PersonId, RecordingId } from '@getuige/base'
import { type Selectable, sql } from 'kysely'
import type { Reader, Tx } from '#platform/database'
import { type Somebody, somebody } from './mandate-store.ts'

type EmergencyTable = {
  id: string
  corps_id: string
  recording_id: string
  person_id: string
  person: unknown
  danger: string
  opened_at: Date
  until_at: Date
  justify_by: Date
  justified_at: Date | null
  justification: string | null
  reference: string | null
  judged_at: Date | null
  judged_by: string | null
  judge: unknown
  verdict: string | null
  judgement: string | null
  alarmed_at: Date | null
}

declare module '#platform/database' {
  interface Tables {
    emergency: EmergencyTable
  }
}

export type Verdict = 'justified' | 'not-justified'

export type EmergencyRow = Readonly<{
  id: GrantId
  corpsId: CorpsId
  recordingId: RecordingId
  personId: PersonId
  person: Somebody
  danger: string
  openedAt: Date
  untilAt: Date
  justifyBy: Date
  justified: Readonly<{ at: Date; words: string; reference: string | null }> | null
  judged: Readonly<{ at: Date; by: Somebody; verdict: Verdict; words: string }> | null
}>

function toEmergency(row: Selectable<EmergencyTable>): EmergencyRow {
  return {
    id: row.id as GrantId,
    corpsId: row.corps_id as CorpsId,
    recordingId: row.recording_id as RecordingId,
    personId: row.person_id as PersonId,
    person: row.person as Somebody,
    danger: row.danger,
    openedAt: row.opened_at,
    untilAt: row.until_at,
    justifyBy: row.justify_by,
    justified:
      row.justified_at === null
        ? null
        : { at: row.justified_at, words: row.justification ?? '', reference: row.reference },
    judged:
      row.judged_at === null
        ? null
        : {
            at: row.judged_at,
            by: row.judge as Somebody,
            verdict: row.verdict === 'justified' ? 'justified' : 'not-justified',
            words: row.judgement ?? '',
          },
  }
}

export async function insertEmergency(tx: Tx, emergency: Omit<EmergencyRow, 'justified' | 'judged'>): Promise<void> {
  await tx
    .insertInto('emergency')
    .values({
      id: emergency.id,
      corps_id: emergency.corpsId,
      recording_id: emergency.recordingId,
      person_id: emergency.personId,
      person: JSON.stringify(emergency.person),
      danger: emergency.danger,
      opened_at: emergency.openedAt,
      until_at: emergency.untilAt,
      justify_by: emergency.justifyBy,
      justified_at: null,
      justification: null,
      reference: null,
      judged_at: null,
      judged_by: null,
      judge: null,
      verdict: null,
      judgement: null,
      alarmed_at: null,
    })
    .execute()
}

/** Whether this person owes the words of an emergency of before, and its time is over. */
export async function owesWords(tx: Reader, person: PersonActor, now: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('emergency')
    .select('id')
    .where('corps_id', '=', person.corpsId)
    .where('person_id', '=', person.id)
    .where('justified_at', 'is', null)
    .where('justify_by', '<=', now)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function lockEmergency(tx: Tx, corpsId: CorpsId, id: GrantId): Promise<EmergencyRow | undefined> {
  const row = await tx
    .selectFrom('emergency')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toEmergency(row)
}

export async function updateJustified(
  tx: Tx,
  id: GrantId,
  said: Readonly<{ at: Date; words: string; reference: string | null }>,
): Promise<void> {
  await tx
    .updateTable('emergency')
    .set({ justified_at: said.at, justification: said.words, reference: said.reference })
    .where('id', '=', id)
    .execute()
}

export async function updateJudged(
  tx: Tx,
  id: GrantId,
  judged: Readonly<{ at: Date; by: PersonActor; verdict: Verdict; words: string }>,
): Promise<void> {
  await tx
    .updateTable('emergency')
    .set({
      judged_at: judged.at,
      judged_by: judged.by.id,
      judge: JSON.stringify(somebody(judged.by)),
      verdict: judged.verdict,
      judgement: judged.words,
    })
    .where('id', '=', id)
    .execute()
}

export type ListedEmergency = EmergencyRow & Readonly<{ recordedAt: Date; cameraLabel: string }>

/** Those that wait for somebody's words before all others, then newest first. `of`: of one person alone. */
export async function listEmergencies(
  db: Reader,
  corpsId: CorpsId,
  of: PersonId | undefined,
  limit: number,
): Promise<ListedEmergency[]> {
  const all = db
    .selectFrom('emergency as e')
    .innerJoin('recording as r', 'r.id', 'e.recording_id')
    .innerJoin('camera as c', 'c.id', 'r.camera_id')
    .selectAll('e')
    .select(['r.recorded_at', 'c.label'])
    .where('e.corps_id', '=', corpsId)
  const rows = await (of === undefined ? all : all.where('e.person_id', '=', of))
    .orderBy(sql`e.judged_at is not null`)
    .orderBy('e.opened_at', 'desc')
    .orderBy('e.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ recorded_at: recordedAt, label: cameraLabel, ...row }) => ({
    ...toEmergency(row),
    recordedAt,
    cameraLabel,
  }))
}

/** Emergencies of a recording that the webhook was not told of yet. */
export async function listUnalarmed(
  db: Reader,
  corpsId: CorpsId,
  recordingId: RecordingId,
): Promise<readonly Readonly<{ id: GrantId; openedAt: Date }>[]> {
  const rows = await db
    .selectFrom('emergency')
    .select(['id', 'opened_at'])
    .where('corps_id', '=', corpsId)
    .where('recording_id', '=', recordingId)
    .where('alarmed_at', 'is', null)
    .orderBy('opened_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ id: row.id as GrantId, openedAt: row.opened_at }))
}

export async function updateAlarmed(db: Reader, id: GrantId, at: Date): Promise<void> {
  await db.updateTable('emergency').set({ alarmed_at: at }).where('id', '=', id).execute()
}
