import type { Role, Words } from '@getuige/base'
import type { Permission } from '@getuige/contract'
import { type Decision, type Law, requireRule } from '@getuige/law'

/** Who may do what was decided on, and under which law. */
export type WhoMay = Readonly<{ law: Law; roles: readonly Role[] }>

const aboutPeople: readonly string[] = ['role', 'own-recordings-only', 'assigned-recordings-only', 'purpose']

/** A decision as screens show it: what stands in the way, which rule, who may, and who could grant it. */
export function toPermission(decision: Decision, { law, roles }: WhoMay): Permission {
  if (decision.allowed) return { allowed: true }
  const { because, rules, granting } = decision
  return {
    allowed: false,
    because,
    rule: describeRule(law, rules[0]),
    whoMay: aboutPeople.includes(because) ? [...new Set(roles)] : [],
    granting: granting.map(({ by, how }) => ({ by: [...by], how })),
  }
}

function describeRule(law: Law, ruleId: string | undefined): { id: string; label: Words } | null {
  if (ruleId === undefined) return null
  const { id, label } = requireRule(law, ruleId)
  return { id, label }
}
