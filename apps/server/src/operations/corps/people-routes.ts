import type { ApprovalId, JsonValue, PersonActor, PersonId, Role } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '#platform/errors'
import { type Route, serve } from '#platform/http'
import { describePerson, describeSession } from './describe.ts'
import type { Corps, Person, SessionRow } from './index.ts'
import type { Caller } from './sessions.ts'

/** What a second person is asked. */
type Ask = Readonly<{
  act: 'widen-role' | 'recover-account'
  recordingId: null
  /** What they judge by. */
  shown: Readonly<Record<string, JsonValue>>
  payload: JsonValue
  reason: string
}>

type PeopleRoutesDeps = Readonly<{
  corps: Corps
  /** `require` throws `session/none`. */
  sessions: Readonly<{ require(request: FastifyRequest): Promise<SessionRow> }>
  /** Throws `access/denied` unless the person runs the corps. */
  requireAdminister(actor: Caller): Promise<void>
  /** Throws `access/denied` unless the person may see who works here. */
  requireSeePeople(actor: Caller): Promise<void>
  mayAdminister(actor: Caller): Promise<boolean>
  askApproval(actor: PersonActor, request: Ask): Promise<Readonly<{ approvalId: ApprovalId; expiresAt: Date }>>
}>

type Asked = z.output<typeof contract.asked>

/** For administrators: who works here, with which roles, and how they get in. */
export function peopleRoutes(deps: PeopleRoutesDeps): Route<Caller>[] {
  const { corps, requireAdminister, askApproval } = deps
  const describe = async (person: Person, caller: Caller) =>
    describePerson(person, await corps.standings(caller.corpsId), caller.id)

  /** Whoever comes upon an open session must not come out of it with somebody's password. */
  const requireFreshProof = async (request: FastifyRequest) =>
    corps.requireFreshProof(await deps.sessions.require(request))

  async function demand(caller: Caller, personId: PersonId): Promise<Person> {
    const person = await corps.findPerson(caller.corpsId, personId)
    if (person === undefined) throw new AppError('person/not-found')
    return person
  }

  async function shownOf(person: Person) {
    const { id, name, login, title, roles, mustChangePassword, passwordGiven, createdAt, corpsId } = person
    const giver =
      passwordGiven === null || passwordGiven.by === null
        ? undefined
        : await corps.findPerson(corpsId, passwordGiven.by)
    return {
      person: { id, name, login, title },
      roles: [...roles],
      addedAt: createdAt.toISOString(),
      hasSignedIn: !mustChangePassword,
      passwordGivenAt: passwordGiven?.at.toISOString() ?? null,
      passwordGivenBy: giver === undefined ? null : { id: giver.id, name: giver.name, title: giver.title },
    }
  }
  async function ask(caller: PersonActor, request: Ask): Promise<Asked> {
    const { approvalId, expiresAt } = await askApproval(caller, request)
    return { approvalId, expiresAt: expiresAt.toISOString() }
  }
  async function askRoles(
    caller: PersonActor,
    person: Person,
    awaited: readonly Role[],
    reason: string,
  ): Promise<Asked> {
    const passwordGivenAt = person.passwordGiven?.at.toISOString() ?? null
    return ask(caller, {
      act: 'widen-role',
      recordingId: null,
      shown: { ...(await shownOf(person)), asked: [...awaited] },
      payload: { personId: person.id, roles: [...awaited], passwordGivenAt },
      reason,
    })
  }

  return [
    serve(contract.listPeople, async ({ caller }: { caller: Caller }) => {
      await deps.requireSeePeople(caller)
      const standings = await corps.standings(caller.corpsId)
      const people = await corps.listPeople(caller.corpsId)
      const isAdministrator = await deps.mayAdminister(caller)
      return {
        people: people
          .filter(({ leftAt }) => isAdministrator || leftAt === null)
          .map((person) => describePerson(person, isAdministrator ? standings : unknownStandings, caller.id)),
        isFounding: standings.isFounding,
      }
    }),
    serve(contract.addPerson, async ({ caller, body }) => {
      await requireAdminister(caller)
      const { person, oneTimePassword, awaited } = await corps.addPerson(toActor(caller), body)
      // The account is there, and its password is shown this once: that nobody could be asked must not hide it.
      const asked =
        awaited.length === 0
          ? null
          : await askRoles(toActor(caller), person, awaited, body.reason ?? '').catch(refusedAsNull)
      return { person: await describe(person, caller), oneTimePassword, awaitedRoles: [...awaited], asked }
    }),
    serve(contract.changePerson, async ({ caller, params, body }) => {
      await requireAdminister(caller)
      return { person: await describe(await corps.changePerson(toActor(caller), params.personId, body), caller) }
    }),
    serve(contract.changeRoles, async ({ caller, params, body }) => {
      await requireAdminister(caller)
      const { person, awaited } = await corps.changeRoles(toActor(caller), params.personId, body)
      const asked = awaited.length === 0 ? null : await askRoles(toActor(caller), person, awaited, body.reason)
      return { person: await describe(person, caller), awaitedRoles: [...awaited], asked }
    }),
    serve(contract.leaveCorps, async ({ caller, params }) => {
      await requireAdminister(caller)
      return { person: await describe(await corps.leave(toActor(caller), params.personId), caller) }
    }),
    serve(contract.returnToCorps, async ({ caller, params, request }) => {
      await requireAdminister(caller)
      await requireFreshProof(request)
      const { person, oneTimePassword } = await corps.return(toActor(caller), params.personId)
      return { person: await describe(person, caller), oneTimePassword }
    }),
    serve(contract.unlockPerson, async ({ caller, params }) => {
      await requireAdminister(caller)
      return { person: await describe(await corps.unlock(toActor(caller), params.personId), caller) }
    }),
    serve(contract.resetPassword, async ({ caller, params, request }) => {
      await requireAdminister(caller)
      await requireFreshProof(request)
      return { oneTimePassword: await corps.resetPassword(toActor(caller), params.personId) }
    }),
    serve(contract.askRecovery, async ({ caller, params, body }) => {
      await requireAdminister(caller)
      const person = await demand(caller, params.personId)
      if (person.leftAt !== null) throw new AppError('person/left')
      if (person.id === caller.id) throw new AppError('person/not-oneself')
      return ask(toActor(caller), {
        act: 'recover-account',
        recordingId: null,
        shown: await shownOf(person),
        payload: { personId: person.id },
        reason: body.reason,
      })
    }),
    serve(contract.takeRecovery, async ({ caller, params, request }) => {
      await requireAdminister(caller)
      await requireFreshProof(request)
      return { oneTimePassword: await corps.takeRecovery(toActor(caller), params.personId) }
    }),
    serve(contract.listSessionsOf, async ({ caller, params }) => {
      await requireAdminister(caller)
      const person = await demand(caller, params.personId)
      const sessions = await corps.listSessions(caller.corpsId, person.id)
      return { sessions: sessions.map((each) => describeSession(each, caller)) }
    }),
    serve(contract.endSessionOf, async ({ caller, params }) => {
      await requireAdminister(caller)
      await corps.endSession(toActor(caller), params.personId, params.sessionId)
      return {}
    }),
  ]
}

/** How people get in is for administrators; others see who works here. */
const unknownStandings = { closed: new Map<string, Date>(), withFactor: new Set<PersonId>(), recoveries: [] }

/** As custody keeps whoever acts: without the session. */
function toActor({ sessionId: _sessionId, ...actor }: Caller): PersonActor {
  return actor
}

function refusedAsNull(error: unknown): null {
  if (error instanceof AppError) return null
  throw error
}
