/** What goes on later than this after what came before is told by another clock. A hole that is shorter is a hole. */
const forwardSeconds = 600
/** Pictures are stored out of order by a few; not by a second. */
const backSeconds = 1

/** Whether a time so much after the latest before it, or before that, was told by a clock that had been set anew. */
export const isClockJump = (at: number, latest: number): boolean =>
  at < latest - backSeconds || at > latest + forwardSeconds

/** Where the stream of one kind jumps, the others do too, within so much of it; otherwise it is alone. */
const togetherSeconds = 5

/** One stream on its way; times in seconds. */
export type TimedLane = {
  /** When the next of it is, by its own clock. Undefined when there is none. */
  readonly nextAt: number | undefined
  /** Between its own clock and that of all: it changes where its own is set anew. */
  shift: number
  /** By the clock of all: the latest so far, and where all so far ends. Before all: minus infinity. */
  latestAt: number
  endsAt: number
}

/**
 * Which lane is next, by one clock for all of them that goes on where theirs are set anew, as in files put behind one
 * another. A lane at such a place waits for the others to come to it, so that they stay in step. `jumped` is told where
 * they went on. Undefined when nothing is left.
 */
export function nextLane<Lane extends TimedLane>(
  lanes: readonly Lane[],
  jumped: (at: number) => void,
): Lane | undefined {
  const left = lanes.filter(({ nextAt }) => nextAt !== undefined)
  const free = left.filter(
    (lane) => lane.latestAt === Number.NEGATIVE_INFINITY || !isClockJump(atOf(lane), lane.latestAt),
  )
  const held = left.filter((lane) => !free.includes(lane))
  const first = earliestLane(free)
  if (first === undefined) {
    if (held.length === 0) return undefined
    const goesOnAt = Math.max(...lanes.map(({ endsAt }) => endsAt))
    const beginsAt = Math.min(...held.map(({ nextAt }) => nextAt ?? Number.POSITIVE_INFINITY))
    for (const lane of held) goOn(lane, goesOnAt - beginsAt)
    jumped(goesOnAt)
    return nextLane(lanes, jumped)
  }
  const alone = held.find(({ endsAt }) => atOf(first) > endsAt + togetherSeconds)
  if (alone === undefined) return first
  jumped(alone.endsAt)
  goOn(alone, alone.endsAt - (alone.nextAt ?? 0))
  return alone
}

/** Of those of which something is left, by the clock of all; undefined when nothing is. */
export const earliestLane = <Lane extends TimedLane>(lanes: readonly Lane[]): Lane | undefined =>
  lanes
    .filter(({ nextAt }) => nextAt !== undefined)
    .reduce<Lane | undefined>((one, other) => (one && atOf(one) <= atOf(other) ? one : other), undefined)

const atOf = ({ nextAt, shift }: TimedLane): number => (nextAt ?? Number.POSITIVE_INFINITY) + shift

function goOn(lane: TimedLane, shift: number): void {
  lane.shift = shift
  lane.latestAt = Number.NEGATIVE_INFINITY
}
