import type { CorpsId, PersonActor, PersonId } from '@getuige/base'
import { personId as personIdForm, type ProviderSettings, providerSettings } from '@getuige/contract'
import type { Configuration } from 'openid-client'
import { z } from 'zod'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import { openBox, sealBox } from '#platform/keystore'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import {
  deleteIdentity,
  deleteProvider,
  findIdentityOf,
  findProvider,
  type Identity,
  type Provider,
  putIdentity,
  putProvider,
} from './identity-provider-store.ts'
import { endProviderSessions, endSessionsOf } from './sessions.ts'
import { findPerson, lockPerson } from './store.ts'

/** Loaded when somebody signs in with it: most installations have no provider. */
export const openidClient = () => import('openid-client')

const patienceSeconds = 10

/** What stands about the provider at its own address, with the client as it is known there. */
export async function discoverProvider(settings: ProviderSettings, clientSecret: string): Promise<Configuration> {
  const { allowInsecureRequests, discovery, enableNonRepudiationChecks } = await openidClient()
  try {
    const config = await discovery(new URL(settings.issuer), settings.clientId, clientSecret, undefined, {
      timeout: patienceSeconds,
      // The operator allows plain http to this machine only.
      ...(settings.issuer.startsWith('http:') ? { execute: [allowInsecureRequests] } : {}),
    })
    // Otherwise the library takes a token's word for it, because it came by TLS.
    enableNonRepudiationChecks(config)
    return config
  } catch (cause) {
    throw new AppError('identity-provider/unreachable', {}, { cause })
  }
}

export async function requireProvider(deps: CorpsDeps, corpsId: CorpsId): Promise<Provider> {
  const provider = await findProvider(deps.db.of(corpsId), corpsId)
  // What the operator allows no more is as good as gone.
  if (provider === undefined || !deps.identityProviders.includes(provider.settings.issuer))
    throw new AppError('identity-provider/none')
  return provider
}

const contextOf = (corpsId: CorpsId, { issuer, clientId }: ProviderSettings) =>
  JSON.stringify(['identity-provider', corpsId, issuer, clientId])

const keyOf = ({ keystore }: CorpsDeps, corpsId: CorpsId) => keystore.demand(`identity-provider/${corpsId}`)

export async function openClientSecret(
  deps: CorpsDeps,
  { corpsId, settings, sealedSecret }: Provider,
): Promise<string> {
  const plain = openBox(await keyOf(deps, corpsId), sealedSecret, contextOf(corpsId, settings))
  return Buffer.from(plain).toString()
}

/** What changes who can become whom, so that a second person approves it: data that waits until they did. */
export const widenedWay = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('provider'), settings: providerSettings, sealedSecret: z.base64url() }),
  z.object({ kind: z.literal('invitation'), personId: personIdForm, issuer: z.string(), login: z.string() }),
])
export type WidenedWay = z.output<typeof widenedWay>

/**
 * Where the people of the corps shall sign in, and what makes them what. Asks the provider first, so that a mistyped
 * issuer is found now. The secret is sealed already.
 */
export async function prepareProvider(
  deps: CorpsDeps,
  corpsId: CorpsId,
  settings: ProviderSettings,
  clientSecret: string | undefined,
): Promise<Extract<WidenedWay, { kind: 'provider' }>> {
  if (!deps.identityProviders.includes(settings.issuer)) throw new AppError('identity-provider/issuer-not-allowed')
  const former = await findProvider(deps.db.of(corpsId), corpsId)
  const isSameClient = former !== undefined && contextOf(corpsId, former.settings) === contextOf(corpsId, settings)
  const secret = clientSecret ?? (isSameClient ? await openClientSecret(deps, former) : undefined)
  if (secret === undefined) throw new AppError('identity-provider/secret-missing')
  await discoverProvider(settings, secret)
  const sealed = sealBox(await keyOf(deps, corpsId), Buffer.from(secret), contextOf(corpsId, settings))
  return { kind: 'provider', settings, sealedSecret: Buffer.from(sealed).toString('base64url') }
}

