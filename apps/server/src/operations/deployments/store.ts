import type { PersonId, RecordingId } from '@getuige/base'
import { type Generated, sql, type SqlBool } from 'kysely'
import { deleteOfGone, type Over } from '#recordings'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    activation_record: {
      corps_id: Generated<string>
      recording_id: string
      first_warning_at: Date | null
      second_warning_at: Date | null
      exception: string | null
      trigger: string
      effect: string
      note: string
      completed_at: Date
      completed_by: string
    }
  }
}

export type ActivationRow = Readonly<{
  firstWarningAt: Date | null
  secondWarningAt: Date | null
  exception: string | null
  trigger: string
  effect: 'calmed' | 'unchanged' | 'escalated'
  note: string
  completedAt: Date
  completedBy: PersonId
}>
export type StoredActivation = Omit<ActivationRow, 'completedBy'> & Readonly<{ completedBy: string }>

/** With the name of who completed it last. */
export async function findActivation(db: Reader, recordingId: RecordingId): Promise<StoredActivation | undefined> {
  const row = await db
    .selectFrom('activation_record as a')
    .innerJoin('person as p', 'p.id', 'a.completed_by')
    .selectAll('a')
    .select('p.name')
    .where('recording_id', '=', recordingId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    firstWarningAt: row.first_warning_at,
    secondWarningAt: row.second_warning_at,
    exception: row.exception,
    trigger: row.trigger,
    effect: row.effect as ActivationRow['effect'],
    note: row.note,
    completedAt: row.completed_at,
    completedBy: row.name,
  }
}

/** The warnings of these recordings, as their records say, in the order of time. */
export async function listWarnings(
  db: Reader,
  recordingIds: readonly RecordingId[],
): Promise<{ recordingId: RecordingId; at: Date; which: 'first' | 'second' }[]> {
  if (recordingIds.length === 0) return []
  const rows = await db
    .selectFrom('activation_record')
    .select(['recording_id', 'first_warning_at', 'second_warning_at'])
    .where(sql<SqlBool>`recording_id = any(${recordingIds})`)
    .execute()
  return rows
    .flatMap((row) => {
      const recordingId = row.recording_id as RecordingId
      const at = (which: 'first' | 'second', when: Date | null) =>
        when === null ? [] : [{ recordingId, at: when, which }]
      return [...at('first', row.first_warning_at), ...at('second', row.second_warning_at)]
    })
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

export async function upsertActivation(tx: Tx, recordingId: RecordingId, record: ActivationRow): Promise<void> {
  const values = {
    first_warning_at: record.firstWarningAt,
    second_warning_at: record.secondWarningAt,
    exception: record.exception,
    trigger: record.trigger,
    effect: record.effect,
    note: record.note,
    completed_at: record.completedAt,
    completed_by: record.completedBy,
  }
  await tx
    .insertInto('activation_record')
    .values({ recording_id: recordingId, ...values })
    .onConflict((conflict) => conflict.column('recording_id').doUpdateSet(values))
    .execute()
}

/** Of recordings that are gone for as long as the custody log keeps its words. A page; answers how many. */
export async function forgetActivations(tx: Tx, over: Over) {
  return { activation_record: await deleteOfGone(tx, over, 'activation_record', sql`o.completed_at`) }
}
