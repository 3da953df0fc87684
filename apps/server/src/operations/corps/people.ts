import { type CorpsId, newId, type PersonActor, type PersonId, type Role } from '@getuige/base'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { hashPassword, newOneTimePassword } from './passwords.ts'
import { deleteRecovery } from './recovery-store.ts'
import { decideRoleChange, mayReplacePassword, rolesOnReturn } from './rules.ts'
import { factorsOf } from './second-factor.ts'
import { endSessionsOf } from './sessions.ts'
import {
  countOthersWith,
  findPerson,
  giveOneTimePassword,
  insertPerson,
  lockFounding,
  lockPerson,
  type Person,
  updatePerson,
} from './store.ts'
import { giveBackTries } from './tries.ts'

export type NewPerson = Readonly<{
  name: string
  title: string
  login: string
  roles: readonly Role[]
  /** For the second person who approves what reaches further than an enforcer's. */
  reason?: string | undefined
}>

/** Somebody in the corps, whether they work here or left. Until the transaction ends nobody else changes them. */
async function demandLocked(tx: Tx, corpsId: CorpsId, personId: PersonId): Promise<Person> {
  const person = await lockPerson(tx, corpsId, personId)
  if (person === undefined) throw new AppError('person/not-found')
  return person
}

export async function demandHere(tx: Tx, corpsId: CorpsId, personId: PersonId): Promise<Person> {
  const person = await demandLocked(tx, corpsId, personId)
  if (person.leftAt !== null) throw new AppError('person/left')
  return person
}

/** Without an administrator nobody could let people in: somebody else must be one. The corps is locked. */
async function requireAnotherAdministrator(tx: Tx, person: Person): Promise<void> {
  if (!person.roles.includes('administrator')) return
  if ((await countOthersWith(tx, person.corpsId, 'administrator', person.id)) === 0)
    throw new AppError('person/last-administrator')
}

/**
 * The one-time password is answered once and kept only as its hash. `awaited` are the roles to ask a second person for:
 * until then the account goes without. Custody: `person-added`.
 */
export async function addPerson(
  deps: CorpsDeps,
  actor: PersonActor,
  { reason, roles, ...named }: NewPerson,
): Promise<{ person: Person; oneTimePassword: string; awaited: readonly Role[] }> {
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  const createdAt = deps.clock.now()
  return deps.act(actor, async (tx, record) => {
    const isFounding = (await lockFounding(tx, actor.corpsId)) === null
    const change = decideRoleChange([], roles, isFounding)
    if (change.awaited.length > 0 && reason === undefined) throw new AppError('person/reason-missing')
    const person: Person = {
      ...named,
      roles: change.roles,
      id: newId('person', createdAt),
      corpsId: actor.corpsId,
      passwordHash,
      mustChangePassword: true,
      createdAt,
      leftAt: null,
      passwordGiven: { at: createdAt, by: actor.id },
    }
    if (!(await insertPerson(tx, person))) throw new AppError('person/login-taken')
    await record({
      type: 'person-added',
      recordingId: null,
      details: { personId: person.id, roles: [...change.roles], ...(isFounding ? { isFounding } : {}) },
    })
    return { person, oneTimePassword, awaited: change.awaited }
  })
}

/** Entries made before keep the name and title of their time. Custody: `person-changed`. */
export async function changePerson(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
  { name, title }: Readonly<{ name: string; title: string }>,
): Promise<Person> {
  return deps.act(actor, async (tx, record) => {
    const person = await demandLocked(tx, actor.corpsId, personId)
    await updatePerson(tx, personId, { name, title })
    const from = { name: person.name, title: person.title }
    await record({ type: 'person-changed', recordingId: null, details: { personId, from, to: { name, title } } })
    return { ...person, name, title }
  })
}

/**
 * Change somebody's roles: what is taken away ends at once, what reaches further is for the caller to ask a second person
 * for. Nobody gives themselves a role. Custody: `roles-changed`, unless all of it has to be asked.
 */
export async function changeRoles(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
  { roles, reason }: Readonly<{ roles: readonly Role[]; reason: string }>,
): Promise<{ person: Person; awaited: readonly Role[] }> {
  let result: { person: Person; awaited: readonly Role[] } | undefined
  await deps.act<unknown>(actor, async (tx, record) => {
    const isFounding = (await lockFounding(tx, actor.corpsId)) === null
    const person = await demandHere(tx, actor.corpsId, personId)
    const change = decideRoleChange(person.roles, roles, isFounding)
    const { removed, added, awaited } = change
    if (removed.includes('administrator')) await requireAnotherAdministrator(tx, person)
    if (personId === actor.id && added.length + awaited.length > 0) throw new AppError('person/not-oneself')
    result = { person: { ...person, roles: change.roles }, awaited }
    if (removed.length + added.length === 0) return deps.nothingToRecord
    await updatePerson(tx, personId, { roles: change.roles })
    const details = {
      personId,
      removed: [...removed],
      added: [...added],
      reason,
      ...(isFounding ? { isFounding } : {}),
    }
    return record({ type: 'roles-changed', recordingId: null, details })
  })
  if (result === undefined) throw new Error('an act decided nothing')
  return result
}

