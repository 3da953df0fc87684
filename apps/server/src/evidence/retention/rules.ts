import type { IfLifted } from '@getuige/contract'

export type RetentionFacts = Readonly<{
  dueAt: Date
  ruleId: string
  holdIds: readonly string[]
  /** A court's order to erase it before its day, approved by a second person; null: there is none. */
  order: Readonly<{ number: string; ruleId: string }> | null
}>
export type RetentionDecision = Readonly<
  | { action: 'keep'; because: 'hold'; holdIds: readonly string[] }
  | { action: 'keep'; because: 'within-period'; until: Date }
  | { action: 'erase'; because: 'period-over'; dueSince: Date; ruleId: string }
  | { action: 'erase'; because: 'ordered'; orderNumber: string; ruleId: string }
>

/**
 * Decide whether a recording is kept or erased at `now`. A hold always wins, over expiry and over an order: an order that
 * ends holds has lifted them before it counts.
 *
 * @law docs/law, the period of each pack
 */
export function decideRetention(facts: RetentionFacts, now: Date): RetentionDecision {
  if (facts.holdIds.length > 0) return { action: 'keep', because: 'hold', holdIds: facts.holdIds }
  if (now >= facts.dueAt) {
    return { action: 'erase', because: 'period-over', dueSince: facts.dueAt, ruleId: facts.ruleId }
  }
  if (facts.order !== null) {
    return { action: 'erase', because: 'ordered', orderNumber: facts.order.number, ruleId: facts.order.ruleId }
  }
  return { action: 'keep', because: 'within-period', until: facts.dueAt }
}

/** What would follow if one of `holds` holds were lifted now: the others, the next run, or the day it is due. */
export function decideIfLifted(
  facts: Readonly<{ dueAt: Date; dueOn: string; holds: number; hasOrder: boolean }>,
  nextRunAt: Date,
): IfLifted {
  if (facts.holds > 1) return { follows: 'held-by-others', holds: facts.holds - 1 }
  if (facts.hasOrder || facts.dueAt <= nextRunAt) return { follows: 'erased-next-run', at: nextRunAt.toISOString() }
  return { follows: 'erased-on', on: facts.dueOn }
}

/**
 * Which warning is told on a day: within a day, within a week, or none yet. One that came late, such as after days of
 * standstill, says the shorter.
 */
export function decideNotice(dueOn: string, today: string): 'erasure-within-1-day' | 'erasure-within-7-days' | null {
  const days = Math.round((Date.parse(`${dueOn}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000)
  if (days <= 1) return 'erasure-within-1-day'
  return days <= 7 ? 'erasure-within-7-days' : null
}
