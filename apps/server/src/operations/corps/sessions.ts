import { createHash, randomBytes } from 'node:crypto'
import { type CorpsId, newId, type PersonActor, type PersonId, type SessionId } from '@getuige/base'
import type { SecondFactor } from '@getuige/contract'
import { AppError } from '#platform/errors'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { endFounding } from './founding.ts'
import { hashPassword, isPasswordOf } from './passwords.ts'
import { mustAddFactor, type SignedInBy } from './rules.ts'
import { confirmTotp, factorsOf, findCodeOfBegun, takeCode } from './second-factor.ts'
import {
  type Client,
  deleteEndedSessions,
  deleteSessionsBegunBy,
  deleteSessionsOf,
  findPersonByLogin,
  findSession,
  insertSession,
  listCorps,
  listSessionsOf,
  lockFounding,
  lockPerson,
  lockSession,
  type Person,
  type SessionBounds,
  type SessionRow,
  updateLastSeen,
  updatePassword,
} from './store.ts'
import { deleteStep, endSteps, findStepOwner, insertStep } from './step-store.ts'
import { giveBackTries, giveBackTry, type Limits, takeTry, type Try } from './tries.ts'
import type { Tx } from '#platform/database'

/** A person who is signed in, as routes and acts see them. */
export type Caller = PersonActor & Readonly<{ sessionId: SessionId }>
export type OpenedSession = Readonly<{ token: string; session: SessionRow }>
/** The token of a step is for the browser that took it; it opens nothing but the next step. */
export type SignInStep = Readonly<
  | { step: 'signed-in'; opened: OpenedSession }
  | { step: 'second-factor'; token: string; factors: readonly SecondFactor[]; expiresAt: Date }
>
/** Why a session ended. */
export type SessionEnd =
  | 'signed-out'
  | 'ended-by-person'
  | 'ended-by-administrator'
  | 'over'
  | 'left'
  | 'password'
  | 'second-factor'
  | 'identity-provider'
  | 'recovery'

const sessionHours = 12
const stepMinutes = 10
const proofMinutes = 15
/** A session from further ahead began while the clock was wrong, and would last too long. */
const clockMinutes = 5
/** How often it is written down that a session is used. */
const seenSeconds = 60

const stepEnd = (from: Date) => new Date(from.getTime() + stepMinutes * 60_000)

export function sha256OfToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function toActor({ id, corpsId, name, title, roles }: Person): PersonActor {
  return { kind: 'person', id, corpsId, name, title, roles }
}

export function toCaller({ id, person }: SessionRow): Caller {
  return { ...toActor(person), sessionId: id }
}

/** Whether the session may do nothing but add a second factor. */
export function isHalf({ asksSecondFactor }: Pick<CorpsDeps, 'asksSecondFactor'>, session: SessionRow): boolean {
  return asksSecondFactor && mustAddFactor(session.person.roles, session.signedInBy)
}

/** Throws `session/proof-required` unless the person showed who they are a moment ago: an open session is not enough. */
export function requireFreshProof({ clock }: Pick<CorpsDeps, 'clock'>, { startedAt }: SessionRow): void {
  if (clock.now().getTime() - startedAt.getTime() > proofMinutes * 60_000) throw new AppError('session/proof-required')
}

/** The first step. Whoever has a second factor is asked for it; else the session begins. */
export async function signIn(
  deps: CorpsDeps,
  limits: Limits,
  login: string,
  password: string,
  client: Client,
): Promise<SignInStep> {
  const { person, taken } = await requirePassword(deps, limits, login, password, client)
  const factors = deps.asksSecondFactor ? await factorsOf(deps.db.of(person.corpsId), person.id) : []
  if (factors.length === 0) {
    limits.succeeded(client.network)
    await giveBackTries(deps.db.everyCorps, login)
    return { step: 'signed-in', opened: await openSession(deps, person, 'password', client) }
  }
  await giveBackTry(deps.db, taken.id)
  const token = newToken()
  const now = deps.clock.now()
  const expiresAt = stepEnd(now)
  await insertStep(deps.db.of(person.corpsId), person, sha256OfToken(token), { now, expiresAt })
  return { step: 'second-factor', token, factors, expiresAt }
}

