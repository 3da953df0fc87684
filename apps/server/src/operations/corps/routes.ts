import * as contract from '@getuige/contract'
import { countryOf, type LawKey, resolveLaw } from '@getuige/law'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '#platform/errors'
import { type Cookie, openCookie, type RawRoute, type Route, serve, serveOpen } from '#platform/http'
import type { Log } from '#platform/log'
import { clientOf } from './client.ts'
import type { CorpsDeps } from './deps.ts'
import { describeSession } from './describe.ts'
import type { Client, Corps, SessionRow } from './index.ts'
import { identityProviderRoutes, providerCallbackRoute, providerLogoutRoute } from './identity-provider-routes.ts'
import { passkeyRoutes } from './passkeys-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { needsSecondFactor } from './rules.ts'
import type { Caller, OpenedSession } from './sessions.ts'

type RoutesDeps = Pick<CorpsDeps, 'clock'> &
  Parameters<typeof peopleRoutes>[0] &
  Readonly<{
    sessions: SessionReader
    /** People reach the server by https, also where a proxy in front of it ends TLS. */
    isPublicOverTls: boolean
    /** The address people type, where it is not this machine's. */
    publicUrl: string | undefined
    describeLawPack(law: LawKey): contract.LawPackSummary
    lawPackSummaries: readonly contract.LawPackSummary[]
    status(actor: Caller): Promise<z.input<typeof contract.getStatus.returns>>
  }>

/** Who calls, by the cookie of their session. */
export type SessionReader = ReturnType<typeof openSessionReader>

export function openSessionReader(corps: Corps, isPublicOverTls: boolean) {
  const cookie = openCookie('getuige_session', { sameSite: 'strict', isPublicOverTls })
  const find = async (request: FastifyRequest, isUse = true): Promise<SessionRow | undefined> => {
    const token = cookie.read(request)
    return token === undefined ? undefined : corps.findSessionByToken(token, isUse)
  }
  return {
    cookie,
    find,
    /** Throws `session/none`. */
    async require(request: FastifyRequest): Promise<SessionRow> {
      const session = await find(request)
      if (session === undefined) throw new AppError('session/none')
      return session
    },
    /** A person with a one-time password may only change it; one who lacks a second factor may only add one. */
    async authenticate(request: FastifyRequest, isUse = true): Promise<Caller | undefined> {
      const session = await find(request, isUse)
      if (session === undefined) return undefined
      const path = request.url.split('?')[0] ?? ''
      if (session.person.mustChangePassword) {
        if (!isAboutSession.test(path)) throw new AppError('session/password-change-required')
      } else if (corps.isHalf(session) && !isAboutSession.test(path) && !isAboutFactors.test(path)) {
        throw new AppError('session/second-factor-required')
      }
      return corps.toCaller(session)
    },
  }
}

const isAboutSession = /^\/api\/session(\/password)?$/
const isAboutFactors = /^\/api\/(account(\/totp(\/code)?)?|passkeys(\/challenge)?)$/

/** What the steps before a session are known by, in the browser that takes them. */
const stepSeconds = 600

/** Of the browser that asks. */
export const clientIn = (request: FastifyRequest): Client => clientOf(request.headers['user-agent'], request.ip)

/** Puts a session that was opened in the cookie of the browser, and says whose it is. */
export function openWelcome(deps: Pick<RoutesDeps, 'corps' | 'clock' | 'sessions'>) {
  const { corps, clock, sessions } = deps
  async function toState(session: SessionRow): Promise<contract.SessionState> {
    const { person, corps: its, expiresAt } = session
    const law = resolveLaw(await corps.lawKeyAt(its.id, clock.now()))
    const { id, label, status } = law
    const lawPack = {
      id,
      label,
      status,
      country: countryOf(id),
      hasMandates: law.corpsActs['decide-mandates'].roles.length > 0,
    }
    return {
      person: { id: person.id, name: person.name, login: person.login, title: person.title, roles: [...person.roles] },
      corps: { id: its.id, name: its.name, timeZone: its.timeZone, lawPack },
      mustChangePassword: person.mustChangePassword,
      mustAddFactor: corps.isHalf(session),
      expiresAt: expiresAt.toISOString(),
      now: clock.now().toISOString(),
    }
  }
  return {
    toState,
    welcome: ({ token, session }: OpenedSession, request: FastifyRequest, reply: FastifyReply) => {
      const seconds = Math.floor((session.expiresAt.getTime() - clock.now().getTime()) / 1000)
      sessions.cookie.set(request, reply, token, seconds)
      return toState(session)
    },
  }
}

