import * as contract from '@getuige/contract'
import type { LawKey } from '@getuige/law'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '#platform/errors'
import { type Route, serve, serveOpen } from '#platform/http'
import type { CorpsDeps } from './deps.ts'
import type { Corps, Person, SessionRow } from './index.ts'
import type { Caller, OpenedSession } from './sessions.ts'

const cookieName = 'getuige_session'

type RoutesDeps = Pick<CorpsDeps, 'clock'> &
  Readonly<{
    corps: Corps
    /** People reach the server by https, also where a proxy in front of it ends TLS. */
    isPublicOverTls: boolean
    /** Throws `access/denied` unless the person runs the corps. */
    requireAdminister(actor: Caller): void
    describeLawPack(law: LawKey): contract.LawPackSummary
    lawPackSummaries: readonly contract.LawPackSummary[]
    status(actor: Caller): Promise<z.input<typeof contract.getStatus.returns>>
  }>

/** Who calls: the person of the session cookie. A person with a one-time password may only change it. */
export async function authenticate(corps: Corps, request: FastifyRequest): Promise<Caller | undefined> {
  const session = await findSessionOf(corps, request)
  if (session === undefined) return undefined
  if (session.person.mustChangePassword && !isAboutSession(request))
    throw new AppError('session/password-change-required')
  return corps.toCaller(session)
}

function isAboutSession(request: FastifyRequest): boolean {
  const path = request.url.split('?')[0] ?? ''
  return path === '/api/session' || path === '/api/session/password'
}

async function findSessionOf(corps: Corps, request: FastifyRequest): Promise<SessionRow | undefined> {
  const token = request.cookies[cookieName]
  return token === undefined ? undefined : corps.findSessionByToken(token)
}

export function corpsRoutes(deps: RoutesDeps): Route<Caller>[] {
  const { corps, clock } = deps

  async function toState({ person, corps: its, expiresAt }: SessionRow): Promise<contract.SessionState> {
    const { id, label, status } = deps.describeLawPack(await corps.lawKeyAt(its.id, clock.now()))
    return {
      person: { id: person.id, name: person.name, login: person.login, title: person.title, roles: [...person.roles] },
      corps: { id: its.id, name: its.name, timeZone: its.timeZone, lawPack: { id, label, status } },
      mustChangePassword: person.mustChangePassword,
      expiresAt: expiresAt.toISOString(),
      now: clock.now().toISOString(),
    }
  }
  function welcome({ token, session }: OpenedSession, request: FastifyRequest, reply: FastifyReply) {
    void reply.setCookie(cookieName, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https' || deps.isPublicOverTls,
      maxAge: Math.floor((session.expiresAt.getTime() - clock.now().getTime()) / 1000),
    })
    return toState(session)
  }
  async function requireSession(request: FastifyRequest): Promise<SessionRow> {
    const session = await findSessionOf(corps, request)
    if (session === undefined) throw new AppError('session/none')
    return session
  }

  return [
    serveOpen(contract.getSetup, async ({ params }) => {
      await corps.requireOpenLink(params.token)
      return { lawPacks: [...deps.lawPackSummaries] }
    }),
    serveOpen(contract.completeSetup, async ({ params, body, request, reply }) =>
      welcome(await corps.establish(params.token, body), request, reply),
    ),
    serveOpen(contract.signIn, async ({ body, request, reply }) =>
      welcome(await corps.signIn(body.login, body.password), request, reply),
    ),
    serveOpen(contract.getSession, async ({ request }) => toState(await requireSession(request))),
    serveOpen(contract.signOut, async ({ request, reply }) => {
      const token = request.cookies[cookieName]
      if (token !== undefined) await corps.signOut(token)
      void reply.clearCookie(cookieName, { path: '/' })
      return {}
    }),
    serveOpen(contract.changePassword, async ({ body, request, reply }) => {
      const session = await requireSession(request)
      return welcome(await corps.changePassword(session, body.current, body.next), request, reply)
    }),
    serve(contract.getLawPack, async ({ caller }: { caller: Caller }) =>
      deps.describeLawPack(await corps.lawKeyAt(caller.corpsId, clock.now())),
    ),

    serve(contract.listPeople, async ({ caller }: { caller: Caller }) => {
      deps.requireAdminister(caller)
      return { people: (await corps.listPeople(caller.corpsId)).map(toPerson) }
    }),
    serve(contract.addPerson, async ({ caller, body }) => {
      deps.requireAdminister(caller)
      const { person, oneTimePassword } = await corps.addPerson(caller, body)
      return { person: toPerson(person), oneTimePassword }
    }),
    serve(contract.resetPassword, async ({ caller, params }) => {
      deps.requireAdminister(caller)
      return { oneTimePassword: await corps.resetPassword(caller, params.personId) }
    }),
    serve(contract.getStatus, async ({ caller }: { caller: Caller }) => {
      deps.requireAdminister(caller)
      return deps.status(caller)
    }),
  ]
}

function toPerson(person: Person): z.input<typeof contract.person> {
  return {
    id: person.id,
    name: person.name,
    login: person.login,
    title: person.title,
    roles: [...person.roles],
    createdAt: person.createdAt.toISOString(),
    mustChangePassword: person.mustChangePassword,
  }
}
