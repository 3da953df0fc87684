import * as contract from '@getuige/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '#platform/errors'
import { type Cookie, openCookie, type Route, serve, serveOpen } from '#platform/http'
import { clientOf } from './client.ts'
import type { Client, Corps, SessionRow } from './index.ts'
import { findRelyingParty, type RelyingParty } from './passkeys.ts'
import type { Passkey } from './passkeys-store.ts'
import type { Caller, OpenedSession } from './sessions.ts'
import { attemptSeconds } from './sign-in-attempts.ts'

export type SignInRoutesDeps = Readonly<{
  corps: Corps
  /** The address people type, where it is not this machine's. */
  publicUrl: string | undefined
  /** `require` throws `session/none`. */
  sessions: Readonly<{ require(request: FastifyRequest): Promise<SessionRow> }>
  /** Puts the session in the cookie of the browser, and says whose it is. */
  welcome(opened: OpenedSession, request: FastifyRequest, reply: FastifyReply): Promise<contract.SessionState>
  /** Throws `access/denied` unless the person runs the corps. */
  requireAdminister(actor: Caller): void | Promise<void>
}>

export const clientIn = (request: FastifyRequest): Client => clientOf(request.headers['user-agent'], request.ip)

/** What was begun in a browser. It must come along when the provider sends the browser back to us. */
export function openAttemptCookie(publicUrl: string | undefined): Cookie {
  return openCookie('getuige_attempt', { sameSite: 'lax', isPublicOverTls: publicUrl?.startsWith('https:') === true })
}

export function passkeyRoutes(deps: SignInRoutesDeps): Route<Caller>[] {
  const { corps, sessions, requireAdminister } = deps
  const { passkeys } = corps
  const attemptCookie = openAttemptCookie(deps.publicUrl)

  function requireParty(request: FastifyRequest): RelyingParty {
    const party = findRelyingParty(deps.publicUrl, request)
    if (party === undefined) throw new AppError('passkey/address-unsuited')
    return party
  }
  /** The token of the attempt, which ends with this request. */
  function takeToken(request: FastifyRequest, reply: FastifyReply): string | undefined {
    attemptCookie.clear(request, reply)
    return attemptCookie.read(request)
  }

  return [
    serveOpen(contract.listSignInWays, async ({ request }) => ({
      passkeys: findRelyingParty(deps.publicUrl, request) !== undefined,
      asksSecondFactor: corps.asksSecondFactor,
      providers: await corps.identityProviders.listChoices(),
    })),
    serveOpen(contract.beginPasskeySignIn, async ({ request, reply }) => {
      const { token, options } = await passkeys.beginSignIn(requireParty(request))
      attemptCookie.set(request, reply, token, attemptSeconds)
      return { options }
    }),
    serveOpen(contract.signInWithPasskey, async ({ body, request, reply }) => {
      const party = requireParty(request)
      return deps.welcome(
        await passkeys.signIn(party, takeToken(request, reply), body.credential, clientIn(request)),
        request,
        reply,
      )
    }),

    serve(contract.listPasskeys, async ({ caller, request }: { caller: Caller; request: FastifyRequest }) => ({
      passkeys: (await passkeys.list(caller, caller.id)).map(toAnswer),
      canAdd: findRelyingParty(deps.publicUrl, request) !== undefined,
    })),
    serve(contract.beginAddPasskey, async ({ request, reply }: { request: FastifyRequest; reply: FastifyReply }) => {
      const session = await sessions.require(request)
      const { token, options } = await passkeys.beginAdd(requireParty(request), session)
      attemptCookie.set(request, reply, token, attemptSeconds)
      return { options }
    }),
    serve(contract.addPasskey, async ({ body, request, reply }) => {
      const party = requireParty(request)
      const session = await sessions.require(request)
      const token = takeToken(request, reply)
      const { passkey, opened } = await passkeys.add(party, session, token, body, clientIn(request))
      return { passkey: toAnswer(passkey), session: await deps.welcome(opened, request, reply) }
    }),
    serve(contract.removePasskey, async ({ caller, params, request }) => {
      corps.requireFreshProof(await sessions.require(request))
      await passkeys.remove(caller, caller.id, params.passkeyId)
      return {}
    }),

    serve(contract.listPasskeysOf, async ({ caller, params }) => {
      await requireAdminister(caller)
      return { passkeys: (await passkeys.list(caller, params.personId)).map(toAnswer) }
    }),
    serve(contract.removePasskeyOf, async ({ caller, params }) => {
      await requireAdminister(caller)
      await passkeys.remove(caller, params.personId, params.passkeyId)
      return {}
    }),
  ]
}

function toAnswer({ id, name, isSynced, createdAt, lastUsedAt }: Passkey): z.input<typeof contract.passkey> {
  return { id, name, isSynced, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null }
}
