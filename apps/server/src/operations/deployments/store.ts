import type { PersonId, RecordingId } from '@getuige/base'
import type { Generated } from 'kysely'
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
