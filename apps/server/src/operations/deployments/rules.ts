import type { Words } from '@getuige/base'

export type Choice = Readonly<{ id: string; label: Words }>

/** What a pack asks of whoever switches a camera on. */
export type ActivationRules = Readonly<{
  warnings: 0 | 1 | 2
  ruleId: string
  /** Named reasons that explain missing warnings. */
  exceptions: readonly Choice[]
  triggers: readonly Choice[]
}>

export type Activation = Readonly<{
  firstWarningAt: Date | null
  secondWarningAt: Date | null
  exception: string | null
  trigger: string
}>

export type ActivationDecision =
  | Readonly<{ standing: 'warned' | 'exception' | 'not-asked' }>
  | Readonly<{ refused: 'incomplete' | 'not-in-pack' | 'times-out-of-order' }>

/**
 * Decide how an activation record stands under the pack: each warning that is asked, in order and with its time, or an
 * exception that the pack names. A warning after the recording has ended is out of order.
 *
 * @law docs/law/nl-boa-den-haag.md, NL-DH-2
 */
export function decideActivation(record: Activation, pack: ActivationRules, endedAt: Date): ActivationDecision {
  const isChoice = (choices: readonly Choice[], id: string) => choices.some((each) => each.id === id)
  if (!isChoice(pack.triggers, record.trigger)) return { refused: 'not-in-pack' }
  if (record.exception !== null && !isChoice(pack.exceptions, record.exception)) return { refused: 'not-in-pack' }

  const { firstWarningAt: first, secondWarningAt: second } = record
  const given = [first, second].filter((at) => at !== null)
  if (given.some((at) => at > endedAt)) return { refused: 'times-out-of-order' }
  if (second !== null && (first === null || second < first)) return { refused: 'times-out-of-order' }

  if (given.length >= pack.warnings) return { standing: pack.warnings === 0 ? 'not-asked' : 'warned' }
  return record.exception === null ? { refused: 'incomplete' } : { standing: 'exception' }
}

/** How a recording stands before anybody completed its record. */
export function standingBefore(pack: ActivationRules): 'missing' | 'not-asked' {
  return pack.warnings === 0 ? 'not-asked' : 'missing'
}
