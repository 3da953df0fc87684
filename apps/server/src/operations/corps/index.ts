import type { CorpsId, PersonActor, PersonId, SessionId } from '@getuige/base'
import { type Law, type LawKey, resolveLaw } from '@getuige/law'
import type { Reader, Tx } from '#platform/database'
import type { CorpsDeps } from './deps.ts'
import { type Adoption, decideLawAt, insertAdoption, listAdoptions, listUnapplied, updateApplied } from './law.ts'
import {
  addPerson,
  changePerson,
  changeRoles,
  leaveCorps,
  type NewPerson,
  resetPassword,
  returnToCorps,
  unlockPerson,
} from './people.ts'
import { performersOf } from './performers.ts'
import { recoverByOperator, takeRecovery } from './recovery.ts'
import { listRecoveries } from './recovery-store.ts'
import { beginTotp, listWithFactor, removeTotp } from './second-factor.ts'
import {
  addTotp,
  type Caller,
  changePassword,
  endOtherSessions,
  endOverSessions,
  endSession,
  findSessionByToken,
  giveCode,
  isHalf,
  listOpenSessions,
  requireFreshProof,
  signIn,
  signOut,
  toActor,
  toCaller,
} from './sessions.ts'
import { type EstablishCorps, establishCorps, inviteCorps, offerSetup, requireOpenLink } from './set-up.ts'
import { openSignInWays } from './sign-in-ways.ts'
import { type Client, findFounding, findPerson, listCorps, listPeople, type SessionRow } from './store.ts'
import { findConfirmed } from './totp-store.ts'
import { listClosed, openLimits } from './tries.ts'

export type { CorpsDeps, CorpsEntryType } from './deps.ts'
export { linkDays } from './set-up.ts'
export { type Adoption, forgetLawReasons } from './law.ts'
export type { Caller, OpenedSession, SignInStep } from './sessions.ts'
export type { Client, Corps as CorpsRow, OpenSession, Person, SessionRow } from './store.ts'
export type Corps = ReturnType<typeof openCorps>

/** Of who acts without a browser: a command, a test. */
const noClient: Client = { browser: '', network: '' }

