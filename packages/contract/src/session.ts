import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { corpsId, instant, login, newPassword, noParams, nothing, personId, personRoles, words } from './values.ts'

export const sessionState = z.object({
  person: z.object({ id: personId, name: z.string(), login: z.string(), title: z.string(), roles: personRoles }),
  corps: z.object({
    id: corpsId,
    name: z.string(),
    timeZone: z.string(),
    lawPack: z.object({ id: z.string(), label: words, status: z.enum(['draft', 'confirmed']) }),
  }),
  /** Signed in with a one-time password: everything else is refused until a new one is chosen. */
  mustChangePassword: z.boolean(),
  expiresAt: instant,
  /** The server's clock. Screens count days from it, not from the browser's. */
  now: instant,
})
export type SessionState = z.output<typeof sessionState>

export const signIn = endpoint({
  method: 'POST',
  path: '/session',
  session: 'none',
  params: noParams,
  query: nothing,
  body: z.object({ login, password: z.string().min(1).max(256) }),
  returns: sessionState,
  errors: ['session/wrong-credentials', 'session/too-many-attempts'],
})

/** Answers also while the password must still be changed. */
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
