import type { CorpsId, Role } from '@getuige/base'
import { resolveLaw } from '@getuige/law'
import type { Reader, Tx } from '#platform/database'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { decideLawAt, listAdoptions } from './law.ts'
import { factorsOf } from './second-factor.ts'
import { listAble, type Person, updateFounding } from './store.ts'

/** Roles that approve a wider role, by the law in force for the corps. */
export async function approverRolesOf(db: Reader, corpsId: CorpsId, at: Date): Promise<readonly Role[]> {
  return resolveLaw(decideLawAt(await listAdoptions(db, corpsId), at)).approvals['widen-role'].roles
}

/**
 * End the founding of the corps once a second person signs in who could approve roles: from then on one must. Called
 * while the corps is locked and still being founded, by a sign-in that is complete. Custody: `founding-ended`.
 */
export async function endFounding(deps: CorpsDeps, tx: Tx, record: RecordCorps, person: Person): Promise<void> {
  const at = deps.clock.now()
  const approvers = await approverRolesOf(tx, person.corpsId, at)
  if (person.mustChangePassword || !person.roles.some((role) => approvers.includes(role))) return
  for (const id of await listAble(tx, person.corpsId, approvers)) {
    if (id === person.id) continue
    if (deps.asksSecondFactor && (await factorsOf(tx, id)).length === 0) continue
    await updateFounding(tx, person.corpsId, at)
    await record({ type: 'founding-ended', recordingId: null, details: { personIds: [id, person.id] } })
    return
  }
}
