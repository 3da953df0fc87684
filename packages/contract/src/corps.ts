import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { instant, label, login, noParams, nothing, personId, personRoles, title } from './values.ts'

export const person = z.object({
  id: personId,
  name: z.string(),
  login: z.string(),
  title: z.string(),
  roles: personRoles,
  createdAt: instant,
  /** The one-time password was not used yet. */
  mustChangePassword: z.boolean(),
})
export type Person = z.output<typeof person>

/** For administrators: everybody in the corps, by name. */
export const listPeople = endpoint({
  method: 'GET',
  path: '/people',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ people: z.array(person) }),
  errors: [],
})

/** The one-time password is shown once, here, and is nowhere readable after. */
export const addPerson = endpoint({
  method: 'POST',
  path: '/people',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ name: label, title, login, roles: personRoles }),
  returns: z.object({ person, oneTimePassword: z.string() }),
  errors: ['person/login-taken'],
})

/** A new one-time password for a person who lost theirs; ends their sessions. */
export const resetPassword = endpoint({
  method: 'POST',
  path: '/people/:personId/one-time-password',
  session: 'person',
  params: z.object({ personId }),
  query: nothing,
  body: nothing,
  returns: z.object({ oneTimePassword: z.string() }),
  errors: ['person/not-found'],
})
