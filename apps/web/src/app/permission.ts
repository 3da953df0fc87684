import type { Permission } from '@getuige/contract'
import { formatList } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'

/** Null when allowed; else the sentences that say what stands in the way, under which rule, and who may. */
export function sayPermission(permission: Permission): string | null {
  if (permission.allowed) return null
  const parts = [t(`errors.permission.${permission.because}`)]
  if (permission.rule !== null) parts.push(t('errors.underRule', { rule: say(permission.rule.label) }))
  if (permission.whoMay.length > 0) {
    const roles = formatList(
      permission.whoMay.map((role) => t(`app.role.${role}`)),
      'disjunction',
    )
    parts.push(t('errors.whoMay', { roles }))
  }
  return parts.join(' ')
}
