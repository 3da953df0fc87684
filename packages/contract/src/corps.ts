import { z } from 'zod'
import { asked } from './approvals.ts'
import { endpoint } from './endpoint.ts'
import { openSessionOf } from './session.ts'
import {
  heldRoles,
  instant,
  label,
  login,
  noParams,
  nothing,
  personId,
  personRoles,
  reason,
  sessionId,
  title,
} from './values.ts'

export const person = z.object({
  id: personId,
  name: z.string(),
  login: z.string(),
  title: z.string(),
  /** Empty while every role waits for a second person. */
  roles: heldRoles,
  createdAt: instant,
  /** The one-time password was not used yet. */
  mustChangePassword: z.boolean(),
  /** An authenticator or a passkey. */
  hasSecondFactor: z.boolean(),
  /** Since when the person works here no more: no access, but the name stays in registers and trails. */
  leftAt: instant.nullable(),
  /** Until when no password is looked at, after too many wrong ones. */
  lockedUntil: instant.nullable(),
  /** A recovery was approved, and whoever asked for it may take the one-time password until then. */
  recoverableUntil: instant.nullable(),
})
export type Person = z.output<typeof person>

const ofPerson = z.object({ personId })

/** Who works here, by name; for administrators also who left, and how everybody stands with the door. */
export const listPeople = endpoint({
  method: 'GET',
  path: '/people',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    people: z.array(person),
    /** The corps has nobody yet who could approve what its first administrator does: roles are given at once. */
    isFounding: z.boolean(),
  }),
  errors: [],
})

/**
 * The one-time password is shown once, here, and is nowhere readable after. Roles that reach further than an enforcer's
 * wait for a second person, so those need a reason: `asked` is null when none of them had to, or when asking failed.
 */
export const addPerson = endpoint({
  method: 'POST',
  path: '/people',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ name: label, title, login, roles: personRoles, reason: reason.optional() }),
  returns: z.object({ person, oneTimePassword: z.string(), awaitedRoles: heldRoles, asked: asked.nullable() }),
  errors: ['person/login-taken', 'person/reason-missing'],
})

export const changePerson = endpoint({
  method: 'PUT',
  path: '/people/:personId',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: z.object({ name: label, title }),
  returns: z.object({ person }),
  errors: ['person/not-found'],
})

/** What is taken away ends at once; what reaches further than before waits for a second person. */
export const changeRoles = endpoint({
  method: 'PUT',
  path: '/people/:personId/roles',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: z.object({ roles: personRoles, reason }),
  returns: z.object({ person, awaitedRoles: heldRoles, asked: asked.nullable() }),
  errors: ['person/not-found', 'person/left', 'person/last-administrator', 'person/not-oneself'],
})

/** Ends every session at once. Roles stay written down, for whoever returns; they give nothing meanwhile. */
export const leaveCorps = endpoint({
  method: 'POST',
  path: '/people/:personId/leave',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: nothing,
  returns: z.object({ person }),
  errors: ['person/not-found', 'person/left', 'person/last-administrator'],
})

/** Returns as an enforcer or with nothing: roles that reach further are asked for again. Shows a one-time password. */
export const returnToCorps = endpoint({
  method: 'POST',
  path: '/people/:personId/return',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: nothing,
  returns: z.object({ person, oneTimePassword: z.string() }),
  errors: ['person/not-found', 'person/not-left', 'session/proof-required'],
})

/** Lets passwords be tried again. */
export const unlockPerson = endpoint({
  method: 'POST',
  path: '/people/:personId/unlock',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: nothing,
  returns: z.object({ person }),
  errors: ['person/not-found'],
})

/** For who never signed in, and for an enforcer without a second factor. Anybody else is recovered by two people. */
export const resetPassword = endpoint({
  method: 'POST',
  path: '/people/:personId/one-time-password',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: nothing,
  returns: z.object({ oneTimePassword: z.string() }),
  errors: ['person/not-found', 'person/left', 'person/recovery-needed', 'session/proof-required'],
})

/** Asks a second person to let somebody in again who lost password and factors. */
export const askRecovery = endpoint({
  method: 'POST',
  path: '/people/:personId/recovery',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: z.object({ reason }),
  returns: asked,
  errors: ['person/not-found', 'person/left', 'person/not-oneself'],
})

/** For whoever asked, once it is approved: the one-time password, shown once. */
export const takeRecovery = endpoint({
  method: 'POST',
  path: '/people/:personId/recovery/one-time-password',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: nothing,
  returns: z.object({ oneTimePassword: z.string() }),
  errors: ['person/not-found', 'person/no-recovery', 'session/proof-required'],
})

export const listSessionsOf = endpoint({
  method: 'GET',
  path: '/people/:personId/sessions',
  session: 'person',
  params: ofPerson,
  query: nothing,
  body: nothing,
  returns: z.object({ sessions: z.array(openSessionOf) }),
  errors: ['person/not-found'],
})

export const endSessionOf = endpoint({
  method: 'DELETE',
  path: '/people/:personId/sessions/:sessionId',
  session: 'person',
  params: z.object({ personId, sessionId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['person/not-found', 'session/not-found'],
})