/** The second step. Wrong codes count as wrong passwords do. */
export async function giveCode(
  deps: CorpsDeps,
  limits: Limits,
  stepToken: string | undefined,
  code: string,
  client: Client,
): Promise<OpenedSession> {
  const stepSha256 = sha256OfToken(stepToken ?? '')
  const now = deps.clock.now()
  const person = await findStepOwner(deps.db.everyCorps, stepSha256, { now, latestEnd: stepEnd(now) })
  if (stepToken === undefined || person === undefined) throw new AppError('session/step-over')
  const taken = await requireTry(deps, limits, person.login, client)
  if (!(await takeCode(deps, person, code))) {
    await noteFailure(deps, limits, person, taken, client)
    throw new AppError('session/wrong-code')
  }
  if (!(await deleteStep(deps.db.of(person.corpsId), stepSha256))) throw new AppError('session/step-over')
  limits.succeeded(client.network)
  await giveBackTries(deps.db.everyCorps, person.login)
  return openSession(deps, person, 'password+totp', client)
}

/** Take a try. Throws `session/too-many-attempts`, and says until when, also where nobody has the login. */
async function requireTry(deps: CorpsDeps, limits: Limits, login: string, { network }: Client): Promise<Try> {
  const now = deps.clock.now()
  const waitUntil = limits.waitUntil(network, now)
  if (waitUntil !== undefined) throw new AppError('session/too-many-attempts', { until: waitUntil.toISOString() })
  const taken = await takeTry(deps.db, login, now)
  if ('id' in taken) return taken
  throw new AppError('session/too-many-attempts', { until: taken.closedUntil.toISOString() })
}

/** Custody: `sign-in-locked`, when this was the last try of somebody who is here. */
async function noteFailure(
  deps: CorpsDeps,
  limits: Limits,
  person: Person | undefined,
  taken: Try,
  { network }: Client,
): Promise<void> {
  limits.failed(network, deps.clock.now())
  if (!taken.isLast || person === undefined) return
  await deps.act({ kind: 'system', corpsId: person.corpsId }, (_tx, record) =>
    record({
      type: 'sign-in-locked',
      recordingId: null,
      details: { personId: person.id, until: taken.closedUntil.toISOString() },
    }),
  )
}

/** Five wrong passwords for a login close it for a quarter of an hour, also to whoever then has the right one. */
async function requirePassword(
  deps: CorpsDeps,
  limits: Limits,
  login: string,
  password: string,
  client: Client,
): Promise<Readonly<{ person: Person; taken: Try }>> {
  const taken = await requireTry(deps, limits, login, client)
  const found = await findPersonByLogin(deps.db.everyCorps, login)
  const person = found?.leftAt === null ? found : undefined
  if (!(await isPasswordOf(person?.passwordHash, password)) || person === undefined) {
    await noteFailure(deps, limits, person, taken, client)
    throw new AppError('session/wrong-credentials')
  }
  return { person, taken }
}

/**
 * Begin a session for somebody who showed who they are. Throws `session/none` when they left meanwhile, or their password
 * was replaced: whoever did that wanted them out. Custody: `session-started`.
 */
