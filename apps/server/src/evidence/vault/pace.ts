import { setTimeout as wait } from 'node:timers/promises'

/** Waits after each piece for as long as the pieces so far should have taken; undefined: never. Throws when aborted. */
export function newPace(bytesPerSecond: number | undefined, signal: AbortSignal): (bytes: number) => Promise<void> {
  const begunMs = performance.now()
  let total = 0
  return async (bytes) => {
    signal.throwIfAborted()
    if (bytesPerSecond === undefined) return
    total += bytes
    const aheadMs = (total / bytesPerSecond) * 1000 - (performance.now() - begunMs)
    if (aheadMs > 0) await wait(aheadMs, undefined, { signal })
  }
}
