import type { Adjustable, LawPack, LawRule, Purpose } from '../pack.ts'

/** A profile: all of its base, besides what the corps decided for itself and the rules in which it did. */
export function profileOf(
  base: LawPack,
  own: Pick<LawPack, 'id' | 'version' | 'since' | 'status' | 'label'> &
    Partial<LawPack> &
    Readonly<{ rules: readonly LawRule[] }>,
): LawPack {
  return { ...base, ...own, basedOn: base.id, rules: [...own.rules, ...base.rules] }
}

/** A value that the corps decided once and for all: another value is another decision, and another version of the pack. */
export function fixed<T>(value: T, rule: LawRule): Adjustable<T> {
  return { value, least: value, most: value, ruleId: rule.id }
}

/** The purposes of a base under the rules of a profile. */
export function underRule(purposes: readonly Purpose[], rule: LawRule): readonly Purpose[] {
  return purposes.map((purpose) => ({ ...purpose, ruleId: rule.id }))
}