/** The corps itself: how it came to be, its people, and who is signed in. */
export function openCorps(deps: CorpsDeps) {
  const limits = openLimits()
  async function requireOwn(corpsId: CorpsId) {
    const own = (await listCorps(deps.db.of(corpsId))).find(({ id }) => id === corpsId)
    if (own === undefined) throw new Error(`no corps ${corpsId}`)
    return own
  }
  const lawKeyAt = async (corpsId: CorpsId, at: Date, reader: Reader = deps.db.of(corpsId)): Promise<LawKey> =>
    decideLawAt(await listAdoptions(reader, corpsId), at)
  /** Who works here; undefined for who left. */
  const findHere = async (reader: Reader, corpsId: CorpsId, personId: PersonId) => {
    const person = await findPerson(reader, corpsId, personId)
    return person?.leftAt === null ? person : undefined
  }

  return {
    offerSetup: () => offerSetup(deps),
    invite: () => inviteCorps(deps),
    requireOpenLink: (token: string) => requireOpenLink(deps, token),
    establish: (token: string, request: EstablishCorps, client = noClient) =>
      establishCorps(deps, token, request, client),

    signIn: (login: string, password: string, client = noClient) => signIn(deps, limits, login, password, client),
    giveCode: (stepToken: string | undefined, code: string, client = noClient) =>
      giveCode(deps, limits, stepToken, code, client),
    signOut: (token: string) => signOut(deps, token),
    findSessionByToken: (token: string, isUse?: boolean) => findSessionByToken(deps, token, isUse),
    requireFreshProof: (session: SessionRow) => requireFreshProof(deps, session),
    asksSecondFactor: deps.asksSecondFactor,
    /** Whether the session may do nothing but add a second factor. */
    isHalf: (session: SessionRow) => isHalf(deps, session),
    changePassword: (session: SessionRow, current: string, next: string, client = noClient) =>
      changePassword(deps, limits, session, current, next, client),
    toCaller,
    listSessions: (corpsId: CorpsId, personId: PersonId) => listOpenSessions(deps, corpsId, personId),
    endSession: (actor: PersonActor, personId: PersonId, sessionId: SessionId) =>
      endSession(deps, actor, personId, sessionId),
    endOtherSessions: (caller: Caller) => endOtherSessions(deps, caller),
    async endOverSessions() {
      for (const { id } of await listCorps(deps.db.everyCorps)) await endOverSessions(deps, id)
    },

    beginTotp: (session: SessionRow) => beginTotp(deps, session),
    addTotp: (session: SessionRow, code: string, client = noClient) => addTotp(deps, limits, session, code, client),
    removeTotp: (session: SessionRow) => removeTotp(deps, session),
    totpSince: async ({ corpsId, id }: PersonActor) =>
      (await findConfirmed(deps.db.of(corpsId), id))?.confirmedAt ?? null,

    addPerson: (actor: PersonActor, request: NewPerson) => addPerson(deps, actor, request),
    changePerson: (actor: PersonActor, personId: PersonId, to: Readonly<{ name: string; title: string }>) =>
      changePerson(deps, actor, personId, to),
    changeRoles: (actor: PersonActor, personId: PersonId, to: Parameters<typeof changeRoles>[3]) =>
      changeRoles(deps, actor, personId, to),
    leave: (actor: PersonActor, personId: PersonId) => leaveCorps(deps, actor, personId),
    return: (actor: PersonActor, personId: PersonId) => returnToCorps(deps, actor, personId),
    unlock: (actor: PersonActor, personId: PersonId) => unlockPerson(deps, actor, personId),
    resetPassword: (actor: PersonActor, personId: PersonId) => resetPassword(deps, actor, personId),
    takeRecovery: (actor: PersonActor, personId: PersonId) => takeRecovery(deps, actor, personId),
    recoverByOperator: (login: string, reason: string) => recoverByOperator(deps, login, reason),
    performers: performersOf(deps),
    ...openSignInWays(deps),

    listPeople: (corpsId: CorpsId) => listPeople(deps.db.of(corpsId), corpsId),
    /** Also who left: for names in registers and trails. */
    findPerson: (corpsId: CorpsId, personId: PersonId) => findPerson(deps.db.of(corpsId), corpsId, personId),
    /** Undefined for who left. */
    findHere: (corpsId: CorpsId, personId: PersonId) => findHere(deps.db.of(corpsId), corpsId, personId),
    findActor: async (reader: Reader, corpsId: CorpsId, personId: PersonId): Promise<PersonActor | undefined> => {
      const person = await findHere(reader, corpsId, personId)
      return person === undefined ? undefined : toActor(person)
    },
    /** What stands beside people in their list: locks, second factors, recoveries that wait. */
    async standings(corpsId: CorpsId) {
      const db = deps.db.of(corpsId)
      const now = deps.clock.now()
      const [closed, withFactor, recoveries, foundedAt] = await Promise.all([
        listClosed(deps.db, now),
        listWithFactor(db, corpsId),
        listRecoveries(db, corpsId, now),
        findFounding(db, corpsId),
      ])
      return { closed, withFactor, recoveries, isFounding: foundedAt === null }
    },
    /** Of those who work here, how many are locked out for a while. */
    async countLocked(corpsId: CorpsId) {
      const closed = await listClosed(deps.db, deps.clock.now())
      const people = await listPeople(deps.db.of(corpsId), corpsId)
      return people.filter(({ login, leftAt }) => leftAt === null && closed.has(login)).length
    },
    list: () => listCorps(deps.db.everyCorps),
    find: requireOwn,
    /** Names the law in force for the corps at an instant; before its first adoption, the first. */
    lawKeyAt,
    lawAt: async (corpsId: CorpsId, at: Date): Promise<Law> => resolveLaw(await lawKeyAt(corpsId, at)),
    /** In the order in which they come into force. */
    listAdoptions: (corpsId: CorpsId, reader: Reader = deps.db.of(corpsId)) => listAdoptions(reader, corpsId),
    insertAdoption: (tx: Tx, corpsId: CorpsId, adoption: Adoption) => insertAdoption(tx, corpsId, adoption),
    /** Of every corps: adoptions in force that have yet to be applied to the recordings that were there. */
    listUnapplied: (now: Date) => listUnapplied(deps.db.everyCorps, now),
    tellApplied: (corpsId: CorpsId, serial: number, at: Date) =>
      updateApplied(deps.db.of(corpsId), corpsId, serial, at),
  }
}
