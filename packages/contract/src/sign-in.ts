import { z } from 'zod'
import { asked } from './approvals.ts'
import { endpoint } from './endpoint.ts'
import { sessionState } from './session.ts'
import {
  corpsId,
  freeText,
  instant,
  label,
  login,
  noParams,
  nothing,
  passkeyId,
  personId,
  reason,
  role,
} from './values.ts'

/** Ways to sign in beside login and password, as they stand at the address that is asked. */
export const listSignInWays = endpoint({
  method: 'GET',
  path: '/sign-in/ways',
  session: 'none',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    /** A passkey belongs to an address: it works at the public one, and at `localhost`. */
    passkeys: z.boolean(),
    /** False in the demonstration: nobody is asked for a second factor there. */
    asksSecondFactor: z.boolean(),
    /** Corps whose people sign in at a provider of identities. */
    providers: z.array(z.object({ corpsId, label: z.string() })),
  }),
  errors: [],
})

/** Of WebAuthn, as the browser takes and gives it (`PublicKeyCredential.parse…FromJSON`, `toJSON`). */
const webAuthnOptions = z.record(z.string(), z.unknown())
const base64url = z
  .string()
  .max(16_384)
  .regex(/^[A-Za-z0-9_-]*$/)

const credentialParts = {
  id: base64url.min(1).max(1400),
  rawId: base64url.min(1).max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
}

/** What the browser answers about a passkey that was just made. */
export const newCredential = z.object({
  ...credentialParts,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(16).default([]),
  }),
})
export type NewCredential = z.output<typeof newCredential>

/** What the browser answers when a passkey was used. */
export const usedCredential = z.object({
  ...credentialParts,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
})
export type UsedCredential = z.output<typeof usedCredential>

/** A challenge that one passkey may answer, once, within five minutes, in the browser that asked. */
export const beginPasskeySignIn = endpoint({
  method: 'POST',
  path: '/sign-in/passkey/challenge',
  session: 'none',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ options: webAuthnOptions }),
  errors: ['passkey/address-unsuited'],
})

/** Without a login: the passkey says whose it is. It counts as two factors, so nothing else is asked. */
export const signInWithPasskey = endpoint({
  method: 'POST',
  path: '/sign-in/passkey',
  session: 'none',
  params: noParams,
  query: nothing,
  body: z.object({ credential: usedCredential }),
  returns: sessionState,
  errors: ['passkey/address-unsuited', 'passkey/attempt-over', 'passkey/not-known', 'passkey/refused'],
})

export const passkey = z.object({
  id: passkeyId,
  name: z.string(),
  /** It can be on several devices, as its maker copies it between them. */
  isSynced: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
})
export type Passkey = z.output<typeof passkey>

/** One's own, the newest first. */
export const listPasskeys = endpoint({
  method: 'GET',
  path: '/passkeys',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ passkeys: z.array(passkey), canAdd: z.boolean() }),
  errors: [],
})

export const beginAddPasskey = endpoint({
  method: 'POST',
  path: '/passkeys/challenge',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ options: webAuthnOptions }),
  errors: ['passkey/address-unsuited', 'passkey/too-many', 'session/proof-required'],
})

/** Ends every session of the person and begins this one anew. */
export const addPasskey = endpoint({
  method: 'POST',
  path: '/passkeys',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ name: label, credential: newCredential }),
  returns: z.object({ passkey, session: sessionState }),
  errors: [
    'passkey/address-unsuited',
    'passkey/attempt-over',
    'passkey/refused',
    'passkey/too-many',
    'session/proof-required',
  ],
})

