import type { Period, Words } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { AccessRules } from '#access'
import type { ActivationRules } from './rules.ts'

/** How sure we are: H statute or official text seen, M serious secondary text, L recalled or inferred. */
export type Confidence = 'H' | 'M' | 'L'

export type LawRule = Readonly<{ id: string; label: Words; source: Words; confidence: Confidence }>

/**
 * The law of one kind of corps, as dated data: what it asks, and the source of each value. `draft` until a jurist has
 * signed it off; screens show that.
 */
export type LawPack = Readonly<{
  id: string
  key: LawKey
  /** Grows with each change; a recording keeps the pack in force when it was made. */
  version: number
  since: string
  status: 'draft' | 'confirmed'
  label: Words
  timeZone: string
  rules: readonly LawRule[]
  retention: Readonly<{ keepFor: Period; ruleId: string }>
  activation: ActivationRules
  access: AccessRules
}>

/** The rule of that id. Throws when the pack has none: a pack that names a rule it lacks is a defect. */
export function requireRule(pack: LawPack, ruleId: string): LawRule {
  const rule = pack.rules.find(({ id }) => id === ruleId)
  if (rule === undefined) throw new Error(`pack ${pack.id} has no rule ${ruleId}`)
  return rule
}
