import type { ApprovalId, JsonValue, PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, serve, serveOpen } from '#platform/http'
import type { Log } from '#platform/log'
import type { WidenedWay } from './identity-provider.ts'
import { clientIn, openAttemptCookie, type SignInRoutesDeps } from './passkeys-routes.ts'
import type { peopleRoutes } from './people-routes.ts'
import type { Caller } from './sessions.ts'
import { attemptSeconds } from './sign-in-attempts.ts'

const callbackPath = '/api/sign-in/callback'
const logoutPath = '/api/sign-in/provider-logout'

const originOf = ({ publicUrl }: Pick<SignInRoutesDeps, 'publicUrl'>, request: FastifyRequest) =>
  publicUrl ?? `${request.protocol}://${request.host}`

export function identityProviderRoutes(
  deps: SignInRoutesDeps & Pick<Parameters<typeof peopleRoutes>[0], 'askApproval'>,
): Route<Caller>[] {
  const { requireAdminister } = deps
  const attemptCookie = openAttemptCookie(deps.publicUrl)
  const { identityProviders } = deps.corps

  /** Whoever speaks for the provider gives roles: that takes two, as soon as there are two. */
  async function widen(
    caller: PersonActor,
    change: WidenedWay,
    shown: Readonly<Record<string, JsonValue>>,
    reason: string,
  ): Promise<{ asked: { approvalId: ApprovalId; expiresAt: string } | null }> {
    if ((await deps.corps.standings(caller.corpsId)).isFounding) {
      await identityProviders.widenAlone(caller, change)
      return { asked: null }
    }
    const request = { act: 'widen-role' as const, recordingId: null, shown, payload: change, reason }
    const { approvalId, expiresAt } = await deps.askApproval(caller, request)
    return { asked: { approvalId, expiresAt: expiresAt.toISOString() } }
  }

  return [
    serveOpen(contract.beginProviderSignIn, async ({ body, request, reply }) => {
      const { token, address } = await identityProviders.beginSignIn(
        body.corpsId,
        `${originOf(deps, request)}${callbackPath}`,
      )
      attemptCookie.set(request, reply, token, attemptSeconds)
      return { address }
    }),

    serve(contract.getIdentityProvider, async ({ caller, request }: { caller: Caller; request: FastifyRequest }) => {
      await requireAdminister(caller)
      const origin = originOf(deps, request)
      return {
        settings: (await identityProviders.find(caller.corpsId))?.settings ?? null,
        issuers: [...identityProviders.allowedIssuers],
        callbackAddress: `${origin}${callbackPath}`,
        logoutAddress: `${origin}${logoutPath}`,
      }
    }),
    serve(contract.changeIdentityProvider, async ({ caller, body, request }) => {
      await requireAdminister(caller)
      deps.corps.requireFreshProof(await deps.sessions.require(request))
      const change = await identityProviders.prepare(caller.corpsId, body.settings, body.clientSecret)
      return widen(caller, change, { identityProvider: body.settings }, body.reason)
    }),
    serve(contract.removeIdentityProvider, async ({ caller }: { caller: Caller }) => {
      await requireAdminister(caller)
      await identityProviders.remove(caller)
      return {}
    }),
    serve(contract.getIdentityOf, async ({ caller, params }) => {
      await requireAdminister(caller)
      const identity = await identityProviders.identityOf(caller, params.personId)
      if (identity === undefined) return { identity: null }
      const { issuer, login, linkedAt, lastUsedAt } = identity
      return {
        identity: {
          issuer,
          login,
          linkedAt: linkedAt?.toISOString() ?? null,
          lastUsedAt: lastUsedAt?.toISOString() ?? null,
        },
      }
    }),
    serve(contract.inviteIdentity, async ({ caller, params: { personId }, body, request }) => {
      await requireAdminister(caller)
      if (body.kind === 'take-back') {
        await identityProviders.unlink(caller, personId)
        return { asked: null }
      }
      deps.corps.requireFreshProof(await deps.sessions.require(request))
      const change = await identityProviders.prepareInvitation(caller.corpsId, personId, body.login)
      const person = await deps.corps.findPerson(caller.corpsId, personId)
      if (person === undefined) throw new AppError('person/not-found')
      const { name, login, title, roles } = person
      const shown = { person: { id: personId, name, login, title }, roles: [...roles] }
      return widen(caller, change, { ...shown, identity: { issuer: change.issuer, login: change.login } }, body.reason)
    }),
  ]
}

/** Where the provider sends the browser back to: it ends at the sign-in screen, with a session or with a reason. */
export function providerCallbackRoute(deps: SignInRoutesDeps & Readonly<{ log: Log }>): RawRoute {
  const { corps, log } = deps
  const attemptCookie = openAttemptCookie(deps.publicUrl)
  return (app) =>
    void app.get(callbackPath, { exposeHeadRoute: false }, async (request, reply) => {
      const token = attemptCookie.read(request)
      attemptCookie.clear(request, reply)
      reply.header('cache-control', 'no-store')
      try {
        const returned = new URL(request.url, originOf(deps, request))
        const opened = await corps.identityProviders.endSignIn(token, returned, clientIn(request))
        await deps.welcome(opened, request, reply)
        return await reply.redirect('/', 303)
      } catch (error) {
        const code = contract.providerRefusals.find((one) => error instanceof AppError && one === error.code)
        if (code === undefined) log.error('sign-in/defect', error, { requestId: request.id })
        else log.warn('sign-in/refused', { code, because: causeOf(error), requestId: request.id })
        return reply.redirect(`/?refused=${encodeURIComponent(code ?? 'server/defect')}`, 303)
      }
    })
}

/** The provider says that somebody signed out there. It sends a form, and has no session. */
export function providerLogoutRoute({ corps, log }: SignInRoutesDeps & Readonly<{ log: Log }>): RawRoute {
  return (app) =>
    void app.register((scope, _options, done) => {
      scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) =>
        parsed(null, new URLSearchParams(String(body))),
      )
      scope.post(logoutPath, async (request, reply) => {
        const token = request.body instanceof URLSearchParams ? request.body.get('logout_token') : null
        try {
          await corps.identityProviders.endSessions(token ?? '')
        } catch (error) {
          if (error instanceof AppError)
            log.warn('sign-out/refused', { because: causeOf(error), requestId: request.id })
          throw error
        }
        return reply.header('cache-control', 'no-store').send({})
      })
      done()
    })
}

/** What the library calls it: a code, never a claim. */
function causeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const cause: unknown = error.cause
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : causeOf(cause)
}