export async function openSession(
  deps: CorpsDeps,
  { id: personId, corpsId, ...known }: Person,
  signedInBy: SignedInBy,
  client: Client,
): Promise<OpenedSession> {
  const token = newToken()
  const startedAt = deps.clock.now()
  const id = newId('session', startedAt)
  const expiresAt = new Date(startedAt.getTime() + sessionHours * 3_600_000)
  const corps = (await listCorps(deps.db.of(corpsId))).find((one) => one.id === corpsId)
  if (corps === undefined) throw new Error(`no corps ${corpsId}`)
  const actor = toActor({ id: personId, corpsId, ...known })
  return deps.act(actor, async (tx, record) => {
    const foundedAt = await lockFounding(tx, corpsId)
    const person = await lockPerson(tx, corpsId, personId)
    if (person === undefined || person.leftAt !== null || person.passwordHash !== known.passwordHash)
      throw new AppError('session/none')
    const session: SessionRow = { id, person, corps, signedInBy, startedAt, lastSeenAt: startedAt, expiresAt }
    await insertSession(tx, { ...session, ...client, personId, corpsId, tokenSha256: sha256OfToken(token) })
    await record({
      type: 'session-started',
      recordingId: null,
      details: { personId, sessionId: id, by: signedInBy },
    })
    if (foundedAt === null && !isHalf(deps, session)) await endFounding(deps, tx, record, person)
    return { token, session }
  })
}

/** Throws `session/none` when the session ended since it was looked at. The person is locked. */
export async function requireStanding(tx: Tx, { id }: SessionRow): Promise<void> {
  if (!(await lockSession(tx, id))) throw new AppError('session/none')
}

export function boundsAt({ clock, sessionIdleMinutes }: CorpsDeps): SessionBounds {
  const now = clock.now()
  return {
    now,
    idleSince: new Date(now.getTime() - sessionIdleMinutes * 60_000),
    latestStart: new Date(now.getTime() + clockMinutes * 60_000),
  }
}

/** A look that is no use of the session, such as to see that it lasts, does not prolong it. */
export async function findSessionByToken(
  deps: CorpsDeps,
  token: string,
  isUse = true,
): Promise<SessionRow | undefined> {
  const bounds = boundsAt(deps)
  const session = await findSession(deps.db.everyCorps, sha256OfToken(token), bounds)
  if (session === undefined || !isUse) return session
  if (bounds.now.getTime() - session.lastSeenAt.getTime() >= seenSeconds * 1000)
    await updateLastSeen(deps.db.of(session.person.corpsId), session.id, bounds.now)
  return session
}

/** Nothing to do when it is over already. Custody: `session-ended`. */
export async function signOut(deps: CorpsDeps, token: string): Promise<void> {
  const session = await findSession(deps.db.everyCorps, sha256OfToken(token), boundsAt(deps))
  if (session === undefined) return
  const { person, id } = session
  await deps.act<unknown>(toActor(person), async (tx, record) => {
    const ended = await endSessionsOf(tx, record, person.id, 'signed-out', { only: id })
    return ended > 0 ? undefined : deps.nothingToRecord
  })
}

/**
 * End sessions of a person within an act, and steps that were taken towards one; answers how many sessions there were.
 * Custody: `session-ended`, when there were any.
 */
export async function endSessionsOf(
  tx: Tx,
  record: RecordCorps,
  personId: PersonId,
  because: SessionEnd,
  which: Readonly<{ only?: SessionId; except?: SessionId }> = {},
): Promise<number> {
  const sessionIds = await deleteSessionsOf(tx, personId, which)
  if (which.only === undefined) await endSteps(tx, personId)
  if (sessionIds.length > 0)
    await record({ type: 'session-ended', recordingId: null, details: { personId, sessionIds, because } })
  return sessionIds.length
}

/** End one session of a person, by themselves or an administrator. Throws `session/not-found`. Custody: `session-ended`. */
export async function endSession(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
  sessionId: SessionId,
): Promise<void> {
  const because = actor.id === personId ? 'ended-by-person' : 'ended-by-administrator'
  await deps.act(actor, async (tx, record) => {
    if ((await lockPerson(tx, actor.corpsId, personId)) === undefined) throw new AppError('person/not-found')
    const ended = await endSessionsOf(tx, record, personId, because, { only: sessionId })
    if (ended === 0) throw new AppError('session/not-found')
  })
}

