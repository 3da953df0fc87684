import type { CorpsId, PersonId, Role, SessionId } from '@getuige/base'
import { type Selectable, sql } from 'kysely'
import { type Reader, runPrepared, type Tx } from '#platform/database'
import type { SignedInBy } from './rules.ts'

type PersonTable = {
  id: string
  corps_id: string
  name: string
  login: string
  title: string
  roles: string[]
  password_hash: string
  must_change_password: boolean
  created_at: Date
  left_at: Date | null
  password_given_at: Date | null
  password_given_by: string | null
}

type SessionTable = {
  token_sha256: Uint8Array
  id: string
  corps_id: string
  person_id: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
  signed_in_by: SignedInBy
  browser: string
  network: string
}

declare module '#platform/database' {
  interface Tables {
    corps: { id: string; name: string; time_zone: string; created_at: Date; founded_at: Date | null }
    setup_link: { token_sha256: Uint8Array; made_at: Date; spent_at: Date | null }
    person: PersonTable
    person_session: SessionTable
  }
}

export type Corps = Readonly<{ id: CorpsId; name: string; timeZone: string }>
export type Person = Readonly<{
  id: PersonId
  corpsId: CorpsId
  name: string
  login: string
  title: string
  roles: readonly Role[]
  passwordHash: string
  mustChangePassword: boolean
  createdAt: Date
  /** Since when they work here no more. */
  leftAt: Date | null
  /** Who last gave them a one-time password, and when. */
  passwordGiven: PasswordGiven | null
}>
/** `by` null: whoever runs the server. */
export type PasswordGiven = Readonly<{ at: Date; by: PersonId | null }>

export function toPerson(row: Selectable<PersonTable>): Person {
  return {
    id: row.id as PersonId,
    corpsId: row.corps_id as CorpsId,
    name: row.name,
    login: row.login,
    title: row.title,
    roles: row.roles as Role[],
    passwordHash: row.password_hash,
    mustChangePassword: row.must_change_password,
    createdAt: row.created_at,
    leftAt: row.left_at,
    passwordGiven:
      row.password_given_at === null
        ? null
        : { at: row.password_given_at, by: row.password_given_by as PersonId | null },
  }
}

export async function listCorps(db: Reader): Promise<Corps[]> {
  const rows = await db.selectFrom('corps').selectAll().orderBy('created_at').execute()
  return rows.map((row) => ({
    id: row.id as CorpsId,
    name: row.name,
    timeZone: row.time_zone,
  }))
}

export async function insertCorps(tx: Tx, corps: Corps, createdAt: Date): Promise<void> {
  await tx
    .insertInto('corps')
    .values({
      id: corps.id,
      name: corps.name,
      time_zone: corps.timeZone,
      created_at: createdAt,
      founded_at: null,
    })
    .execute()
}

export async function insertSetupLink(db: Reader, tokenSha256: Uint8Array, madeAt: Date): Promise<void> {
  await db.insertInto('setup_link').values({ token_sha256: tokenSha256, made_at: madeAt, spent_at: null }).execute()
}

