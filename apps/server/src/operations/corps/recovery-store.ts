import type { CorpsId, PersonId } from '@getuige/base'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    account_recovery: {
      person_id: string
      corps_id: string
      approval_id: string
      asked_by: string
      until_at: Date
    }
  }
}

/** A recovery that two people agreed on, until whoever asked takes the one-time password. */
export type Recovery = Readonly<{
  personId: PersonId
  corpsId: CorpsId
  approvalId: string
  askedBy: PersonId
  untilAt: Date
}>

/** The one before, if there is one, ends. */
export async function replaceRecovery(tx: Tx, recovery: Recovery): Promise<void> {
  await deleteRecovery(tx, recovery.personId)
  await tx
    .insertInto('account_recovery')
    .values({
      person_id: recovery.personId,
      corps_id: recovery.corpsId,
      approval_id: recovery.approvalId,
      asked_by: recovery.askedBy,
      until_at: recovery.untilAt,
    })
    .execute()
}

/** Answers false when there was none. */
export async function deleteRecovery(tx: Tx, personId: PersonId): Promise<boolean> {
  const result = await tx.deleteFrom('account_recovery').where('person_id', '=', personId).executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Those that may be taken now, of everybody in the corps. */
export async function listRecoveries(db: Reader, corpsId: CorpsId, now: Date): Promise<Recovery[]> {
  const rows = await db
    .selectFrom('account_recovery')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('until_at', '>', now)
    .execute()
  return rows.map((row) => ({
    personId: row.person_id as PersonId,
    corpsId: row.corps_id as CorpsId,
    approvalId: row.approval_id,
    askedBy: row.asked_by as PersonId,
    untilAt: row.until_at,
  }))
}

export async function deletePasskeysOf(tx: Tx, personId: PersonId): Promise<void> {
  await tx.deleteFrom('passkey').where('person_id', '=', personId).execute()
}
