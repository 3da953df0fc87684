import type { CorpsId, PasskeyId, PersonId } from '@getuige/base'
import type { Selectable } from 'kysely'
import type { Reader, Tx } from '#platform/database'

type PasskeyTable = {
  id: string
  corps_id: string
  person_id: string
  credential_id: Uint8Array
  public_key: Uint8Array
  counter: number
  transports: string[]
  is_synced: boolean
  name: string
  created_at: Date
  last_used_at: Date | null
}

declare module '#platform/database' {
  interface Tables {
    passkey: PasskeyTable
  }
}

export type Passkey = Readonly<{
  id: PasskeyId
  corpsId: CorpsId
  personId: PersonId
  credentialId: Uint8Array
  publicKey: Uint8Array
  /** How often it was used, as far as it tells: those that are copied between devices always say 0. */
  counter: number
  transports: readonly string[]
  isSynced: boolean
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}>

function toPasskey(row: Selectable<PasskeyTable>): Passkey {
  return {
    id: row.id as PasskeyId,
    corpsId: row.corps_id as CorpsId,
    personId: row.person_id as PersonId,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    isSynced: row.is_synced,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}

/** Answers false when somebody has this very credential already. */
export async function insertPasskey(tx: Tx, passkey: Passkey): Promise<boolean> {
  const result = await tx
    .insertInto('passkey')
    .values({
      id: passkey.id,
      corps_id: passkey.corpsId,
      person_id: passkey.personId,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: [...passkey.transports],
      is_synced: passkey.isSynced,
      name: passkey.name,
      created_at: passkey.createdAt,
      last_used_at: passkey.lastUsedAt,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The newest first. */
export async function listPasskeys(db: Reader, personId: PersonId): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkey')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toPasskey)
}

/** Who of the corps has a passkey. */
export async function listWithPasskey(db: Reader, corpsId: CorpsId): Promise<PersonId[]> {
  const rows = await db.selectFrom('passkey').select('person_id').distinct().where('corps_id', '=', corpsId).execute()
  return rows.map((row) => row.person_id as PersonId)
}

/** Locked until the transaction ends: of two uses at once the second is judged by the counter of the first. */
export async function lockPasskey(tx: Tx, credentialId: Uint8Array): Promise<Passkey | undefined> {
  const row = await tx
    .selectFrom('passkey')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toPasskey(row)
}

export async function updatePasskeyUse(
  tx: Tx,
  id: PasskeyId,
  use: Readonly<{ counter: number; isSynced: boolean; at: Date }>,
): Promise<void> {
  await tx
    .updateTable('passkey')
    .set({ counter: use.counter, is_synced: use.isSynced, last_used_at: use.at })
    .where('id', '=', id)
    .execute()
}

/** Answers false when the person has no such passkey. */
export async function deletePasskey(tx: Tx, personId: PersonId, id: PasskeyId): Promise<boolean> {
  const result = await tx
    .deleteFrom('passkey')
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}
