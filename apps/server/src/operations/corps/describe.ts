import type { PersonId } from '@getuige/base'
import type * as contract from '@getuige/contract'
import type { Corps, OpenSession, Person } from './index.ts'
import type { Caller } from './sessions.ts'

/** An open session as its person, or an administrator, sees it. */
export function describeSession(session: OpenSession, current: Caller): contract.OpenSessionOf {
  return {
    id: session.id,
    isThis: session.id === current.sessionId,
    by: session.signedInBy,
    browser: session.browser,
    network: session.network,
    startedAt: session.startedAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  }
}

export type Standings = Awaited<ReturnType<Corps['standings']>>

/** A person as the list of people shows them to an administrator. */
export function describePerson(
  person: Person,
  { closed, withFactor, recoveries }: Pick<Standings, 'closed' | 'withFactor' | 'recoveries'>,
  viewer: PersonId,
): contract.Person {
  const recovery = recoveries.find(({ personId, askedBy }) => personId === person.id && askedBy === viewer)
  return {
    id: person.id,
    name: person.name,
    login: person.login,
    title: person.title,
    roles: [...person.roles],
    createdAt: person.createdAt.toISOString(),
    mustChangePassword: person.mustChangePassword,
    hasSecondFactor: withFactor.has(person.id),
    leftAt: person.leftAt?.toISOString() ?? null,
    lockedUntil: closed.get(person.login)?.toISOString() ?? null,
    recoverableUntil: recovery?.untilAt.toISOString() ?? null,
  }
}
