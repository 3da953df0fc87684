import type { CorpsId, PersonId } from '@getuige/base'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    totp: {
      person_id: string
      corps_id: string
      sealed_secret: Uint8Array
      begun_at: Date
      confirmed_at: Date | null
      last_step: number
    }
  }
}

export async function findConfirmed(
  db: Reader,
  personId: PersonId,
): Promise<Readonly<{ sealedSecret: Uint8Array; confirmedAt: Date }> | undefined> {
  const row = await db
    .selectFrom('totp')
    .select(['sealed_secret', 'confirmed_at'])
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  if (row === undefined || row.confirmed_at === null) return undefined
  return { sealedSecret: row.sealed_secret, confirmedAt: row.confirmed_at }
}

/** Who of the corps has an authenticator. */
export async function listWithTotp(db: Reader, corpsId: CorpsId): Promise<PersonId[]> {
  const rows = await db
    .selectFrom('totp')
    .select('person_id')
    .where('corps_id', '=', corpsId)
    .where('confirmed_at', 'is not', null)
    .execute()
  return rows.map((row) => row.person_id as PersonId)
}

export async function findBegunSecret(db: Reader, personId: PersonId): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('totp')
    .select('sealed_secret')
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return row?.sealed_secret
}

export async function replaceBegun(
  db: Reader,
  { id, corpsId }: Readonly<{ id: PersonId; corpsId: CorpsId }>,
  sealedSecret: Uint8Array,
  at: Date,
): Promise<void> {
  await db
    .insertInto('totp')
    .values({
      person_id: id,
      corps_id: corpsId,
      sealed_secret: sealedSecret,
      begun_at: at,
      confirmed_at: null,
      last_step: 0,
    })
    .onConflict((conflict) =>
      conflict
        .column('person_id')
        .where('confirmed_at', 'is', null)
        .doUpdateSet({ sealed_secret: sealedSecret, begun_at: at }),
    )
    .execute()
}

/** The one that was begun takes the place of the former one. Answers false when none was begun. */
export async function confirmBegun(tx: Tx, personId: PersonId, step: number, at: Date): Promise<boolean> {
  await tx.deleteFrom('totp').where('person_id', '=', personId).where('confirmed_at', 'is not', null).execute()
  const result = await tx
    .updateTable('totp')
    .set({ confirmed_at: at, last_step: step })
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Answers false when a code of this step or a later one was taken before. */
export async function takeStep(db: Reader, personId: PersonId, step: number): Promise<boolean> {
  const result = await db
    .updateTable('totp')
    .set({ last_step: step })
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is not', null)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** The authenticator, and one that was begun. */
export async function deleteTotp(tx: Tx, personId: PersonId): Promise<void> {
  await tx.deleteFrom('totp').where('person_id', '=', personId).execute()
}
