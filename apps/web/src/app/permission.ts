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

/** Null when allowed; else what stands in the way, under which rule, who may, and who can grant it. */
export function sayPermission(permission: Permission): string | null {
  return permission.allowed ? null : saySentences(permission).join(' ')
}

/** The same, each part a sentence of its own; none when allowed. */
export function saySentences(permission: Permission): readonly string[] {
  if (permission.allowed) return []
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
  return parts
}
