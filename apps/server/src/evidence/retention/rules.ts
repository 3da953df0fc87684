export type RetentionFacts = Readonly<{ dueAt: Date; ruleId: string; holdIds: readonly string[] }>
export type RetentionDecision = Readonly<
  | { action: 'keep'; because: 'hold'; holdIds: readonly string[] }
  | { action: 'keep'; because: 'within-period'; until: Date }
  | { action: 'erase'; because: 'period-over'; dueSince: Date; ruleId: string }
>

/**
 * Decide whether a recording is kept or erased at `now`. A hold always wins over expiry.
 *
 * @law docs/law/nl-boa-den-haag.md, NL-DH-1
 */
export function decideRetention(facts: RetentionFacts, now: Date): RetentionDecision {
  if (facts.holdIds.length > 0) return { action: 'keep', because: 'hold', holdIds: facts.holdIds }
  if (now < facts.dueAt) return { action: 'keep', because: 'within-period', until: facts.dueAt }
  return { action: 'erase', because: 'period-over', dueSince: facts.dueAt, ruleId: facts.ruleId }
}
