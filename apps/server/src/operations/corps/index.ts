import type { CorpsId, PersonActor, PersonId } from '@getuige/base'
import type { CorpsDeps } from './deps.ts'
import { decideLawAt, listAdoptions } from './law.ts'
import { addPerson, type NewPerson, resetPassword } from './people.ts'
import { changePassword, findSessionByToken, signIn, signOut, toCaller } from './sessions.ts'
import { type EstablishCorps, establishCorps, offerSetup, requireOpenLink } from './set-up.ts'
import { findPerson, listCorps, listPeople, type SessionRow } from './store.ts'

export type { CorpsDeps } from './deps.ts'
export type { Caller, OpenedSession } from './sessions.ts'
export type { Corps as CorpsRow, Person, SessionRow } from './store.ts'
export type Corps = ReturnType<typeof openCorps>

/** The corps itself: how it came to be, its people, and who is signed in. */
export function openCorps(deps: CorpsDeps) {
  async function requireOwn(corpsId: CorpsId) {
    const own = (await listCorps(deps.db.of(corpsId))).find(({ id }) => id === corpsId)
    if (own === undefined) throw new Error(`no corps ${corpsId}`)
    return own
  }
  return {
    offerSetup: () => offerSetup(deps),
    requireOpenLink: (token: string) => requireOpenLink(deps, token),
    establish: (token: string, request: EstablishCorps) => establishCorps(deps, token, request),
    signIn: (login: string, password: string) => signIn(deps, login, password),
    signOut: (token: string) => signOut(deps, token),
    findSessionByToken: (token: string) => findSessionByToken(deps, token),
    changePassword: (session: SessionRow, current: string, next: string) =>
      changePassword(deps, session, current, next),
    toCaller,
    addPerson: (actor: PersonActor, request: NewPerson) => addPerson(deps, actor, request),
    resetPassword: (actor: PersonActor, personId: PersonId) => resetPassword(deps, actor, personId),
    listPeople: (corpsId: CorpsId) => listPeople(deps.db.of(corpsId), corpsId),
    findPerson: (corpsId: CorpsId, personId: PersonId) => findPerson(deps.db.of(corpsId), corpsId, personId),
    list: () => listCorps(deps.db.everyCorps),
    find: requireOwn,
    /** Names the law in force for the corps at an instant; before its first adoption, the first. */
    lawKeyAt: async (corpsId: CorpsId, at: Date) => decideLawAt(await listAdoptions(deps.db.of(corpsId), corpsId), at),
  }
}
