import type { Law } from '@getuige/law'

type Choice = Readonly<{ id: string }>
/** What a pack asks of whoever switches a camera on. */
export type ActivationRules = Readonly<{
  warnings: Readonly<{ value: number }>
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

  if (given.length >= pack.warnings.value) return { standing: pack.warnings.value === 0 ? 'not-asked' : 'warned' }
  return record.exception === null ? { refused: 'incomplete' } : { standing: 'exception' }
}

/** How a recording stands before anybody completed its record. */
export function standingBefore(pack: ActivationRules): 'missing' | 'not-asked' {
  return pack.warnings.value === 0 ? 'not-asked' : 'missing'
}

export type AdoptionFacts = Readonly<{
  law: Pick<Law, 'id' | 'key'>
  /** In force at `from` as things stand. */
  before: Pick<Law, 'id' | 'key'>
  from: Date
  now: Date
  alsoExisting: boolean
}>

/**
 * Decide whether a corps may take a law from an instant on; null: it may. No law reaches back in time, and only the same
 * pack reaches recordings that are there already: who was filmed under one law is not put under another.
 */
export function decideAdoption({
  law,
  before,
  from,
  now,
  alsoExisting,
}: AdoptionFacts): 'in-the-past' | 'already-in-force' | 'not-for-existing' | null {
  if (from < now) return 'in-the-past'
  if (law.key === before.key) return 'already-in-force'
  return alsoExisting && law.id !== before.id ? 'not-for-existing' : null
}
