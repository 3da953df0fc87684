import type { LawPack } from './pack.ts'

/** The ids of the rules that values of the pack name, each once. */
export function citedRuleIds(pack: LawPack): ReadonlySet<string> {
  const cited = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, each] of Object.entries(value)) {
      if (typeof each === 'string' && /ruleId$/i.test(name)) cited.add(each)
      else visit(each)
    }
  }
  visit({ ...pack, rules: [] })
  return cited
}
