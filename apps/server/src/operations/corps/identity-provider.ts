import type { CorpsId, PersonActor, PersonId } from '@getuige/base'
import type { ProviderSettings } from '@getuige/contract'
import { allowInsecureRequests, type Configuration, discovery, enableNonRepudiationChecks } from 'openid-client'
import { AppError } from '#platform/errors'
import { openBox, sealBox } from '#platform/keystore'
import type { CorpsDeps } from './deps.ts'
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
import { endSessionsOf } from './sessions.ts'
import { findPerson } from './store.ts'

const patienceSeconds = 10

/** What stands about the provider at its own address, with the client as it is known there. */
export async function discoverProvider(settings: ProviderSettings, clientSecret: string): Promise<Configuration> {
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

/**
 * Where the people of the corps sign in, and what makes them what. Asks the provider first, so that a mistyped issuer is
 * found now. A new issuer or client ends every link to the former one. Custody: `identity-provider-changed`.
 */
export async function changeProvider(
  deps: CorpsDeps,
  actor: PersonActor,
  settings: ProviderSettings,
  clientSecret: string | undefined,
): Promise<void> {
  const { corpsId } = actor
  if (!deps.identityProviders.includes(settings.issuer)) throw new AppError('identity-provider/issuer-not-allowed')
  const former = await findProvider(deps.db.of(corpsId), corpsId)
  const isSameClient = former !== undefined && contextOf(corpsId, former.settings) === contextOf(corpsId, settings)
  const secret = clientSecret ?? (isSameClient ? await openClientSecret(deps, former) : undefined)
  if (secret === undefined) throw new AppError('identity-provider/secret-missing')
  await discoverProvider(settings, secret)
  const sealedSecret = sealBox(await keyOf(deps, corpsId), Buffer.from(secret), contextOf(corpsId, settings))
  await deps.act(actor, async (tx, record) => {
    await putProvider(tx, { corpsId, settings, sealedSecret }, deps.clock.now())
    await record({
      type: 'identity-provider-changed',
      recordingId: null,
      details: { ...settings, roleMapping: [...settings.roleMapping], isSecretNew: clientSecret !== undefined },
    })
  })
}

/** Custody: `identity-provider-changed`. */
export async function removeProvider(deps: CorpsDeps, actor: PersonActor): Promise<void> {
  await deps.act(actor, async (tx, record) => {
    if (!(await deleteProvider(tx, actor.corpsId))) throw new AppError('identity-provider/none')
    await record({ type: 'identity-provider-changed', recordingId: null, details: { issuer: null } })
  })
}

/** Which login of the provider may become this person, once. Null takes an invitation or a link back, and ends sessions. */
export async function inviteIdentity(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
  login: string | null,
): Promise<void> {
  const { corpsId } = actor
  const { settings } = await requireProvider(deps, corpsId)
  await deps.act(actor, async (tx, record) => {
    if ((await findPerson(tx, corpsId, personId)) === undefined) throw new AppError('person/not-found')
    const former = await findIdentityOf(tx, personId)
    if (login === null) await deleteIdentity(tx, personId)
    else {
      const identity = { personId, issuer: settings.issuer, login, subject: null, linkedAt: null }
      if (!(await putIdentity(tx, corpsId, identity, deps.clock.now())))
        throw new AppError('identity-provider/login-taken')
    }
    await record({
      type: login === null ? 'identity-unlinked' : 'identity-invited',
      recordingId: null,
      details: { personId, issuer: settings.issuer },
    })
    if (former?.subject !== undefined && former.subject !== null)
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
