import type { CorpsId, TaskId } from '@getuige/base'
import type { Database } from '#platform/database'
import type { Log } from '#platform/log'
import { listChanged } from './store.ts'

const pollMs = 1000
const quietMs = 15_000
/** Looked back upon, so that what is committed late is seen too. */
const lookBackSeconds = 30
/** For one who watches. More is not told: the list says all. */
const mostPending = 500
const mostWatchers = 500
const mostOfOne = 6

type Watcher = { corpsId: CorpsId; who: string; pending: Set<TaskId>; wake: () => void }

/** What changes of the work of a corps, told to those who watch. While nobody does, nothing is asked. */
export function openChanges({ db, log }: Readonly<{ db: Database; log: Log }>) {
  const watchers = new Set<Watcher>()
  let known = new Map<TaskId, string>()
  let polling: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function poll(tells: boolean): Promise<void> {
    const changes = await listChanged(db.everyCorps, lookBackSeconds)
    for (const { id, corpsId, at } of changes) {
      if (!tells || known.get(id) === at) continue
      for (const watcher of watchers) {
        if (watcher.corpsId !== corpsId || watcher.pending.size >= mostPending) continue
        watcher.pending.add(id)
        watcher.wake()
      }
    }
    known = new Map(changes.map(({ id, at }) => [id, at]))
  }

  function pollOnce(tells: boolean): Promise<void> {
    polling ??= poll(tells)
      .catch((error: unknown) => log.error('tasks/changes-not-read', error))
      .finally(() => (polling = undefined))
    return polling
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    /** Whether there is room for another who watches. */
    hasRoom: (who: string): boolean =>
      watchers.size < mostWatchers && [...watchers].filter((one) => one.who === who).length < mostOfOne,

    /**
     * Ids of what changed, as often as they are asked for and there are any; none every 15 s, so that whoever watches can
     * say that they still do. What changes while they are busy comes once, next time. Ends when `signal` fires.
     */
    async *watch(corpsId: CorpsId, who: string, signal: AbortSignal): AsyncGenerator<readonly TaskId[]> {
      const watcher: Watcher = { corpsId, who, pending: new Set(), wake: () => undefined }
      watchers.add(watcher)
      try {
        if (timer === undefined) {
          timer = setInterval(() => void pollOnce(true), pollMs)
          timer.unref()
          await pollOnce(false)
        }
        while (!signal.aborted) {
          if (watcher.pending.size === 0) await waitFor(watcher, signal)
          const ids = [...watcher.pending]
          watcher.pending.clear()
          if (!signal.aborted) yield ids
        }
      } finally {
        leave(watcher)
      }
    },
  }
}

async function waitFor(watcher: Watcher, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const quiet = setTimeout(resolve, quietMs)
  const stop = () => resolve()
  signal.addEventListener('abort', stop)
  watcher.wake = resolve
  await promise
  clearTimeout(quiet)
  signal.removeEventListener('abort', stop)
}
