import type { CorpsId } from '@getuige/base'
import { sql } from 'kysely'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    corps_authority: {
      corps_id: string
      certificate: Uint8Array
      signing_certificate: Uint8Array
      signing_until: Date
    }
  }
}

/** Certificates in DER. */
export type AuthorityRow = Readonly<{
  corpsId: CorpsId
  certificate: Uint8Array
  signingCertificate: Uint8Array
  signingUntil: Date
}>

export async function findAuthority(db: Reader, corpsId: CorpsId): Promise<AuthorityRow | undefined> {
  const row = await db.selectFrom('corps_authority').selectAll().where('corps_id', '=', corpsId).executeTakeFirst()
  if (row === undefined) return undefined
  return {
    corpsId,
    certificate: row.certificate,
    signingCertificate: row.signing_certificate,
    signingUntil: row.signing_until,
  }
}

/** Of several who make or renew it at once, one does; the others wait and find it made. */
export async function lockAuthority(tx: Tx, corpsId: CorpsId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`getuige/authority/${corpsId}`}))`.execute(tx)
}

export async function upsertAuthority(tx: Tx, row: AuthorityRow): Promise<void> {
  const signing = { signing_certificate: row.signingCertificate, signing_until: row.signingUntil }
  await tx
    .insertInto('corps_authority')
    .values({ corps_id: row.corpsId, certificate: row.certificate, ...signing })
    .onConflict((conflict) => conflict.column('corps_id').doUpdateSet(signing))
    .execute()
}