export const removePasskey = endpoint({
  method: 'DELETE',
  path: '/passkeys/:passkeyId',
  session: 'person',
  params: z.object({ passkeyId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['passkey/not-found', 'second-factor/needed', 'session/proof-required'],
})

/** For administrators. */
export const listPasskeysOf = endpoint({
  method: 'GET',
  path: '/people/:personId/passkeys',
  session: 'person',
  params: z.object({ personId }),
  query: nothing,
  body: nothing,
  returns: z.object({ passkeys: z.array(passkey) }),
  errors: ['person/not-found'],
})

/** For administrators: one that was lost. Ends the person's sessions. Somebody's last factor ends by recovery alone. */
export const removePasskeyOf = endpoint({
  method: 'DELETE',
  path: '/people/:personId/passkeys/:passkeyId',
  session: 'person',
  params: z.object({ personId, passkeyId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['person/not-found', 'person/recovery-needed', 'passkey/not-found'],
})

/** Begins at the provider of a corps: the browser then goes to the address, and comes back to the server. */
export const beginProviderSignIn = endpoint({
  method: 'POST',
  path: '/sign-in/provider',
  session: 'none',
  params: noParams,
  query: nothing,
  body: z.object({ corpsId }),
  returns: z.object({ address: z.url() }),
  errors: ['identity-provider/none', 'identity-provider/unreachable'],
})

/** Why somebody who came back from the provider was not let in; the sign-in screen is told by `?refused=`. */
export const providerRefusals = [
  'identity-provider/attempt-over',
  'identity-provider/cancelled',
  'identity-provider/not-known',
  'identity-provider/no-role',
  'identity-provider/none',
  'identity-provider/refused',
  'identity-provider/second-factor',
  'identity-provider/unreachable',
  'person/login-taken',
  'server/defect',
] as const

/** The name of a claim, or the path to it, such as `realm_access.roles`. */
const claimName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9_:/.-]+$/)

export const providerSettings = z.object({
  /** On the button of the sign-in screen. */
  label,
  /** One of those that the operator allows. */
  issuer: z.url({ protocol: /^https?$/ }).max(500),
  clientId: freeText(1, 200),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/)).max(20),
  /** Holds what an administrator invites somebody by; a mail address will not do, providers give those out anew. */
  loginClaim: claimName.refine((name) => name !== 'email'),
  /** Null: roles stay as they are given here. */
  rolesClaim: claimName.nullable(),
  /** From values of that claim to our roles; what is not named gives none. */
  roleMapping: z.array(z.object({ value: freeText(1, 200), role })).max(200),
  /** Whoever the provider gives a role is added to the corps at their first sign-in. */
  addsPeople: z.boolean(),
  /** Values of `acr` that stand for two factors, beside an `amr` that says so. */
  strongAcr: z.array(freeText(1, 200)).max(20),
  /** When the provider says nothing of two factors: let in all the same, or refuse. */
  acceptsOneFactor: z.boolean(),
})
export type ProviderSettings = z.output<typeof providerSettings>

export const getIdentityProvider = endpoint({
  method: 'GET',
  path: '/identity-provider',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    settings: providerSettings.nullable(),
    /** Those that the operator allows. */
    issuers: z.array(z.string()),
    /** To be registered at the provider. */
    callbackAddress: z.string(),
    logoutAddress: z.string(),
  }),
  errors: [],
})

/**
 * Waits for a second person, for whoever speaks for the provider gives roles; `asked` is null while the corps is being
 * founded. The secret stays as it is where none is given, unless the issuer or the client is another.
 */
export const changeIdentityProvider = endpoint({
  method: 'PUT',
  path: '/identity-provider',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ settings: providerSettings, clientSecret: freeText(1, 500).optional(), reason }),
  returns: z.object({ asked: asked.nullable() }),
  errors: [
    'identity-provider/issuer-not-allowed',
    'identity-provider/secret-missing',
    'identity-provider/unreachable',
    'session/proof-required',
  ],
})

/** Nobody signs in there any more; sessions that began there end. */
export const removeIdentityProvider = endpoint({
  method: 'DELETE',
  path: '/identity-provider',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['identity-provider/none'],
})

/**
 * Which login of the provider somebody is: an invitation, until they first sign in. Waits for a second person, as a role
 * does, for whoever has that login becomes them. Taking it back is done at once.
 */
export const inviteIdentity = endpoint({
  method: 'PUT',
  path: '/people/:personId/identity',
  session: 'person',
  params: z.object({ personId }),
  query: nothing,
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('invite'), login, reason }),
    z.object({ kind: z.literal('take-back') }),
  ]),
  returns: z.object({ asked: asked.nullable() }),
  errors: ['identity-provider/none', 'identity-provider/login-taken', 'person/not-found', 'session/proof-required'],
})

export const getIdentityOf = endpoint({
  method: 'GET',
  path: '/people/:personId/identity',
  session: 'person',
  params: z.object({ personId }),
  query: nothing,
  body: nothing,
  returns: z.object({
    identity: z
      .object({ issuer: z.string(), login: z.string(), linkedAt: instant.nullable(), lastUsedAt: instant.nullable() })
      .nullable(),
  }),
  errors: ['person/not-found'],
})
