import { randomBytes } from 'node:crypto'
import type { CorpsId, PersonActor, PersonId } from '@getuige/base'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { approverRolesOf } from './founding.ts'
import { hashPassword, newOneTimePassword } from './passwords.ts'
import { demandHere } from './people.ts'
import { deletePasskeysOf, deleteRecovery, listRecoveries, replaceRecovery } from './recovery-store.ts'
import { endSessionsOf } from './sessions.ts'
import { findPersonByLogin, listAble, lockFounding, type Person, updateFounding, updatePassword } from './store.ts'
import { deleteTotp } from './totp-store.ts'
import { giveBackTries } from './tries.ts'

/** How long whoever asked has to take the one-time password. */
const takeHours = 24

/** Everything that let the person in ends: sessions, factors, password. */
async function endAccess(tx: Tx, record: RecordCorps, person: Person, passwordHash: string): Promise<void> {
  await deleteTotp(tx, person.id)
  await deletePasskeysOf(tx, person.id)
  await updatePassword(tx, person.id, passwordHash, true)
  await giveBackTries(tx, person.login)
  await endSessionsOf(tx, record, person.id, 'recovery')
}

/**
 * End what let somebody in, as two people agreed, within the act of the second. The one-time password is made when whoever
 * asked takes it. Neither of the two is the person. Custody: `account-recovered`.
 */
export async function recoverAccount(
  deps: CorpsDeps,
  tx: Tx,
  record: RecordCorps,
  request: Readonly<{
    corpsId: CorpsId
    approvalId: string
    asker: PersonActor
    approver: PersonActor
    personId: PersonId
  }>,
): Promise<void> {
  const { corpsId, approvalId, asker, approver, personId } = request
  if (approver.id === personId || asker.id === personId) throw new AppError('person/not-oneself')
  const person = await demandHere(tx, corpsId, personId)
  const untilAt = new Date(deps.clock.now().getTime() + takeHours * 3_600_000)
  await replaceRecovery(tx, { personId, corpsId, approvalId, askedBy: asker.id, untilAt })
  await record({ type: 'account-recovered', recordingId: null, details: { personId, approvalId, askedBy: asker.id } })
  // Of no password: nobody signs in until whoever asked takes one.
  await endAccess(tx, record, person, `unusable:${randomBytes(16).toString('hex')}`)
}

/** For whoever asked, once: a one-time password. Throws `person/no-recovery`. Custody: `recovery-taken`. */
export async function takeRecovery(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<string> {
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  await deps.act(actor, async (tx, record) => {
    await demandHere(tx, actor.corpsId, personId)
    const recoveries = await listRecoveries(tx, actor.corpsId, deps.clock.now())
    const recovery = recoveries.find((each) => each.personId === personId && each.askedBy === actor.id)
    if (recovery === undefined || !(await deleteRecovery(tx, personId))) throw new AppError('person/no-recovery')
    await updatePassword(tx, personId, passwordHash, true)
    const details = { personId, approvalId: recovery.approvalId }
    await record({ type: 'recovery-taken', recordingId: null, details })
  })
  return oneTimePassword
}

/**
 * Let somebody in again by who runs the server, where no two people of the corps can: answers a one-time password;
 * undefined when nobody who works here has the login. Where fewer than two could approve roles the corps is founded anew.
 * Custody: `account-recovered`, and `founding-reopened` where that is so.
 */
export async function recoverByOperator(
  deps: CorpsDeps,
  login: string,
  reason: string,
): Promise<Readonly<{ oneTimePassword: string; isFoundingAgain: boolean }> | undefined> {
  const found = await findPersonByLogin(deps.db.everyCorps, login)
  if (found === undefined || found.leftAt !== null) return undefined
  const { corpsId, id: personId } = found
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  return deps.act({ kind: 'system', corpsId }, async (tx, record) => {
    const foundedAt = await lockFounding(tx, corpsId)
    const person = await demandHere(tx, corpsId, personId)
    const details = { personId, by: 'operator', reason }
    await record({ type: 'account-recovered', recordingId: null, details })
    await endAccess(tx, record, person, passwordHash)
    const approvers = await approverRolesOf(tx, corpsId, deps.clock.now())
    const isFoundingAgain = foundedAt !== null && (await listAble(tx, corpsId, approvers)).length < 2
    if (isFoundingAgain) {
      await updateFounding(tx, corpsId, null)
      await record({ type: 'founding-reopened', recordingId: null, details: { by: 'operator', reason } })
    }
    return { oneTimePassword, isFoundingAgain }
  })
}
