import type { DamagedPart } from '@getuige/contract'

/** More parts than this say no more. */
export const mostParts = 200

/** From each of these moments on nobody knows when it was, up to the next. */
export const lostTimes = (fromMs: readonly number[]): DamagedPart[] =>
  fromMs
    .slice(0, mostParts)
    .map((from, place) => ({ kind: 'timing-lost', fromMs: from, toMs: fromMs[place + 1] ?? null }))
