import type { Role } from '@getuige/base'
import type { Permission } from '@getuige/contract'
import { formatList } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'

/** "records officer or administrator", in the person's language. */
export function sayRoles(roles: readonly Role[]): string {
  return formatList(
    roles.map((role) => t(`app.role.${role}`)),
    'disjunction',
  )
}

/** Null when allowed; else the sentences that say what stands in the way, under which rule, and who may. */
export function sayPermission(permission: Permission): string | null {
  if (permission.allowed) return null
  const parts = [t(`errors.permission.${permission.because}`)]
  if (permission.rule !== null) parts.push(t('errors.underRule', { rule: say(permission.rule.label) }))
  if (permission.whoMay.length > 0) {
    parts.push(t('errors.whoMay', { roles: sayRoles(permission.whoMay) }))
  }
  for (const { by, how } of permission.granting) {
    // Who may is said above, and by whom roles are given.
    if (how === 'role') parts.push(t('errors.whoGrants'))
    else parts.push(t(`errors.granting.${how}`, { roles: sayRoles(by) }))
  }
  return parts.join(' ')
}
