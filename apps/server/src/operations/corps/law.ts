import type { CorpsId, PersonId } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Generated } from 'kysely'
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
    })
    .execute()
}
