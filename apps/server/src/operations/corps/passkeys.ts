import { newId, type PasskeyId, type PersonActor, type PersonId } from '@getuige/base'
import type { NewCredential, UsedCredential } from '@getuige/contract'
import { AppError } from '#platform/errors'
import type { CorpsDeps } from './deps.ts'
import {
  deletePasskey,
  insertPasskey,
  listPasskeys,
  lockPasskey,
  type Passkey,
  updatePasskeyUse,
} from './passkeys-store.ts'
import { needsSecondFactor } from './rules.ts'
import { factorsOf } from './second-factor.ts'
import {
  endSessionsOf,
  openSession,
  type OpenedSession,
  requireFreshProof,
  requireStanding,
  toActor,
} from './sessions.ts'
import { attemptSeconds, beginAttempt, endAttempt, secretOf } from './sign-in-attempts.ts'
import { type Client, findPerson, lockPerson, type SessionRow } from './store.ts'

/** Where passkeys belong to: the origin that people open, and the host name that keys are bound to. */
export type RelyingParty = Readonly<{ origin: string; id: string }>

/** What begins a ceremony: options for the browser, and a token for its cookie. */
export type Begun = Readonly<{ token: string; options: Readonly<Record<string, unknown>> }>

export type NewPasskey = Readonly<{ name: string; credential: NewCredential }>

/** Loaded by the first ceremony: it takes 25 MB, and installations without passkeys never need it. */
const webauthn = () => import('@simplewebauthn/server')

const mostPasskeys = 20
/** Ed25519, ECDSA on P-256 and RSA, by their numbers in COSE: what every authenticator of today has one of. */
const supportedAlgorithmIDs = [-8, -7, -257]
const timeout = attemptSeconds * 1000

/**
 * The party for a request; undefined where no passkey can work. Without a public address it is this machine alone, by
 * its name: a number cannot have passkeys.
 */
export function findRelyingParty(
  publicUrl: string | undefined,
  request: Readonly<{ protocol: string; host: string }>,
): RelyingParty | undefined {
  const url = URL.parse(publicUrl ?? `${request.protocol}://${request.host}`)
  if (url === null) return undefined
  const isLocal = url.hostname === 'localhost'
  if (publicUrl === undefined && !isLocal) return undefined
  if (url.protocol !== 'https:' && !isLocal) return undefined
  return /^[\d.]+$|:/.test(url.hostname) ? undefined : { origin: url.origin, id: url.hostname }
}

/** For whoever comes: which passkey it will be, and whose, the browser says later. */
export async function beginPasskeySignIn(deps: CorpsDeps, party: RelyingParty): Promise<Begun> {
  const token = await beginAttempt(deps, 'passkey-sign-in', { corpsId: null, personId: null })
  const { generateAuthenticationOptions } = await webauthn()
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    challenge: Buffer.from(secretOf(token, 'challenge'), 'base64url'),
    userVerification: 'required',
    timeout,
  })
  return { token, options: { ...options } }
}

/** The challenge is spent, also by an answer that is refused. */
export async function signInWithPasskey(
  deps: CorpsDeps,
  party: RelyingParty,
  token: string | undefined,
  credential: UsedCredential,
  client: Client,
): Promise<OpenedSession> {
  const attempt = await endAttempt(deps, 'passkey-sign-in', token)
  if (attempt === undefined || token === undefined) throw new AppError('passkey/attempt-over')
  const used = await deps.db.everyCorps.transaction().execute(async (tx) => {
    const passkey = await lockPasskey(tx, Buffer.from(credential.id, 'base64url'))
    if (passkey === undefined) throw new AppError('passkey/not-known')
    const { counter, isSynced } = await verifyUse(party, secretOf(token, 'challenge'), passkey, credential)
    await updatePasskeyUse(tx, passkey.id, { counter, isSynced, at: deps.clock.now() })
    return passkey
  })
  const person = await findPerson(deps.db.of(used.corpsId), used.corpsId, used.personId)
  if (person === undefined || person.leftAt !== null) throw new AppError('passkey/not-known')
  return openSession(deps, person, 'passkey', client)
}

async function verifyUse(party: RelyingParty, challenge: string, passkey: Passkey, credential: UsedCredential) {
  // The key itself says whose it is; where it names somebody else, it was mixed up or tampered with.
  if (credential.response.userHandle !== toHandle(passkey.personId)) throw new AppError('passkey/refused')
  const { userHandle, ...response } = credential.response
  const { authenticatorAttachment, ...rest } = credential
  const { verifyAuthenticationResponse } = await webauthn()
  const verified = await verifyAuthenticationResponse({
    response: {
      ...rest,
      response: { ...response, userHandle },
      clientExtensionResults: {},
      ...(authenticatorAttachment === undefined ? {} : { authenticatorAttachment }),
    },
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: {
      id: credential.id,
      publicKey: Uint8Array.from(passkey.publicKey),
      counter: passkey.counter,
      transports: [...passkey.transports],
    },
    requireUserVerification: true,
  }).catch(refuse)
  if (!verified.verified) throw new AppError('passkey/refused')
  const { newCounter, credentialBackedUp } = verified.authenticationInfo
  return { counter: newCounter, isSynced: credentialBackedUp }
}

