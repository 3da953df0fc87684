import type { CorpsId, PackageId, PersonId, RecordingId } from '@getuige/base'
import type { Reader, Tx } from '#platform/database'
import type { PackageSeal } from './encryption.ts'

declare module '#platform/database' {
  interface Tables {
    export_package: {
      id: string
      corps_id: string
      recording_id: string
      person_id: string
      created_at: Date
      expires_at: Date
      fetched_at: Date | null
      age_recipient: string | null
      certificate: string | null
    }
  }
}

export type ExportPackage = Readonly<{
  id: PackageId
  corpsId: CorpsId
  recordingId: RecordingId
  personId: PersonId
  createdAt: Date
  expiresAt: Date
  /** Undefined: anybody can open it. */
  seal: PackageSeal | undefined
}>

export async function insertPackage(tx: Tx, made: ExportPackage): Promise<void> {
  await tx
    .insertInto('export_package')
    .values({
      id: made.id,
      corps_id: made.corpsId,
      recording_id: made.recordingId,
      person_id: made.personId,
      created_at: made.createdAt,
      expires_at: made.expiresAt,
      fetched_at: null,
      age_recipient: made.seal?.kind === 'age' ? made.seal.recipient : null,
      certificate: made.seal?.kind === 'certificate' ? made.seal.certificate : null,
    })
    .execute()
}

/**
 * Take the package to be fetched: of this person, within its time, and once. Undefined otherwise; of two fetches at
 * once, one gets it.
 */
export async function claimPackage(
  db: Reader,
  packageId: PackageId,
  person: Readonly<{ id: PersonId; corpsId: CorpsId }>,
  now: Date,
): Promise<ExportPackage | undefined> {
  const row = await db
    .updateTable('export_package')
    .set({ fetched_at: now })
    .where('id', '=', packageId)
    .where('corps_id', '=', person.corpsId)
    .where('person_id', '=', person.id)
    .where('fetched_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: packageId,
    corpsId: row.corps_id as CorpsId,
    recordingId: row.recording_id as RecordingId,
    personId: row.person_id as PersonId,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    seal: sealOf(row.age_recipient, row.certificate),
  }
}

function sealOf(recipient: string | null, certificate: string | null): PackageSeal | undefined {
  if (recipient !== null) return { kind: 'age', recipient }
  return certificate === null ? undefined : { kind: 'certificate', certificate }
}
