import { type CorpsId, newId, type Role } from '@getuige/base'
import { label as nameForm, login as loginForm, type ProviderSettings } from '@getuige/contract'
import type { Configuration } from 'openid-client'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { discoverProvider, openClientSecret, openidClient, requireProvider } from './identity-provider.ts'
import { type Claims, decideRoles, readClaim, saysTwoFactors } from './identity-provider-rules.ts'
import { lockIdentity, putIdentity, updateIdentityUse } from './identity-provider-store.ts'
import { hashPassword } from './passwords.ts'
import { endSessionsOf, newToken, openSession, type OpenedSession } from './sessions.ts'
import { beginAttempt, endAttempt, secretOf } from './sign-in-attempts.ts'
import { type Client, insertPerson, lockPerson, type Person, updatePassword, updatePerson } from './store.ts'

/** Where the browser goes, and a token for its cookie. `callback` is where the provider sends it back to. */
export async function beginProviderSignIn(
  deps: CorpsDeps,
  corpsId: CorpsId,
  callback: string,
): Promise<{ token: string; address: string }> {
  const provider = await requireProvider(deps, corpsId)
  const { settings } = provider
  const config = await discoverProvider(settings, await openClientSecret(deps, provider))
  const token = await beginAttempt(deps, 'provider-sign-in', { corpsId, personId: null })
  const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await openidClient()
  const address = buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: [...new Set(['openid', ...settings.scopes])].join(' '),
    state: secretOf(token, 'state'),
    nonce: secretOf(token, 'nonce'),
    code_challenge: await calculatePKCECodeChallenge(secretOf(token, 'code-verifier')),
    code_challenge_method: 'S256',
  })
  return { token, address: address.href }
}

/**
 * The browser came back. What it carries is exchanged for a token of this very attempt; what the token says decides who
 * it is, and what they may from now on. Custody: `identity-linked`, `person-added`, `roles-changed` where that is so.
 */
export async function endProviderSignIn(
  deps: CorpsDeps,
  token: string | undefined,
  returned: URL,
  client: Client,
): Promise<OpenedSession> {
  const attempt = await endAttempt(deps, 'provider-sign-in', token)
  if (token === undefined || attempt?.corpsId === undefined || attempt.corpsId === null)
    throw new AppError('identity-provider/attempt-over')
  const { corpsId } = attempt
  const provider = await requireProvider(deps, corpsId)
  const { settings } = provider
  const config = await discoverProvider(settings, await openClientSecret(deps, provider))
  const claims = await requireClaims(config, settings, token, returned)
  if (!saysTwoFactors(claims, settings.strongAcr) && !settings.acceptsOneFactor)
    throw new AppError('identity-provider/second-factor')
  const person = await admit(deps, corpsId, settings, toSaid(settings, claims))
  // After the transaction that took their roles away.
  if (person.roles.length === 0) throw new AppError('identity-provider/no-role')
  return openSession(deps, person, 'identity-provider', client)
}

