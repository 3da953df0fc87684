import type { CorpsId, PersonId, Role, SessionId } from '@getuige/base'
import { type Generated, type Selectable, sql } from 'kysely'
import type { Database, Reader, Tx } from '#platform/database'

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
}

declare module '#platform/database' {
  interface Tables {
    corps: { id: string; name: string; time_zone: string; created_at: Date }
    setup_link: { token_sha256: Uint8Array; made_at: Date; spent_at: Date | null }
    person: PersonTable
    person_session: {
      corps_id: Generated<string>
      token_sha256: Uint8Array
      id: string
      person_id: string
      created_at: Date
      last_seen_at: Date
      expires_at: Date
    }
    /** Tries to sign in that were not right, or are not known to be yet. */
    sign_in_failure: { login: string; at: Date }
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
}>

function toPerson(row: Selectable<PersonTable>): Person {
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
    })
    .execute()
}

export async function insertSetupLink(db: Reader, tokenSha256: Uint8Array, madeAt: Date): Promise<void> {
  await db.insertInto('setup_link').values({ token_sha256: tokenSha256, made_at: madeAt, spent_at: null }).execute()
}

export async function isSetupLinkOpen(db: Reader, tokenSha256: Uint8Array): Promise<boolean> {
  const row = await db
    .selectFrom('setup_link')
    .select('made_at')
    .where('token_sha256', '=', tokenSha256)
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

export type SessionRow = Readonly<{ id: SessionId; person: Person; corps: Corps; expiresAt: Date }>

export async function insertSession(
  db: Reader,
  session: Readonly<{ id: SessionId; tokenSha256: Uint8Array; personId: PersonId; createdAt: Date; expiresAt: Date }>,
): Promise<void> {
  await db
    .insertInto('person_session')
    .values({
      token_sha256: session.tokenSha256,
      id: session.id,
      person_id: session.personId,
      created_at: session.createdAt,
      last_seen_at: session.createdAt,
      expires_at: session.expiresAt,
    })
    .execute()
}

export async function findSession(db: Reader, tokenSha256: Uint8Array, now: Date): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('person_session as s')
    .innerJoin('person as p', 'p.id', 's.person_id')
    .innerJoin('corps as c', 'c.id', 'p.corps_id')
    .selectAll('p')
    .select(['s.id as session_id', 's.expires_at', 'c.name as corps_name', 'c.time_zone'])
    .where('s.token_sha256', '=', tokenSha256)
    .where('s.expires_at', '>', now)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const person = toPerson(row)
  return {
    id: row.session_id as SessionId,
    person,
    corps: { id: person.corpsId, name: row.corps_name, timeZone: row.time_zone },
    expiresAt: row.expires_at,
  }
}

export async function deleteSession(db: Reader, tokenSha256: Uint8Array): Promise<void> {
  await db.deleteFrom('person_session').where('token_sha256', '=', tokenSha256).execute()
}

export async function deleteSessionsOf(db: Reader, personId: PersonId): Promise<void> {
  await db.deleteFrom('person_session').where('person_id', '=', personId).execute()
}

/** Only one at a time, until the transaction ends: a count that is judged here stays true until it is acted on. */
async function lockSignIn(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('getuige/sign-in'))`.execute(tx)
}

/**
 * Take one of the tries that a login has left since `since`; false when there is none. Taken before the password is
 * looked at, so that many at once get no more tries than one after another. Tries before `since` are forgotten.
 */
export function takeSignInTry(
  db: Database,
  login: string,
  window: Readonly<{ since: Date; now: Date; tries: number }>,
): Promise<boolean> {
  return db.everyCorps.transaction().execute(async (tx) => {
    await lockSignIn(tx)
    await tx.deleteFrom('sign_in_failure').where('at', '<=', window.since).execute()
    const { count } = await tx
      .selectFrom('sign_in_failure')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('login', '=', login)
      .executeTakeFirstOrThrow()
    if (count >= window.tries) return false
    await tx.insertInto('sign_in_failure').values({ login, at: window.now }).execute()
    return true
  })
}

/** After the right password: every try is there again. */
export function giveBackSignInTries(db: Database, login: string): Promise<void> {
  return db.everyCorps.transaction().execute(async (tx) => {
    await lockSignIn(tx)
    await tx.deleteFrom('sign_in_failure').where('login', '=', login).execute()
  })
}

export async function deleteEndedSessions(db: Reader, now: Date): Promise<void> {
  await db.deleteFrom('person_session').where('expires_at', '<=', now).execute()
}
