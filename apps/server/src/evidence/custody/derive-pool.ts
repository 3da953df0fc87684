import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type DerivedPage, derivePage, type EntryPage } from './derive.ts'

export type { DerivedPage } from './derive.ts'

export type DerivePool = Disposable & Readonly<{ width: number; derive(page: EntryPage): Promise<DerivedPage> }>

const maxThreads = 4

/** Derives pages in threads beside, once there are many; few are done sooner here than a thread starts. */
export function openDerivePool(options: Readonly<{ isLarge: boolean }>): DerivePool {
  if (!options.isLarge) {
    return { width: 1, derive: (page) => Promise.resolve(derivePage(page)), [Symbol.dispose]: () => undefined }
  }
  const threads = Array.from({ length: Math.min(maxThreads, availableParallelism()) }, openThread)
  let next = 0
  return {
    width: threads.length,
    derive(page) {
      const thread = threads[next % threads.length]
      next += 1
      if (thread === undefined) throw new Error('there is no thread')
      return thread.derive(page)
    },
    [Symbol.dispose]() {
      for (const { worker } of threads) void worker.terminate()
    },
  }
}

function openThread() {
  const worker = new Worker(new URL('derive-thread.ts', import.meta.url), { env: {}, execArgv: [] })
  const waiting: { resolve(page: DerivedPage): void; reject(error: unknown): void }[] = []
  let failure: Error | undefined
  const fail = (cause: unknown) => {
    failure ??= new Error('a thread that derives entries has ended', { cause })
    for (const one of waiting.splice(0)) one.reject(failure)
  }
  worker.on('message', (page: DerivedPage) => waiting.shift()?.resolve(page))
  worker.on('error', fail)
  worker.on('exit', fail)
  return {
    worker,
    derive: (page: EntryPage) =>
      new Promise<DerivedPage>((resolve, reject) => {
        if (failure !== undefined) return reject(failure)
        waiting.push({ resolve, reject })
        worker.postMessage(page)
      }),
  }
}