/** Made after `since`, and not spent. */
export async function isSetupLinkOpen(db: Reader, tokenSha256: Uint8Array, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('setup_link')
    .select('made_at')
    .where('token_sha256', '=', tokenSha256)
    .where('made_at', '>', since)
    .where('spent_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Answers false when it was spent before: of two that try at once, one wins. */
export async function spendSetupLink(tx: Tx, tokenSha256: Uint8Array, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('setup_link')
    .set({ spent_at: at })
    .where('token_sha256', '=', tokenSha256)
    .where('spent_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Links made before and not used: a new one ends them. */
export async function endSetupLinks(db: Reader, at: Date): Promise<void> {
  await db.updateTable('setup_link').set({ spent_at: at }).where('spent_at', 'is', null).execute()
}

/** Answers false when the login is taken. */
export async function insertPerson(tx: Tx, person: Person): Promise<boolean> {
  const result = await tx
    .insertInto('person')
    .values({
      id: person.id,
      corps_id: person.corpsId,
      name: person.name,
      login: person.login,
      title: person.title,
      roles: [...person.roles],
      password_hash: person.passwordHash,
      must_change_password: person.mustChangePassword,
      created_at: person.createdAt,
      left_at: person.leftAt,
      password_given_at: person.passwordGiven?.at ?? null,
      password_given_by: person.passwordGiven?.by ?? null,
    })
    .onConflict((conflict) => conflict.column('login').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** By name. */
export async function listPeople(db: Reader, corpsId: CorpsId): Promise<Person[]> {
  const rows = await db.selectFrom('person').selectAll().where('corps_id', '=', corpsId).orderBy('name').execute()
  return rows.map(toPerson)
}

export async function findPerson(db: Reader, corpsId: CorpsId, personId: PersonId): Promise<Person | undefined> {
  const row = await db
    .selectFrom('person')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('id', '=', personId)
    .executeTakeFirst()
  return row === undefined ? undefined : toPerson(row)
}

/** Until the transaction ends nobody else changes their name, roles, password or whether they left. */
export async function lockPerson(tx: Tx, corpsId: CorpsId, personId: PersonId): Promise<Person | undefined> {
  const row = await tx
    .selectFrom('person')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('id', '=', personId)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toPerson(row)
}

/**
 * Since when a second person approves roles; null while the corps is being founded. Who gives, takes or loses a role
 * asks this first: the lock makes them take turns. Rows that name the corps are written meanwhile: whoever has a person
 * locked, and waits for the corps to do so, would wait for who has the corps and waits for that person.
 */
export async function lockFounding(tx: Tx, corpsId: CorpsId): Promise<Date | null> {
  const row = await tx
    .selectFrom('corps')
    .select('founded_at')
    .where('id', '=', corpsId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  return row.founded_at
}

export async function findFounding(db: Reader, corpsId: CorpsId): Promise<Date | null> {
  const row = await db.selectFrom('corps').select('founded_at').where('id', '=', corpsId).executeTakeFirstOrThrow()
  return row.founded_at
}

export async function updateFounding(tx: Tx, corpsId: CorpsId, foundedAt: Date | null): Promise<void> {
  await tx.updateTable('corps').set({ founded_at: foundedAt }).where('id', '=', corpsId).execute()
}

/** Those who work here, hold one of the roles and have a password of their own. */
export async function listAble(db: Reader, corpsId: CorpsId, roles: readonly Role[]): Promise<PersonId[]> {
  const rows = await db
    .selectFrom('person')
    .select('id')
    .where('corps_id', '=', corpsId)
    .where('left_at', 'is', null)
    .where('must_change_password', '=', false)
    .where('roles', '&&', sql<string[]>`${[...roles]}::text[]`)
    .execute()
  return rows.map(({ id }) => id as PersonId)
}

/** Those who work here and hold the role, except one. */
export async function countOthersWith(db: Reader, corpsId: CorpsId, role: Role, personId: PersonId): Promise<number> {
  const { count } = await db
    .selectFrom('person')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('corps_id', '=', corpsId)
    .where('left_at', 'is', null)
    .where('id', '<>', personId)
    .where('roles', '@>', sql<string[]>`${[role]}::text[]`)
    .executeTakeFirstOrThrow()
  return count
}

export async function updatePerson(
  tx: Tx,
  personId: PersonId,
  changes: Partial<Pick<Person, 'name' | 'title' | 'roles' | 'leftAt'>>,
): Promise<void> {
  const { name, title, roles, leftAt } = changes
  await tx
    .updateTable('person')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(title === undefined ? {} : { title }),
      ...(roles === undefined ? {} : { roles: [...roles] }),
      ...(leftAt === undefined ? {} : { left_at: leftAt }),
    })
    .where('id', '=', personId)
    .execute()
}

export async function findPersonByLogin(db: Reader, login: string): Promise<Person | undefined> {
  const row = await db.selectFrom('person').selectAll().where('login', '=', login).executeTakeFirst()
  return row === undefined ? undefined : toPerson(row)
}

export async function updatePassword(
  db: Reader,
  personId: PersonId,
  passwordHash: string,
  mustChangePassword: boolean,
): Promise<void> {
  await db
    .updateTable('person')
    .set({ password_hash: passwordHash, must_change_password: mustChangePassword })
    .where('id', '=', personId)
    .execute()
}

/** A one-time password: who gave it stays written down when its person has one of their own. */
export async function giveOneTimePassword(
  tx: Tx,
  personId: PersonId,
  passwordHash: string,
  { at, by }: PasswordGiven,
): Promise<void> {
  await updatePassword(tx, personId, passwordHash, true)
  await tx
    .updateTable('person')
    .set({ password_given_at: at, password_given_by: by })
    .where('id', '=', personId)
    .execute()
}

/** Where a session began: the family of the browser, and the network without what tells one machine from another. */
export type Client = Readonly<{ browser: string; network: string }>

export type SessionRow = Readonly<{
  id: SessionId
  person: Person
  corps: Corps
  signedInBy: SignedInBy
  startedAt: Date
  lastSeenAt: Date
  expiresAt: Date
}>

export type OpenSession = Client & Omit<SessionRow, 'person' | 'corps'> & Readonly<{ personId: PersonId }>

export async function insertSession(
  tx: Tx,
  session: OpenSession & Readonly<{ corpsId: CorpsId; tokenSha256: Uint8Array }>,
): Promise<void> {
  await tx
    .insertInto('person_session')
    .values({
      token_sha256: session.tokenSha256,
      id: session.id,
      corps_id: session.corpsId,
      person_id: session.personId,
      created_at: session.startedAt,
      last_seen_at: session.lastSeenAt,
      expires_at: session.expiresAt,
      signed_in_by: session.signedInBy,
      browser: session.browser,
      network: session.network,
    })
    .execute()
}

/** When a session is one: not over, used since, and not from a time that has not come yet. */
export type SessionBounds = Readonly<{ now: Date; idleSince: Date; latestStart: Date }>

export async function findSession(
  db: Reader,
  tokenSha256: Uint8Array,
  { now, idleSince, latestStart }: SessionBounds,
): Promise<SessionRow | undefined> {
  const query = db
    .selectFrom('person_session as s')
    .innerJoin('person as p', 'p.id', 's.person_id')
    .innerJoin('corps as c', 'c.id', 'p.corps_id')
    .selectAll('p')
    .select(['s.id as session_id', 's.created_at as started_at', 's.last_seen_at', 's.expires_at', 's.signed_in_by'])
    .select(['c.name as corps_name', 'c.time_zone'])
    .where('s.token_sha256', '=', tokenSha256)
    .where('s.expires_at', '>', now)
    .where('s.last_seen_at', '>', idleSince)
    .where('s.created_at', '<=', latestStart)
    .where('p.left_at', 'is', null)
  const [row] = await runPrepared(db, query)
  if (row === undefined) return undefined
  const person = toPerson(row)
  return {
    id: row.session_id as SessionId,
    person,
    corps: { id: person.corpsId, name: row.corps_name, timeZone: row.time_zone },
    signedInBy: row.signed_in_by,
    startedAt: row.started_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}

export async function updateLastSeen(db: Reader, sessionId: SessionId, at: Date): Promise<void> {
  await db.updateTable('person_session').set({ last_seen_at: at }).where('id', '=', sessionId).execute()
}

/** Sessions that are not over, the one used last first. */
export async function listSessionsOf(
  db: Reader,
  personId: PersonId,
  { now, idleSince }: SessionBounds,
): Promise<OpenSession[]> {
  const rows = await db
    .selectFrom('person_session')
    .selectAll()
    .where('person_id', '=', personId)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', idleSince)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id as SessionId,
    personId: row.person_id as PersonId,
    signedInBy: row.signed_in_by,
    startedAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    browser: row.browser,
    network: row.network,
  }))
}

/** Those of a person: one, all but one, or all. Answers which there were. */
export async function deleteSessionsOf(
  tx: Tx,
  personId: PersonId,
  which: Readonly<{ only?: SessionId; except?: SessionId }> = {},
): Promise<SessionId[]> {
  const { only, except } = which
  let query = tx.deleteFrom('person_session').where('person_id', '=', personId)
  if (only !== undefined) query = query.where('id', '=', only)
  if (except !== undefined) query = query.where('id', '<>', except)
  const rows = await query.returning('id').execute()
  return rows.map(({ id }) => id as SessionId)
}

/** Whether the session is still there; until the transaction ends it stays so. */
export async function lockSession(tx: Tx, sessionId: SessionId): Promise<boolean> {
  const row = await tx
    .selectFrom('person_session')
    .select('id')
    .where('id', '=', sessionId)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Those of a corps that began in that way. */
export async function deleteSessionsBegunBy(
  tx: Tx,
  corpsId: CorpsId,
  signedInBy: SignedInBy,
): Promise<Readonly<{ id: SessionId; personId: PersonId }>[]> {
  const rows = await tx
    .deleteFrom('person_session')
    .where('corps_id', '=', corpsId)
    .where('signed_in_by', '=', signedInBy)
    .returning(['id', 'person_id'])
    .execute()
  return rows.map((row) => ({ id: row.id as SessionId, personId: row.person_id as PersonId }))
}

/** Those of a corps that are over. */
export async function deleteEndedSessions(
  tx: Tx,
  corpsId: CorpsId,
  { now, idleSince }: SessionBounds,
): Promise<Readonly<{ id: SessionId; personId: PersonId }>[]> {
  const rows = await tx
    .deleteFrom('person_session')
    .where('corps_id', '=', corpsId)
    .where((eb) => eb.or([eb('expires_at', '<=', now), eb('last_seen_at', '<=', idleSince)]))
    .returning(['id', 'person_id'])
    .execute()
  return rows.map((row) => ({ id: row.id as SessionId, personId: row.person_id as PersonId }))
}
