import type { CorpsId, PersonId } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import { type Generated, sql } from 'kysely'
import type { Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    corps_law: {
      serial: Generated<number>
      corps_id: string
      law: string
      in_force_from: Date
      adopted_at: Date
      adopted_by: string | null
      approved_by: string | null
      reason: string
      also_existing: Generated<boolean>
      existing_done_at: Date | null
    }
  }
}

/** That a corps took a law, from an instant on. */
export type Adoption = Readonly<{
  law: LawKey
  inForceFrom: Date
  adoptedAt: Date
  /** Null where it was chosen before adoptions were kept, or when the corps was established. */
  adoptedBy: PersonId | null
  approvedBy: PersonId | null
  reason: string
  /** The days of recordings that were there already move too, where that is earlier. */
  alsoExisting: boolean
}>

/** In the order in which they come into force; of those for one instant the one adopted last is the last. Never empty. */
export async function listAdoptions(db: Reader, corpsId: CorpsId): Promise<Adoption[]> {
  const rows = await db
    .selectFrom('corps_law')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .orderBy('in_force_from')
    .orderBy('serial')
    .execute()
  return rows.map((row) => ({
    law: row.law as LawKey,
    inForceFrom: row.in_force_from,
    adoptedAt: row.adopted_at,
    adoptedBy: row.adopted_by as PersonId | null,
    approvedBy: row.approved_by as PersonId | null,
    reason: row.reason,
    alsoExisting: row.also_existing,
  }))
}

/** The law in force at an instant; before the first adoption, the first. */
export function decideLawAt(adoptions: readonly Pick<Adoption, 'law' | 'inForceFrom'>[], at: Date): LawKey {
  const inForce = adoptions.findLast(({ inForceFrom }) => inForceFrom <= at) ?? adoptions[0]
  if (inForce === undefined) throw new Error('a corps has adopted no law')
  return inForce.law
}

export async function insertAdoption(tx: Tx, corpsId: CorpsId, adoption: Adoption): Promise<void> {
  await tx
    .insertInto('corps_law')
    .values({
      corps_id: corpsId,
      law: adoption.law,
      in_force_from: adoption.inForceFrom,
      adopted_at: adoption.adoptedAt,
      adopted_by: adoption.adoptedBy,
      approved_by: adoption.approvedBy,
      reason: adoption.reason,
      also_existing: adoption.alsoExisting,
      existing_done_at: null,
    })
    .execute()
}

/** Adoptions in force that reach recordings already there and were not yet applied to all of them, first adopted first. */
export async function listUnapplied(
  db: Reader,
  now: Date,
): Promise<(Pick<Adoption, 'law' | 'inForceFrom'> & Readonly<{ serial: number; corpsId: CorpsId }>)[]> {
  const rows = await db
    .selectFrom('corps_law')
    .select(['serial', 'corps_id', 'law', 'in_force_from'])
    .where('also_existing', '=', true)
    .where('existing_done_at', 'is', null)
    .where('in_force_from', '<=', now)
    .orderBy('serial')
    .execute()
  return rows.map((row) => ({
    serial: row.serial,
    corpsId: row.corps_id as CorpsId,
    law: row.law as LawKey,
    inForceFrom: row.in_force_from,
  }))
}

export async function updateApplied(db: Reader, corpsId: CorpsId, serial: number, at: Date): Promise<void> {
  await db
    .updateTable('corps_law')
    .set({ existing_done_at: at })
    .where('corps_id', '=', corpsId)
    .where('serial', '=', serial)
    .execute()
}

/** Why a law was adopted that another took the place of, as long ago as the custody log keeps its words. Answers of how many. */
export async function forgetLawReasons(tx: Tx, { before }: Readonly<{ before: Date }>) {
  const { numAffectedRows } = await sql`update corps_law l set reason = ''
    where l.reason <> '' and l.adopted_at < ${before} and exists (select from corps_law n where n.corps_id = l.corps_id
      and n.in_force_from < ${before} and (n.in_force_from, n.serial) > (l.in_force_from, l.serial))`.execute(tx)
  return { corps_law: Number(numAffectedRows ?? 0n) }
}
