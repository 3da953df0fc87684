import { citedRuleIds } from '../cited-rules.ts'
import type { Adjustable, LawPack, LawRule, Purpose } from '../pack.ts'

type Own = Pick<LawPack, 'id' | 'version' | 'since' | 'status' | 'label' | 'rules'> & Partial<LawPack>

/** A profile: all of its base, besides what the corps decided for itself. Rules of the base that its own replace are left out. */
export function profileOf(base: LawPack, own: Own): LawPack {
  const profile: LawPack = { ...base, ...own, basedOn: base.id }
  const cited = citedRuleIds(profile)
  const inherited = base.rules.filter(({ id, isInformative }) => isInformative || cited.has(id))
  return { ...profile, rules: [...own.rules, ...inherited] }
}

/** A value that the corps decided once and for all: another value is another decision, and another version of the pack. */
export function fixed<T>(value: T, rule: LawRule): Adjustable<T> {
  return { value, least: value, most: value, ruleId: rule.id }
}

/** The purposes of a base under the rule of a profile. */
export function underRule(purposes: readonly Purpose[], rule: LawRule): readonly Purpose[] {
  return purposes.map((purpose) => ({ ...purpose, ruleId: rule.id }))
}
