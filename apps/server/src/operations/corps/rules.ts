import type { Role } from '@getuige/base'

/** How somebody showed who they are, when a session began. */
export type SignedInBy = 'password' | 'password+totp' | 'password+passkey' | 'passkey' | 'identity-provider'

/** The one role that one administrator may give alone: it reaches nothing but what its holder recorded. */
const plainRole: Role = 'enforcer'

const isPlain = (roles: readonly Role[]): boolean => roles.every((role) => role === plainRole)

/**
 * Decide whether somebody must show a second factor: all but who has no role beyond an enforcer's.
 * @law Directive (EU) 2016/680, art. 29 (2) (e); see docs/decisions/0014-who-gives-roles.md
 */
export function needsSecondFactor(roles: readonly Role[]): boolean {
  return !isPlain(roles)
}

/** Decide whether a session may do nothing but add a second factor. */
export function mustAddFactor(roles: readonly Role[], signedInBy: SignedInBy): boolean {
  return signedInBy === 'password' && needsSecondFactor(roles)
}

export type RoleChange = Readonly<{
  /** What the person has at once. */
  roles: readonly Role[]
  removed: readonly Role[]
  added: readonly Role[]
  /** What waits for a second person. */
  awaited: readonly Role[]
}>

/**
 * Decide what of a change of roles is done at once: all that is taken away, and an enforcer's. What reaches further
 * waits for a second person, except while the corps is being founded: then there is none.
 */
export function decideRoleChange(current: readonly Role[], wanted: readonly Role[], isFounding: boolean): RoleChange {
  const removed = current.filter((role) => !wanted.includes(role))
  const fresh = wanted.filter((role) => !current.includes(role))
  const added = fresh.filter((role) => isFounding || role === plainRole)
  const awaited = fresh.filter((role) => !added.includes(role))
  return { roles: wanted.filter((role) => !awaited.includes(role)), removed, added, awaited }
}

/** What of somebody's roles is theirs again when they return: what one administrator may give alone. */
export function rolesOnReturn(roles: readonly Role[]): Role[] {
  return roles.filter((role) => role === plainRole)
}

/**
 * Decide whether one administrator may replace a password: nobody can have used the one there is, or it opens no more
 * than an enforcer's account without a second factor.
 */
export function mayReplacePassword(
  person: Readonly<{ roles: readonly Role[]; mustChangePassword: boolean }>,
  hasFactor: boolean,
): boolean {
  return !hasFactor && (person.mustChangePassword || isPlain(person.roles))
}
