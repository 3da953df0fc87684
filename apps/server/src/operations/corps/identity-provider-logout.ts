import type { CorpsId } from '@getuige/base'
import { AppError } from '#platform/errors'
import type { CorpsDeps } from './deps.ts'
import { discoverProvider, openClientSecret } from './identity-provider.ts'
import { findIdentityBySubject, listProviders } from './identity-provider-store.ts'
import { endSessionsOf } from './sessions.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const maxAgeSeconds = 300

/** Loaded when a provider first calls. */
const jose = () => import('jose')

/**
 * The provider says that somebody signed out there: their sessions here end. Throws `identity-provider/refused` for a
 * token that is not the provider's, not for us, or not of now. Somebody who is not known here is nothing to do.
 * Custody: `session-ended`.
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html
 */
export async function endSessionsByProvider(deps: CorpsDeps, logoutToken: string): Promise<void> {
  const said = await readUnverified(logoutToken)
  const providers = await listProviders(deps.db.everyCorps)
  for (const provider of providers) {
    const { settings, corpsId } = provider
    if (!deps.identityProviders.includes(settings.issuer)) continue
    if (settings.issuer !== said.issuer || !said.audience.includes(settings.clientId)) continue
    const config = await discoverProvider(settings, await openClientSecret(deps, provider))
    const subject = await requireSubject(config.serverMetadata().jwks_uri, settings, logoutToken)
    await endSessionsOfSubject(deps, corpsId, settings.issuer, subject)
    said.isKnown = true
  }
  if (!said.isKnown) throw new AppError('identity-provider/refused')
}

/** Tells only whose keys to check it with. */
async function readUnverified(token: string) {
  const { decodeJwt } = await jose()
  try {
    const { iss = '', aud = [] } = decodeJwt(token)
    return { issuer: iss, audience: [aud].flat(), isKnown: false }
  } catch (cause) {
    throw new AppError('identity-provider/refused', {}, { cause })
  }
}

async function requireSubject(
  keysAddress: string | undefined,
  { issuer, clientId }: Readonly<{ issuer: string; clientId: string }>,
  token: string,
): Promise<string> {
  if (keysAddress === undefined) throw new AppError('identity-provider/refused')
  const { createRemoteJWKSet, jwtVerify } = await jose()
  try {
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keysAddress)), {
      issuer,
      audience: clientId,
      maxTokenAge: maxAgeSeconds,
      requiredClaims: ['iat', 'jti', 'sub', 'events'],
    })
    const { events, sub = '' } = payload
    const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, event)
    // A token that signs somebody in has a nonce, and must not sign them out.
    if (!isLogout || Object.hasOwn(payload, 'nonce')) throw new Error('not a logout token')
    return sub
  } catch (cause) {
    throw new AppError('identity-provider/refused', {}, { cause })
  }
}

async function endSessionsOfSubject(deps: CorpsDeps, corpsId: CorpsId, issuer: string, subject: string): Promise<void> {
  await deps.act<unknown>({ kind: 'system', corpsId }, async (tx, record) => {
    const identity = await findIdentityBySubject(tx, issuer, subject)
    if (identity === undefined) return deps.nothingToRecord
    const ended = await endSessionsOf(tx, record, identity.personId, 'identity-provider')
    return ended > 0 ? undefined : deps.nothingToRecord
  })
}