/** Which login of the provider shall become this person, once. */
export async function prepareInvitation(
  deps: CorpsDeps,
  corpsId: CorpsId,
  personId: PersonId,
  login: string,
): Promise<Extract<WidenedWay, { kind: 'invitation' }>> {
  const { settings } = await requireProvider(deps, corpsId)
  const person = await findPerson(deps.db.of(corpsId), corpsId, personId)
  if (person === undefined || person.leftAt !== null) throw new AppError('person/not-found')
  return { kind: 'invitation', personId, issuer: settings.issuer, login }
}

/**
 * Within an act, and decided again: what was asked may have waited. A new invitation ends a former link; another issuer
 * or client ends the sessions that began at the former. Custody: `identity-provider-changed` or `identity-invited`.
 */
export async function applyWay(
  deps: CorpsDeps,
  tx: Tx,
  record: RecordCorps,
  corpsId: CorpsId,
  change: WidenedWay,
): Promise<void> {
  const now = deps.clock.now()
  if (change.kind === 'provider') {
    const { settings } = change
    if (!deps.identityProviders.includes(settings.issuer)) throw new AppError('identity-provider/issuer-not-allowed')
    const former = await findProvider(tx, corpsId)
    const sealedSecret = Buffer.from(change.sealedSecret, 'base64url')
    await putProvider(tx, { corpsId, settings, sealedSecret }, now)
    const details = { ...settings, roleMapping: [...settings.roleMapping] }
    await record({ type: 'identity-provider-changed', recordingId: null, details })
    if (former !== undefined && contextOf(corpsId, former.settings) !== contextOf(corpsId, settings))
      await endProviderSessions(tx, record, corpsId)
    return
  }
  const { personId, issuer, login } = change
  const provider = await findProvider(tx, corpsId)
  if (provider?.settings.issuer !== issuer || !deps.identityProviders.includes(issuer))
    throw new AppError('identity-provider/none')
  const person = await lockPerson(tx, corpsId, personId)
  if (person === undefined || person.leftAt !== null) throw new AppError('person/not-found')
  const former = await findIdentityOf(tx, personId)
  const identity = { personId, issuer, login, subject: null, linkedAt: null }
  if (!(await putIdentity(tx, corpsId, identity, now))) throw new AppError('identity-provider/login-taken')
  await record({ type: 'identity-invited', recordingId: null, details: { personId, issuer } })
  if ((former?.subject ?? null) !== null) await endSessionsOf(tx, record, personId, 'identity-provider')
}

/** Where no second person has to approve it: while the corps is being founded. */
export function widenWayAlone(deps: CorpsDeps, actor: PersonActor, change: WidenedWay): Promise<void> {
  return deps.act(actor, (tx, record) => applyWay(deps, tx, record, actor.corpsId, change))
}

/** Ends the sessions that began there. Custody: `identity-provider-changed`, `session-ended`. */
export async function removeProvider(deps: CorpsDeps, actor: PersonActor): Promise<void> {
  await deps.act(actor, async (tx, record) => {
    if (!(await deleteProvider(tx, actor.corpsId))) throw new AppError('identity-provider/none')
    await record({ type: 'identity-provider-changed', recordingId: null, details: { issuer: null } })
    await endProviderSessions(tx, record, actor.corpsId)
  })
}

/** Takes an invitation or a link back, and ends sessions. Custody: `identity-unlinked`. */
export async function unlinkIdentity(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<void> {
  await deps.act(actor, async (tx, record) => {
    if ((await lockPerson(tx, actor.corpsId, personId)) === undefined) throw new AppError('person/not-found')
    if (!(await deleteIdentity(tx, personId))) throw new AppError('person/not-found')
    await record({ type: 'identity-unlinked', recordingId: null, details: { personId } })
    await endSessionsOf(tx, record, personId, 'identity-provider')
  })
}

export async function requireIdentityOf(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
): Promise<Identity | undefined> {
  const db = deps.db.of(actor.corpsId)
  if ((await findPerson(db, actor.corpsId, personId)) === undefined) throw new AppError('person/not-found')
  return findIdentityOf(db, personId)
}