/** Every session of the caller but this one. Custody: `session-ended`, when there were others. */
export async function endOtherSessions(deps: CorpsDeps, caller: Caller): Promise<void> {
  await deps.act<unknown>(caller, async (tx, record) => {
    const ended = await endSessionsOf(tx, record, caller.id, 'ended-by-person', { except: caller.sessionId })
    return ended > 0 ? undefined : deps.nothingToRecord
  })
}

/** Remove sessions that are over, and say so. Run often. Custody: `session-ended`, one a person. */
export async function endOverSessions(deps: CorpsDeps, corpsId: CorpsId): Promise<void> {
  await deps.act<unknown>({ kind: 'system', corpsId }, async (tx, record) => {
    const ended = await deleteEndedSessions(tx, corpsId, boundsAt(deps))
    await recordEnded(record, ended, 'over')
    return ended.length > 0 ? undefined : deps.nothingToRecord
  })
}

/** Those of everybody in the corps who signed in at its provider, within an act. Custody: `session-ended`, one a person. */
export async function endProviderSessions(tx: Tx, record: RecordCorps, corpsId: CorpsId): Promise<void> {
  await recordEnded(record, await deleteSessionsBegunBy(tx, corpsId, 'identity-provider'), 'identity-provider')
}

async function recordEnded(
  record: RecordCorps,
  ended: readonly Readonly<{ id: SessionId; personId: PersonId }>[],
  because: SessionEnd,
): Promise<void> {
  for (const [personId, sessions] of Map.groupBy(ended, (session) => session.personId)) {
    const sessionIds = sessions.map(({ id }) => id)
    await record({ type: 'session-ended', recordingId: null, details: { personId, sessionIds, because } })
  }
}

export function listOpenSessions(deps: CorpsDeps, corpsId: CorpsId, personId: PersonId) {
  return listSessionsOf(deps.db.of(corpsId), personId, boundsAt(deps))
}

/** Ends every session of the person and opens a new one. Custody: `password-changed`. */
export async function changePassword(
  deps: CorpsDeps,
  limits: Limits,
  session: SessionRow,
  current: string,
  next: string,
  client: Client,
): Promise<OpenedSession> {
  const { person } = await requirePassword(deps, limits, session.person.login, current, client)
  await giveBackTries(deps.db.everyCorps, person.login)
  if (current === next) throw new AppError('session/password-unchanged')
  const passwordHash = await hashPassword(next)
  await deps.act(toActor(person), async (tx, record) => {
    const locked = await lockPerson(tx, person.corpsId, person.id)
    // Somebody replaced it while the new one was hashed.
    if (locked?.passwordHash !== person.passwordHash) throw new AppError('session/wrong-credentials')
    await requireStanding(tx, session)
    await updatePassword(tx, person.id, passwordHash, false)
    await record({ type: 'password-changed', recordingId: null, details: { personId: person.id } })
    await endSessionsOf(tx, record, person.id, 'password')
  })
  return openSession(deps, { ...person, passwordHash }, session.signedInBy, client)
}

/**
 * The first code of an authenticator that was begun: it counts from now on. Ends every session of the person and opens a
 * new one. Custody: `second-factor-added`.
 */
export async function addTotp(
  deps: CorpsDeps,
  limits: Limits,
  session: SessionRow,
  code: string,
  client: Client,
): Promise<OpenedSession> {
  const { person } = session
  const taken = await requireTry(deps, limits, person.login, client)
  const step = await findCodeOfBegun(deps, session, code)
  if (step === undefined) {
    await noteFailure(deps, limits, person, taken, client)
    throw new AppError('session/wrong-code')
  }
  await giveBackTries(deps.db.everyCorps, person.login)
  await deps.act(toActor(person), async (tx, record) => {
    await lockPerson(tx, person.corpsId, person.id)
    await requireStanding(tx, session)
    await confirmTotp(deps, tx, record, person.id, step)
    await endSessionsOf(tx, record, person.id, 'second-factor')
  })
  const signedInBy = session.signedInBy === 'password' ? 'password+totp' : session.signedInBy
  return openSession(deps, person, signedInBy, client)
}
