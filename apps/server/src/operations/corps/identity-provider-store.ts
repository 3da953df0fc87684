import type { CorpsId, PersonId } from '@getuige/base'
import type { ProviderSettings } from '@getuige/contract'
import type { Selectable } from 'kysely'
import type { Reader, Tx } from '#platform/database'

type IdentityTable = {
  corps_id: string
  person_id: string
  issuer: string
  login: string
  subject: string | null
  invited_at: Date
  linked_at: Date | null
  last_used_at: Date | null
}

declare module '#platform/database' {
  interface Tables {
    identity_provider: { corps_id: string; settings: unknown; sealed_secret: Uint8Array; changed_at: Date }
    person_identity: IdentityTable
  }
}

export type Provider = Readonly<{ corpsId: CorpsId; settings: ProviderSettings; sealedSecret: Uint8Array }>
/** `subject` and `linkedAt` are null until the first sign-in. */
export type Identity = Readonly<{
  personId: PersonId
  issuer: string
  login: string
  subject: string | null
  linkedAt: Date | null
  lastUsedAt: Date | null
}>

/** In the order in which they were set up last. */
export async function listProviders(db: Reader): Promise<Provider[]> {
  const rows = await db.selectFrom('identity_provider').selectAll().orderBy('corps_id').execute()
  return rows.map((row) => ({
    corpsId: row.corps_id as CorpsId,
    settings: row.settings as ProviderSettings,
    sealedSecret: row.sealed_secret,
  }))
}

export async function findProvider(db: Reader, corpsId: CorpsId): Promise<Provider | undefined> {
  return (await listProviders(db)).find((provider) => provider.corpsId === corpsId)
}

export async function putProvider(tx: Tx, provider: Provider, changedAt: Date): Promise<void> {
  const values = {
    settings: JSON.stringify(provider.settings),
    sealed_secret: provider.sealedSecret,
    changed_at: changedAt,
  }
  await tx
    .insertInto('identity_provider')
    .values({ corps_id: provider.corpsId, ...values })
    .onConflict((conflict) => conflict.column('corps_id').doUpdateSet(values))
    .execute()
}

/** Answers false when the corps has none. */
export async function deleteProvider(tx: Tx, corpsId: CorpsId): Promise<boolean> {
  const result = await tx.deleteFrom('identity_provider').where('corps_id', '=', corpsId).executeTakeFirst()
  return result.numDeletedRows === 1n
}

function toIdentity(row: Selectable<IdentityTable>): Identity {
  return {
    personId: row.person_id as PersonId,
    issuer: row.issuer,
    login: row.login,
    subject: row.subject,
    linkedAt: row.linked_at,
    lastUsedAt: row.last_used_at,
  }
}

export async function findIdentityOf(db: Reader, personId: PersonId): Promise<Identity | undefined> {
  const row = await db.selectFrom('person_identity').selectAll().where('person_id', '=', personId).executeTakeFirst()
  return row === undefined ? undefined : toIdentity(row)
}

/** Who has this subject; else who was invited by this login and never came. Locked until the transaction ends. */
export async function lockIdentity(
  tx: Tx,
  corpsId: CorpsId,
  { issuer, subject, login }: Readonly<{ issuer: string; subject: string; login: string | undefined }>,
): Promise<Identity | undefined> {
  const rows = await tx
    .selectFrom('person_identity')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('issuer', '=', issuer)
    .where((eb) =>
      login === undefined
        ? eb('subject', '=', subject)
        : eb.or([eb('subject', '=', subject), eb.and([eb('subject', 'is', null), eb('login', '=', login)])]),
    )
    .forUpdate()
    .execute()
  const row = rows.find((one) => one.subject !== null) ?? rows[0]
  return row === undefined ? undefined : toIdentity(row)
}

/** Answers false when somebody else of the corps stands at that login or subject. */
export async function putIdentity(
  tx: Tx,
  corpsId: CorpsId,
  identity: Omit<Identity, 'lastUsedAt'>,
  now: Date,
): Promise<boolean> {
  await deleteIdentity(tx, identity.personId)
  const result = await tx
    .insertInto('person_identity')
    .values({
      corps_id: corpsId,
      person_id: identity.personId,
      issuer: identity.issuer,
      login: identity.login,
      subject: identity.subject,
      invited_at: now,
      linked_at: identity.linkedAt,
      last_used_at: identity.linkedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function updateIdentityUse(tx: Tx, personId: PersonId, at: Date): Promise<void> {
  await tx.updateTable('person_identity').set({ last_used_at: at }).where('person_id', '=', personId).execute()
}

/** Answers false when there was none. */
export async function deleteIdentity(tx: Tx, personId: PersonId): Promise<boolean> {
  const result = await tx.deleteFrom('person_identity').where('person_id', '=', personId).executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** In the corps that the reader sees. */
export async function findIdentityBySubject(
  db: Reader,
  issuer: string,
  subject: string,
): Promise<Identity | undefined> {
  const row = await db
    .selectFrom('person_identity')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row === undefined ? undefined : toIdentity(row)
}
