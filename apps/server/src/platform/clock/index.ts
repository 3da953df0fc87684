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
