import { createHash, randomBytes } from 'node:crypto'
import { newId, type PersonActor, type SessionId } from '@getuige/base'
import { AppError } from '#platform/errors'
import type { CorpsDeps } from './deps.ts'
import { hashPassword, isPasswordOf } from './passwords.ts'
import {
  type Corps,
  deleteEndedSessions,
  deleteSession,
  deleteSessionsOf,
  findPersonByLogin,
  findSession,
  giveBackSignInTries,
  insertSession,
  type Person,
  type SessionRow,
  takeSignInTry,
  updatePassword,
} from './store.ts'

/** A person who is signed in, as routes and acts see them. */
export type Caller = PersonActor & Readonly<{ sessionId: SessionId }>
export type OpenedSession = Readonly<{ token: string; session: SessionRow }>

const sessionHours = 12
const failuresAllowed = 5
const failureWindowMinutes = 15

export function sha256OfToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function toCaller({ id, person }: SessionRow): Caller {
  const { id: personId, corpsId, name, title, roles } = person
  return { kind: 'person', id: personId, corpsId, name, title, roles, sessionId: id }
}

/** Five wrong passwords for a login close it for a quarter of an hour, also to whoever then has the right one. */
export async function signIn(deps: CorpsDeps, login: string, password: string): Promise<OpenedSession> {
  const person = await requirePassword(deps, login, password)
  const corps = await requireCorpsOf(deps, person)
  return openSession(deps, person, corps)
}

async function requirePassword(deps: CorpsDeps, login: string, password: string): Promise<Person> {
  const { db, clock } = deps
  const now = clock.now()
  const since = new Date(now.getTime() - failureWindowMinutes * 60_000)
  const mayTry = await takeSignInTry(db, login, { since, now, tries: failuresAllowed })
  if (!mayTry) throw new AppError('session/too-many-attempts')
  const person = await findPersonByLogin(db.everyCorps, login)
  if (!(await isPasswordOf(person?.passwordHash, password)) || person === undefined) {
    throw new AppError('session/wrong-credentials')
  }
  await giveBackSignInTries(db, login)
  return person
}

async function requireCorpsOf(deps: CorpsDeps, person: Person): Promise<Corps> {
  const row = await deps.db
    .of(person.corpsId)
    .selectFrom('corps')
    .select(['name', 'time_zone'])
    .where('id', '=', person.corpsId)
    .executeTakeFirstOrThrow()
  return { id: person.corpsId, name: row.name, timeZone: row.time_zone }
}

export async function openSession(deps: CorpsDeps, person: Person, corps: Corps): Promise<OpenedSession> {
  const token = newToken()
  const createdAt = deps.clock.now()
  const id = newId('session', createdAt)
  const expiresAt = new Date(createdAt.getTime() + sessionHours * 3_600_000)
  await deleteEndedSessions(deps.db.everyCorps, createdAt)
  await insertSession(deps.db.of(person.corpsId), {
    id,
    tokenSha256: sha256OfToken(token),
    personId: person.id,
    createdAt,
    expiresAt,
  })
  return { token, session: { id, person, corps, expiresAt } }
}

export function findSessionByToken(deps: CorpsDeps, token: string): Promise<SessionRow | undefined> {
  return findSession(deps.db.everyCorps, sha256OfToken(token), deps.clock.now())
}

export function signOut(deps: CorpsDeps, token: string): Promise<void> {
  return deleteSession(deps.db.everyCorps, sha256OfToken(token))
}

/** Ends every session of the person and opens a new one. */
export async function changePassword(
  deps: CorpsDeps,
  session: SessionRow,
  current: string,
  next: string,
): Promise<OpenedSession> {
  const person = await requirePassword(deps, session.person.login, current)
  if (current === next) throw new AppError('session/password-unchanged')
  const passwordHash = await hashPassword(next)
  await updatePassword(deps.db.of(person.corpsId), person.id, passwordHash, false)
  await deleteSessionsOf(deps.db.of(person.corpsId), person.id)
  return openSession(deps, { ...person, passwordHash, mustChangePassword: false }, session.corps)
}
