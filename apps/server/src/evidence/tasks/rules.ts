import type { Task } from '@getuige/contract'

export type TaskKind = Task['kind']
export type TaskState = Task['state']

/**
 * Work waits in lanes, and of each lane one is done at a time: whoever watches a recording is not starved, and a picture
 * never waits for an hour of encoding.
 */
export const lanes = { long: ['proxy'], short: ['pictures', 'clip'] } as const satisfies Record<
  string,
  readonly TaskKind[]
>
export type Lane = keyof typeof lanes

export function laneOf(kind: TaskKind): Lane {
  return kind === 'proxy' ? 'long' : 'short'
}

/** Work at which the server died so often is not begun again: it may be why. */
export const mostStarts = 5

/** As much may wait or run for one person: work of one stands in the way of work of others. */
export const mostOpenOfOne = 20

/** Longer than this, work is given up. */
export const limitMs: Readonly<Record<Lane, number>> = { long: 20 * 3_600_000, short: 6 * 3_600_000 }

export const hasEnded = (state: TaskState): boolean => state !== 'waiting' && state !== 'running'

export type Standing = Readonly<{
  state: TaskState
  problem: Task['problem']
  /** Whether whoever looks asked for it, somebody else did, or the product itself. */
  askedBy: 'oneself' | 'somebody' | 'system'
  /** They may assign the recording: whoever has the say of who works with it. */
  mayAssign: boolean
}>

/** Whoever asked, and whoever may assign the recording: work of one stands in the way of work of others. */
export const mayCancel = ({ state, askedBy, mayAssign }: Standing): boolean =>
  !hasEnded(state) && (askedBy === 'oneself' || mayAssign)

/** Whoever asked; of what the product began by itself, whoever may assign. Never in the name of somebody else. */
export const mayRetry = ({ state, problem, askedBy, mayAssign }: Standing): boolean =>
  (state === 'failed' || state === 'cancelled') &&
  problem !== 'erased' &&
  (askedBy === 'oneself' || (askedBy === 'system' && mayAssign))

/** How far work is, and how fast it went: parts of the whole in a millisecond, `null` before anybody can tell. */
export type Pace = Readonly<{ fraction: number; atMs: number; perMs: number | null }>

/** A moment of an hour ago says little of how fast it goes now; one of a second ago says little too. */
const smoothedOverMs = 10_000
const toldEveryMs = 1000
const mostRemainingMs = 30 * 24 * 3_600_000

/**
 * What is known after work says that this part of it is done; the same while the last second is not over. It never goes
 * back, and what a clock says that was turned back is left out.
 */
export function keepPace(pace: Pace, fraction: number, atMs: number): Pace {
  const passedMs = atMs - pace.atMs
  if (passedMs < 0) return { ...pace, atMs }
  if (passedMs < toldEveryMs || !Number.isFinite(fraction)) return pace
  const reached = Math.min(1, Math.max(pace.fraction, fraction))
  const newest = (reached - pace.fraction) / passedMs
  const weight = 1 - Math.exp(-passedMs / smoothedOverMs)
  const perMs = pace.perMs === null ? newest : pace.perMs + weight * (newest - pace.perMs)
  return { fraction: reached, atMs, perMs }
}

/** Null while nobody can tell. */
export function reckonRemaining({ fraction, perMs }: Pace): number | null {
  if (perMs === null || perMs <= 0) return null
  const ms = Math.round((1 - fraction) / perMs)
  return ms > mostRemainingMs ? null : ms
}

/** 0 to 100, to a tenth. 100 is for what is done. */
export const percentOf = ({ fraction }: Pace): number => Math.min(99.9, Math.floor(fraction * 1000) / 10)
