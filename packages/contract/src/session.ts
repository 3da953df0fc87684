import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import {
  corpsId,
  heldRoles,
  instant,
  login,
  newPassword,
  noParams,
  nothing,
  personId,
  sessionId,
  words,
} from './values.ts'

export const sessionState = z.object({
  person: z.object({ id: personId, name: z.string(), login: z.string(), title: z.string(), roles: heldRoles }),
  corps: z.object({
    id: corpsId,
    name: z.string(),
    timeZone: z.string(),
    lawPack: z.object({
      id: z.string(),
      label: words,
      status: z.enum(['draft', 'confirmed']),
      /** Whose law it is: offices have other names in another country. */
      country: z.enum(['be', 'nl']),
      /** A prosecutor's decision opens what a window has closed. Without it there is nothing to ask a prosecutor. */
      hasMandates: z.boolean(),
    }),
  }),
  /** Signed in with a one-time password: everything else is refused until a new one is chosen. */
  mustChangePassword: z.boolean(),
  /** A role asks for a second factor and this session began without: everything else is refused until one is added. */
  mustAddFactor: z.boolean(),
  expiresAt: instant,
  /** The server's clock. Screens count days from it, not from the browser's. */
  now: instant,
})
export type SessionState = z.output<typeof sessionState>

/** What is asked after the password. */
export const secondFactor = z.enum(['totp', 'passkey'])
export type SecondFactor = z.output<typeof secondFactor>

/** Begins a session, or asks for the second factor of who has one. */
export const signIn = endpoint({
  method: 'POST',
  path: '/session',
  session: 'none',
  params: noParams,
  query: nothing,
  body: z.object({ login, password: z.string().min(1).max(256) }),
  returns: z.discriminatedUnion('step', [
    z.object({ step: z.literal('signed-in'), session: sessionState }),
    z.object({ step: z.literal('second-factor'), factors: z.array(secondFactor), expiresAt: instant }),
  ]),
  errors: ['session/wrong-credentials', 'session/too-many-attempts'],
})

/** The second step, in the browser that took the first: six digits of an authenticator, each good once. */
export const giveCode = endpoint({
  method: 'POST',
  path: '/session/code',
  session: 'none',
  params: noParams,
  query: nothing,
  body: z.object({ code: z.string().regex(/^\d{6}$/) }),
  returns: sessionState,
  errors: ['session/step-over', 'session/wrong-code', 'session/too-many-attempts'],
})

/** Answers also while the password must still be changed or a second factor added. */
export const getSession = endpoint({
  method: 'GET',
  path: '/session',
  session: 'none',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: sessionState,
  errors: ['session/none'],
})

export const signOut = endpoint({
  method: 'DELETE',
  path: '/session',
  session: 'none',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: [],
})

/** Ends every other session of the person. */
export const changePassword = endpoint({
  method: 'POST',
  path: '/session/password',
  session: 'none',
  params: noParams,
  query: nothing,
  body: z.object({ current: z.string().min(1).max(256), next: newPassword }),
  returns: sessionState,
  errors: ['session/none', 'session/wrong-credentials', 'session/password-unchanged', 'session/too-many-attempts'],
})

export const openSessionOf = z.object({
  id: sessionId,
  isThis: z.boolean(),
  by: z.enum(['password', 'password+totp', 'password+passkey', 'passkey', 'identity-provider']),
  /** Such as `Firefox, Windows`; empty when the browser does not say. */
  browser: z.string(),
  /** The network it began in, without the part that tells one machine from its neighbours. */
  network: z.string(),
  startedAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
})
export type OpenSessionOf = z.output<typeof openSessionOf>

/** How one signs in, and where one is signed in now. */
export const getAccount = endpoint({
  method: 'GET',
  path: '/account',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    /** When the authenticator was added; null: there is none. */
    totpSince: instant.nullable(),
    /** One of the roles asks for a second factor. */
    needsSecondFactor: z.boolean(),
    sessions: z.array(openSessionOf),
  }),
  errors: [],
})

/** A new secret for an authenticator, which counts once a code of it was given. The former one works until then. */
export const beginTotp = endpoint({
  method: 'POST',
  path: '/account/totp',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  /** `secret` in Base32, to type; `uri` the same with its labels, to scan. */
  returns: z.object({ secret: z.string(), uri: z.string() }),
  errors: ['session/proof-required'],
})

/** Ends every other session of the person, and begins this one anew. */
export const confirmTotp = endpoint({
  method: 'POST',
  path: '/account/totp/code',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ code: z.string().regex(/^\d{6}$/) }),
  returns: sessionState,
  errors: ['session/wrong-code', 'session/too-many-attempts', 'totp/not-begun'],
})

/** Refused to who needs a second factor and has no other. */
export const removeTotp = endpoint({
  method: 'DELETE',
  path: '/account/totp',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['session/proof-required', 'second-factor/needed', 'totp/not-begun'],
})

export const endOwnSession = endpoint({
  method: 'DELETE',
  path: '/account/sessions/:sessionId',
  session: 'person',
  params: z.object({ sessionId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['session/not-found'],
})

/** Every session of the person but this one. */
export const endOtherSessions = endpoint({
  method: 'POST',
  path: '/account/sessions/end-others',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: [],
})
