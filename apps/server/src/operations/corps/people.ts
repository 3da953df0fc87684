import { newId, type PersonActor, type PersonId, type Role } from '@getuige/base'
import { AppError } from '#platform/errors'
import type { CorpsDeps } from './deps.ts'
import { hashPassword, newOneTimePassword } from './passwords.ts'
import { deleteSessionsOf, findPerson, insertPerson, type Person, updatePassword } from './store.ts'

export type NewPerson = Readonly<{ name: string; title: string; login: string; roles: readonly Role[] }>

/** Custody: `person-added`. The one-time password is answered once and kept only as its hash. */
export async function addPerson(
  deps: CorpsDeps,
  actor: PersonActor,
  request: NewPerson,
): Promise<{ person: Person; oneTimePassword: string }> {
  const oneTimePassword = newOneTimePassword()
  const createdAt = deps.clock.now()
  const person: Person = {
    ...request,
    id: newId('person', createdAt),
    corpsId: actor.corpsId,
    passwordHash: await hashPassword(oneTimePassword),
    mustChangePassword: true,
    createdAt,
  }
  await deps.act(actor, async (tx, record) => {
    if (!(await insertPerson(tx, person))) throw new AppError('person/login-taken')
    await record({
      type: 'person-added',
      recordingId: null,
      details: { personId: person.id, roles: [...person.roles] },
    })
  })
  return { person, oneTimePassword }
}

/** Ends the person's sessions. Custody: `password-reset`. */
export async function resetPassword(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<string> {
  const oneTimePassword = newOneTimePassword()
  const passwordHash = await hashPassword(oneTimePassword)
  await deps.act(actor, async (tx, record) => {
    if ((await findPerson(tx, actor.corpsId, personId)) === undefined) throw new AppError('person/not-found')
    await updatePassword(tx, personId, passwordHash, true)
    await deleteSessionsOf(tx, personId)
    await record({ type: 'password-reset', recordingId: null, details: { personId } })
  })
  return oneTimePassword
}
