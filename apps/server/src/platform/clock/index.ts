/** The only source of time. Tests turn one of their own. */
export type Clock = Readonly<{ now(): Date }>

export const systemClock: Clock = { now: () => new Date() }

export type TurnableClock = Clock & { turn(to: Date): void; advance(ms: number): void }

/** A clock that stands still until it is turned. */
export function turnableClock(at: Date): TurnableClock {
  let current = at.getTime()
  return {
    now: () => new Date(current),
    turn: (to) => {
      current = to.getTime()
    },
    advance: (ms) => {
      current += ms
    },
  }
}

/**
 * Answers true for a key that was not asked about within the last `everyMs`, and then counts it as asked about. Remembers
 * `most` keys at most; the one remembered first gives way, and so may come too early. A clock set back forgets.
 */
export function onceInAWhile(clock: Clock, { everyMs, most }: Readonly<{ everyMs: number; most: number }>) {
  const lastAt = new Map<string, number>()
  return (key: string): boolean => {
    const now = clock.now().getTime()
    const before = lastAt.get(key)
    if (before !== undefined && now >= before && now < before + everyMs) return false
    lastAt.delete(key)
    const oldest = lastAt.size >= most ? lastAt.keys().next().value : undefined
    if (oldest !== undefined) lastAt.delete(oldest)
    lastAt.set(key, now)
    return true
  }
}
