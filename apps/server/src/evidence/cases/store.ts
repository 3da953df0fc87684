import type { ApprovalId, CorpsId, JsonValue, PackageId, PersonId, RecordingId } from '@getuige/base'
import { sql } from 'kysely'
import { deleteOfGone, type Over } from '#recordings'
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
      approval_id: string | null
      details: unknown
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
  approvalId: ApprovalId
  /** What is entered when it is fetched. */
  details: Readonly<Record<string, JsonValue>>
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
      approval_id: made.approvalId,
      details: JSON.stringify(made.details),
    })
    .execute()
}

/** A package that this person may fetch now. Undefined when it is another's, was fetched, or its time is over. */
export async function findPackage(
  db: Reader,
  packageId: PackageId,
  person: Readonly<{ id: PersonId; corpsId: CorpsId }>,
  now: Date,
): Promise<ExportPackage | undefined> {
  return (await listPackages(db, person, now)).find(({ id }) => id === packageId)
}

/** All that this person may fetch now, first to end first. */
export async function listPackages(
  db: Reader,
  person: Readonly<{ id: PersonId; corpsId: CorpsId }>,
  now: Date,
): Promise<ExportPackage[]> {
  const rows = await db
    .selectFrom('export_package')
    .selectAll()
    .where('corps_id', '=', person.corpsId)
    .where('person_id', '=', person.id)
    .where('fetched_at', 'is', null)
    .where('approval_id', 'is not', null)
    .where('expires_at', '>', now)
    .orderBy('expires_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id as PackageId,
    corpsId: row.corps_id as CorpsId,
    recordingId: row.recording_id as RecordingId,
    personId: row.person_id as PersonId,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    seal: sealOf(row.age_recipient, row.certificate),
    approvalId: row.approval_id as ApprovalId,
    details: row.details as ExportPackage['details'],
  }))
}

/**
 * Take the package to be fetched: once. False when it was fetched or its time is over; of two fetches at once, one gets
 * it.
 */
export async function claimPackage(tx: Tx, packageId: PackageId, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('export_package')
    .set({ fetched_at: now })
    .where('id', '=', packageId)
    .where('fetched_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function sealOf(recipient: string | null, certificate: string | null): PackageSeal | undefined {
  if (recipient !== null) return { kind: 'age', recipient }
  return certificate === null ? undefined : { kind: 'certificate', certificate }
}

/** Packages of recordings that are gone for as long as the custody log keeps its words. A page; answers how many. */
export async function forgetPackages(tx: Tx, over: Over) {
  return { export_package: await deleteOfGone(tx, over, 'export_package', sql`greatest(o.created_at, o.fetched_at)`) }
}
