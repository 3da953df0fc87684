import type { listLogs, ReturnsOf } from '@getuige/contract'
import type { Shape, Tone } from '@getuige/ui'

export type CustodyLog = ReturnsOf<typeof listLogs>['logs'][number]
export type Witness = CustodyLog['witnesses'][number]
/** As a witness is shown: one that cosigned and is asked about what came since follows the log. */
export type Following = Witness['state'] | 'following'

/** Each state as a shape: what was cosigned, what is on its way, who is not there, who refuses, and the alarm. */
export const witnessLooks: Record<Following, Readonly<{ shape: Shape; tone: Tone }>> = {
  cosigned: { shape: 'check', tone: 'accent' },
  following: { shape: 'check', tone: 'accent' },
  waiting: { shape: 'dotted', tone: 'neutral' },
  unreachable: { shape: 'ring', tone: 'neutral' },
  refused: { shape: 'cross', tone: 'loss' },
  'log-unknown': { shape: 'cross', tone: 'loss' },
  'signature-refused': { shape: 'cross', tone: 'loss' },
  'answer-wrong': { shape: 'cross', tone: 'loss' },
  rewritten: { shape: 'triangle', tone: 'loss' },
}

export function followingOf({ state, cosignedSize }: Pick<Witness, 'state' | 'cosignedSize'>): Following {
  return state === 'waiting' && cosignedSize !== null ? 'following' : state
}

/** It cosigned, and nothing is known to stop it from cosigning what came since. */
export function standsBehind(witness: Pick<Witness, 'state' | 'cosignedSize'>): boolean {
  const following = followingOf(witness)
  return following === 'cosigned' || following === 'following'
}

/** Something only a person can put right: it is shown in full, also for a log of years ago. */
export function isContested({ trouble, witnesses }: Pick<CustodyLog, 'trouble' | 'witnesses'>): boolean {
  return trouble !== null || witnesses.some(({ state }) => state === 'rewritten')
}

/** The latest of some instants; null when there is none. */
export function newestOf(instants: readonly (string | null)[]): string | null {
  return instants.reduce((newest, at) => (newest === null || (at !== null && at > newest) ? at : newest), null)
}