/** The library throws for whatever does not fit: shape, origin, challenge, user verification, counter, signature. */
function refuse(cause: unknown): never {
  throw new AppError('passkey/refused', {}, { cause })
}

const toHandle = (personId: PersonId) => Buffer.from(personId).toString('base64url')

/** Asks that the person showed a moment ago who they are: whoever finds an open session must not leave a key in it. */
export async function beginAddPasskey(deps: CorpsDeps, party: RelyingParty, session: SessionRow): Promise<Begun> {
  requireFreshProof(deps, session)
  const { person } = session
  const own = await listPasskeys(deps.db.of(person.corpsId), person.id)
  if (own.length >= mostPasskeys) throw new AppError('passkey/too-many')
  const token = await beginAttempt(deps, 'passkey-addition', { corpsId: person.corpsId, personId: person.id })
  const { generateRegistrationOptions } = await webauthn()
  const options = await generateRegistrationOptions({
    rpName: 'Getuige',
    rpID: party.id,
    userName: person.login,
    userDisplayName: person.name,
    userID: Uint8Array.from(Buffer.from(person.id)),
    challenge: Uint8Array.from(Buffer.from(secretOf(token, 'challenge'), 'base64url')),
    attestationType: 'none',
    supportedAlgorithmIDs,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: own.map(({ credentialId, transports }) => ({
      id: Buffer.from(credentialId).toString('base64url'),
      transports: [...transports],
    })),
    timeout,
  })
  return { token, options: { ...options } }
}

/** Ends every session of the person and opens a new one, as any change of factors does. Custody: `passkey-added`. */
export async function addPasskey(
  deps: CorpsDeps,
  party: RelyingParty,
  session: SessionRow,
  token: string | undefined,
  request: NewPasskey,
  client: Client,
): Promise<Readonly<{ passkey: Passkey; opened: OpenedSession }>> {
  const { person } = session
  const actor = toActor(person)
  const attempt = await endAttempt(deps, 'passkey-addition', token)
  if (token === undefined || attempt?.personId !== actor.id) throw new AppError('passkey/attempt-over')
  const { authenticatorAttachment, ...rest } = request.credential
  const { verifyRegistrationResponse } = await webauthn()
  const { registrationInfo } = await verifyRegistrationResponse({
    response: {
      ...rest,
      clientExtensionResults: {},
      ...(authenticatorAttachment === undefined ? {} : { authenticatorAttachment }),
    },
    expectedChallenge: secretOf(token, 'challenge'),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs,
  }).catch(refuse)
  if (registrationInfo === undefined) throw new AppError('passkey/refused')
  const { credential, credentialBackedUp } = registrationInfo
  const createdAt = deps.clock.now()
  const passkey: Passkey = {
    id: newId('passkey', createdAt),
    corpsId: actor.corpsId,
    personId: actor.id,
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports: request.credential.response.transports,
    isSynced: credentialBackedUp,
    name: request.name,
    createdAt,
    lastUsedAt: null,
  }
  await deps.act(actor, async (tx, record) => {
    await lockPerson(tx, actor.corpsId, actor.id)
    await requireStanding(tx, session)
    if ((await listPasskeys(tx, actor.id)).length >= mostPasskeys) throw new AppError('passkey/too-many')
    if (!(await insertPasskey(tx, passkey))) throw new AppError('passkey/refused')
    await record({
      type: 'passkey-added',
      recordingId: null,
      details: { personId: actor.id, passkeyId: passkey.id, isSynced: passkey.isSynced },
    })
    await endSessionsOf(tx, record, actor.id, 'second-factor')
  })
  const signedInBy = session.signedInBy === 'password' ? 'password+passkey' : session.signedInBy
  return { passkey, opened: await openSession(deps, person, signedInBy, client) }
}

/**
 * One's own, unless it is the second factor that one's roles ask for; or somebody else's, by an administrator: then their
 * sessions end, for the key may be in wrong hands. The last factor of somebody else takes two (`person/recovery-needed`):
 * a password alone would then do, and one administrator could go on to replace it.
 * Custody: `passkey-removed`.
 */
export async function removePasskey(
  deps: CorpsDeps,
  actor: PersonActor,
  personId: PersonId,
  passkeyId: PasskeyId,
): Promise<void> {
  await deps.act(actor, async (tx, record) => {
    const person = await lockPerson(tx, actor.corpsId, personId)
    if (person === undefined) throw new AppError('person/not-found')
    if (!(await deletePasskey(tx, personId, passkeyId))) throw new AppError('passkey/not-found')
    const isOwn = personId === actor.id
    const isLast = (await factorsOf(tx, personId)).length === 0
    if (!isOwn && isLast) throw new AppError('person/recovery-needed')
    if (isOwn && isLast && needsSecondFactor(person.roles)) throw new AppError('second-factor/needed')
    await record({ type: 'passkey-removed', recordingId: null, details: { personId, passkeyId } })
    if (!isOwn) await endSessionsOf(tx, record, personId, 'second-factor')
  })
}

export async function listPasskeysOf(deps: CorpsDeps, actor: PersonActor, personId: PersonId): Promise<Passkey[]> {
  const db = deps.db.of(actor.corpsId)
  if ((await findPerson(db, actor.corpsId, personId)) === undefined) throw new AppError('person/not-found')
  return listPasskeys(db, personId)
}