/** Signature, issuer, audience, times, nonce and state are as they must be; else nobody signs in. */
async function requireClaims(
  config: Configuration,
  settings: ProviderSettings,
  token: string,
  returned: URL,
): Promise<Claims & { sub: string }> {
  const { authorizationCodeGrant, AuthorizationResponseError, fetchUserInfo } = await openidClient()
  try {
    const tokens = await authorizationCodeGrant(config, returned, {
      expectedState: secretOf(token, 'state'),
      expectedNonce: secretOf(token, 'nonce'),
      pkceCodeVerifier: secretOf(token, 'code-verifier'),
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) throw new AppError('identity-provider/refused')
    const named = [settings.loginClaim, ...(settings.rolesClaim === null ? [] : [settings.rolesClaim])]
    const isComplete = named.every((name) => readClaim(claims, name) !== undefined)
    if (isComplete || config.serverMetadata().userinfo_endpoint === undefined) return claims
    // Some providers say in the token only who it is, and the rest where they are asked.
    return { ...(await fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    // Said by the provider in the address, for this state: nothing was granted.
    if (cause instanceof AuthorizationResponseError) throw new AppError('identity-provider/cancelled', {}, { cause })
    throw new AppError(
      isUnreachable(cause) ? 'identity-provider/unreachable' : 'identity-provider/refused',
      {},
      { cause },
    )
  }
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.message === 'fetch failed' || ('code' in error && error.code === 'OAUTH_TIMEOUT')) return true
  return isUnreachable(error.cause)
}

/** What the provider says of somebody, in our words. `roles` null: they are given here. */
type Said = Readonly<{
  issuer: string
  subject: string
  /** Undefined: it gives none that could be one here. */
  login: string | undefined
  name: string | undefined
  roles: readonly Role[] | null
}>

function toSaid(settings: ProviderSettings, claims: Claims & { sub: string }): Said {
  const login = loginForm.safeParse(readClaim(claims, settings.loginClaim))
  const name = nameForm.safeParse(claims['name'])
  return {
    issuer: settings.issuer,
    subject: claims.sub,
    login: login.success ? login.data : undefined,
    name: name.success ? name.data : undefined,
    roles: decideRoles(claims, settings),
  }
}

/** Somebody of the corps with the roles that the provider gives now. Whoever left stays out, whatever it says. */
async function admit(deps: CorpsDeps, corpsId: CorpsId, settings: ProviderSettings, said: Said): Promise<Person> {
  const now = deps.clock.now()
  const usual = await deps.db
    .of(corpsId)
    .transaction()
    .execute(async (tx) => {
      const identity = await lockIdentity(tx, corpsId, said)
      if (identity?.subject !== said.subject) return undefined
      const person = await lockPerson(tx, corpsId, identity.personId)
      if (person === undefined || person.leftAt !== null) throw new AppError('identity-provider/not-known')
      if (said.roles !== null && !isSame(person.roles, said.roles)) return undefined
      await updateIdentityUse(tx, person.id, now)
      return person
    })
  if (usual !== undefined) return usual
  // Nobody can know it: who signs in at the provider has no password here until they are given one.
  const passwordHash = await hashPassword(newToken())
  return deps.act({ kind: 'system', corpsId }, async (tx, record) => {
    const identity = await lockIdentity(tx, corpsId, said)
    const known = identity && (await lockPerson(tx, corpsId, identity.personId))
    if (known !== undefined && known.leftAt !== null) throw new AppError('identity-provider/not-known')
    const person = known ?? (await addPerson(tx, record))
    if (identity?.subject !== said.subject) await link(tx, record, person)
    else await updateIdentityUse(tx, person.id, now)
    return said.roles === null || isSame(person.roles, said.roles) ? person : giveRoles(tx, record, person, said.roles)
  })

  async function addPerson(tx: Tx, record: RecordCorps): Promise<Person> {
    const { login, name = login, roles } = said
    if (!settings.addsPeople || login === undefined || name === undefined)
      throw new AppError('identity-provider/not-known')
    if (roles === null || roles.length === 0) throw new AppError('identity-provider/no-role')
    const person: Person = {
      id: newId('person', now),
      corpsId,
      name,
      login,
      title: '',
      roles,
      passwordHash,
      mustChangePassword: false,
      createdAt: now,
      leftAt: null,
      passwordGiven: null,
    }
    if (!(await insertPerson(tx, person))) throw new AppError('person/login-taken')
    await record({
      type: 'person-added',
      recordingId: null,
      details: { personId: person.id, roles: [...roles], issuer: said.issuer },
    })
    return person
  }

  async function link(tx: Tx, record: RecordCorps, person: Person): Promise<void> {
    const { issuer, subject, login = person.login } = said
    const identity = { personId: person.id, issuer, login, subject, linkedAt: now }
    if (!(await putIdentity(tx, corpsId, identity, now))) throw new AppError('identity-provider/not-known')
    // A one-time password that was never used would be asked for now, and they may never have been given it.
    if (person.mustChangePassword) await updatePassword(tx, person.id, passwordHash, false)
    await record({ type: 'identity-linked', recordingId: null, details: { personId: person.id, issuer } })
  }

  async function giveRoles(tx: Tx, record: RecordCorps, person: Person, roles: readonly Role[]): Promise<Person> {
    await updatePerson(tx, person.id, { roles })
    await record({
      type: 'roles-changed',
      recordingId: null,
      details: {
        personId: person.id,
        added: roles.filter((role) => !person.roles.includes(role)),
        removed: person.roles.filter((role) => !roles.includes(role)),
        issuer: said.issuer,
      },
    })
    if (roles.length === 0) await endSessionsOf(tx, record, person.id, 'identity-provider')
    return { ...person, roles }
  }
}

function isSame(some: readonly Role[], others: readonly Role[]): boolean {
  return some.length === others.length && some.every((role) => others.includes(role))
}