export function corpsRoutes(deps: RoutesDeps): Route<Caller>[] {
  const { corps, sessions } = deps
  const { toState, welcome } = openWelcome(deps)
  const stepCookie: Cookie = openCookie('getuige_sign_in', {
    sameSite: 'strict',
    isPublicOverTls: deps.isPublicOverTls,
  })

  return [
    serveOpen(contract.getSetup, async ({ params }) => {
      await corps.requireOpenLink(params.token)
      return { lawPacks: [...deps.lawPackSummaries] }
    }),
    serveOpen(contract.completeSetup, async ({ params, body, request, reply }) =>
      welcome(await corps.establish(params.token, body, clientIn(request)), request, reply),
    ),
    serveOpen(contract.signIn, async ({ body, request, reply }) => {
      const step = await corps.signIn(body.login, body.password, clientIn(request))
      if (step.step === 'signed-in')
        return { step: 'signed-in' as const, session: await welcome(step.opened, request, reply) }
      stepCookie.set(request, reply, step.token, stepSeconds)
      return { step: step.step, factors: [...step.factors], expiresAt: step.expiresAt.toISOString() }
    }),
    serveOpen(contract.giveCode, async ({ body, request, reply }) => {
      const opened = await corps.giveCode(stepCookie.read(request), body.code, clientIn(request))
      stepCookie.clear(request, reply)
      return welcome(opened, request, reply)
    }),
    serveOpen(contract.getSession, async ({ request }) => toState(await sessions.require(request))),
    serveOpen(contract.signOut, async ({ request, reply }) => {
      const token = sessions.cookie.read(request)
      if (token !== undefined) await corps.signOut(token)
      sessions.cookie.clear(request, reply)
      return {}
    }),
    serveOpen(contract.changePassword, async ({ body, request, reply }) => {
      const session = await sessions.require(request)
      const opened = await corps.changePassword(session, body.current, body.next, clientIn(request))
      return welcome(opened, request, reply)
    }),

    serve(contract.getAccount, async ({ caller }: { caller: Caller }) => ({
      totpSince: (await corps.totpSince(caller))?.toISOString() ?? null,
      needsSecondFactor: corps.asksSecondFactor && needsSecondFactor(caller.roles),
      sessions: (await corps.listSessions(caller.corpsId, caller.id)).map((each) => describeSession(each, caller)),
    })),
    serve(contract.beginTotp, async ({ request }) => {
      const session = await sessions.require(request)
      corps.requireFreshProof(session)
      return corps.beginTotp(session)
    }),
    serve(contract.confirmTotp, async ({ body, request, reply }) => {
      const session = await sessions.require(request)
      return welcome(await corps.addTotp(session, body.code, clientIn(request)), request, reply)
    }),
    serve(contract.removeTotp, async ({ request }) => {
      const session = await sessions.require(request)
      corps.requireFreshProof(session)
      await corps.removeTotp(session)
      return {}
    }),
    serve(contract.endOwnSession, async ({ caller, params }) => {
      await corps.endSession(caller, caller.id, params.sessionId)
      return {}
    }),
    serve(contract.endOtherSessions, async ({ caller }: { caller: Caller }) => {
      await corps.endOtherSessions(caller)
      return {}
    }),

    ...peopleRoutes(deps),
    ...passkeyRoutes({ ...deps, welcome }),
    ...identityProviderRoutes({ ...deps, welcome }),
    serve(contract.getStatus, async ({ caller }: { caller: Caller }) => {
      await deps.requireAdminister(caller)
      return deps.status(caller)
    }),
  ]
}

/** Where a provider of identities sends browsers back to, and says who signed out there. */
export function providerRoutes(deps: RoutesDeps & Readonly<{ log: Log }>): RawRoute[] {
  const { welcome } = openWelcome(deps)
  return [providerCallbackRoute({ ...deps, welcome }), providerLogoutRoute({ ...deps, welcome })]
}
