import type { CorpsId, PersonActor, PersonId, Role } from '@getuige/base'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { approverRolesOf } from './founding.ts'
import { deleteIdentity } from './identity-provider-store.ts'
import { hashPassword, newOneTimePassword } from './passwords.ts'
import { demandHere } from './people.ts'
import { deletePasskeysOf, deleteRecovery, listRecoveries, replaceRecovery } from './recovery-store.ts'
import { endSessionsOf, newToken } from './sessions.ts'
import {
  countOthersWith,
  findPersonByLogin,
  giveOneTimePassword,
  listAble,
  lockFounding,
  type PasswordGiven,
  type Person,
  updateFounding,
  updatePerson,
} from './store.ts'
import { deleteTotp } from './totp-store.ts'
import { giveBackTries } from './tries.ts'

/** How long whoever asked has to take the one-time password. */
const takeHours = 24

/** Everything that let the person in ends: sessions, factors, password, who they are at a provider. */
async function endAccess(
  tx: Tx,
  record: RecordCorps,
  person: Person,
  passwordHash: string,
  given: PasswordGiven,
): Promise<void> {
  await deleteTotp(tx, person.id)
  await deletePasskeysOf(tx, person.id)
  await deleteIdentity(tx, person.id)
  await giveOneTimePassword(tx, person.id, passwordHash, given)
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
  // Nobody knows it: nobody signs in until whoever asked takes one that is shown.
  const passwordHash = await hashPassword(newToken())
  await endAccess(tx, record, person, passwordHash, { at: deps.clock.now(), by: asker.id })
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
    await giveOneTimePassword(tx, personId, passwordHash, { at: deps.clock.now(), by: actor.id })
    const details = { personId, approvalId: recovery.approvalId }
    await record({ type: 'recovery-taken', recordingId: null, details })
  })
  return oneTimePassword
}

/**
 * Let somebody in again by who runs the server, where no two people of the corps can: answers a one-time password;
 * undefined when nobody who works here has the login. Where nobody is an administrator they are one from now on. Where,
 * with them, fewer than two could approve roles the corps is founded anew. Custody: `account-recovered`, and
 * `roles-widened` and `founding-reopened` where that is so.
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
    await endAccess(tx, record, person, passwordHash, { at: deps.clock.now(), by: null })
    const isAdministrator = person.roles.includes('administrator')
    const nobodyIs = !isAdministrator && (await countOthersWith(tx, corpsId, 'administrator', personId)) === 0
    const roles: readonly Role[] = nobodyIs ? [...person.roles, 'administrator'] : person.roles
    if (nobodyIs) {
      await updatePerson(tx, personId, { roles })
      const widened = { personId, added: ['administrator'], by: 'operator', reason }
      await record({ type: 'roles-widened', recordingId: null, details: widened })
    }
    const approvers = await approverRolesOf(tx, corpsId, deps.clock.now())
    const able = new Set(await listAble(tx, corpsId, approvers))
    if (roles.some((role) => approvers.includes(role))) able.add(personId)
    const isFoundingAgain = foundedAt !== null && able.size < 2
    if (isFoundingAgain) {
      await updateFounding(tx, corpsId, null)
      await record({ type: 'founding-reopened', recordingId: null, details: { by: 'operator', reason } })
    }
    return { oneTimePassword, isFoundingAgain }
  })
}