/**
 * Give somebody the roles that a second person approved, within that act. Throws `person/password-given` when somebody
 * was given a one-time password since it was asked: whom the second person judged may be another by now.
 * Custody: `roles-widened`.
 */
export async function widenRoles(
  tx: Tx,
  record: RecordCorps,
  request: Readonly<{
    corpsId: CorpsId
    approvalId: string
    approver: PersonActor
    personId: PersonId
    roles: readonly Role[]
    /** Of the person, as it was shown; null: never. */
    passwordGivenAt: string | null
  }>,
): Promise<void> {
  const { corpsId, personId, approvalId } = request
  if (request.approver.id === personId) throw new AppError('person/not-oneself')
  await lockFounding(tx, corpsId)
  const person = await demandHere(tx, corpsId, personId)
  if ((person.passwordGiven?.at.toISOString() ?? null) !== request.passwordGivenAt)
    throw new AppError('person/password-given')
  const added = request.roles.filter((role) => !person.roles.includes(role))
  await updatePerson(tx, personId, { roles: [...person.roles, ...added] })
  await record({ type: 'roles-widened', recordingId: null, details: { personId, added, approvalId } })
}

/** Access ends at once: sessions, steps towards one, and a recovery that waits. Custody: `person-left`, `session-ended`. */
export async function leaveCorps(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<Person> {
  const leftAt = deps.clock.now()
  return deps.act(actor, async (tx, record) => {
    await lockFounding(tx, actor.corpsId)
    const person = await demandHere(tx, actor.corpsId, personId)
    await requireAnotherAdministrator(tx, person)
    await updatePerson(tx, personId, { leftAt })
    await deleteRecovery(tx, personId)
    await record({ type: 'person-left', recordingId: null, details: { personId, roles: [...person.roles] } })
    await endSessionsOf(tx, record, personId, 'left')
    return { ...person, leftAt }
  })
}

/**
 * Somebody who left works here again, with what one administrator may give alone. Factors of before still count; the
 * password does not. Custody: `person-returned`.
 */
export async function returnToCorps(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
): Promise<{ person: Person; oneTimePassword: string }> {
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  return deps.act(actor, async (tx, record) => {
    const person = await demandLocked(tx, actor.corpsId, personId)
    if (person.leftAt === null) throw new AppError('person/not-left')
    const roles = rolesOnReturn(person.roles)
    const passwordGiven = { at: deps.clock.now(), by: actor.id }
    await updatePerson(tx, personId, { leftAt: null, roles })
    await giveOneTimePassword(tx, personId, passwordHash, passwordGiven)
    await record({ type: 'person-returned', recordingId: null, details: { personId, roles } })
    const back = { ...person, passwordHash, passwordGiven, roles, leftAt: null, mustChangePassword: true }
    return { person: back, oneTimePassword }
  })
}

/** Give back every try. Custody: `sign-in-unlocked`. */
export async function unlockPerson(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<Person> {
  return deps.act(actor, async (tx, record) => {
    const person = await findPerson(tx, actor.corpsId, personId)
    if (person === undefined) throw new AppError('person/not-found')
    await giveBackTries(tx, person.login)
    await record({ type: 'sign-in-unlocked', recordingId: null, details: { personId } })
    return person
  })
}

/**
 * A one-time password, by one administrator alone: for who never signed in, and for an enforcer without a second factor.
 * Ends the person's sessions. Custody: `password-reset`.
 */
export async function resetPassword(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<string> {
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  await deps.act(actor, async (tx, record) => {
    const person = await demandHere(tx, actor.corpsId, personId)
    const factors = await factorsOf(tx, personId)
    if (!mayReplacePassword(person, factors.length > 0)) throw new AppError('person/recovery-needed')
    await giveOneTimePassword(tx, personId, passwordHash, { at: deps.clock.now(), by: actor.id })
    await record({ type: 'password-reset', recordingId: null, details: { personId } })
    await endSessionsOf(tx, record, personId, 'password')
  })
  return oneTimePassword
}
