import { Worker } from 'node:worker_threads'
import type { Language } from '@getuige/base'
import type { CustodyReport } from '@getuige/proof'
import type { FromReportThread } from './report-thread.ts'

type Waiting = Readonly<{ resolve(printed: ReadonlyMap<Language, Uint8Array>): void; reject(error: unknown): void }>
type Thread = Readonly<{ worker: Worker; waiting: Waiting[] }>

/** To start it and to read its fonts takes a second: it stays for the next package, but not for ever. */
const idleMs = 30_000
let thread: Thread | undefined
let end: NodeJS.Timeout | undefined

/**
 * A report on paper in every language, printed in a thread beside. Its fonts take over 100 MiB, which go with the thread,
 * and whoever is served meanwhile does not wait.
 */
export function printReports(report: CustodyReport): Promise<ReadonlyMap<Language, Uint8Array>> {
  clearTimeout(end)
  const { worker, waiting } = (thread ??= startThread())
  return new Promise((resolve, reject) => {
    // The process stays until it has an answer, but not for a thread that has nothing to do.
    if (waiting.length === 0) worker.ref()
    waiting.push({ resolve, reject })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(report)
  })
}

function startThread(): Thread {
  const worker = new Worker(new URL('report-thread.ts', import.meta.url), {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 },
  })
  const started: Thread = { worker, waiting: [] }
  const fail = (cause: unknown) => {
    if (thread === started) thread = undefined
    for (const { reject } of started.waiting.splice(0)) reject(new Error('the thread that prints has ended', { cause }))
  }
  worker.on('message', (answer: FromReportThread) => {
    const one = started.waiting.shift()
    if ('printed' in answer) one?.resolve(answer.printed)
    else one?.reject(answer.failure)
    if (started.waiting.length > 0) return
    worker.unref()
    end = setTimeout(() => {
      thread = undefined
      void worker.terminate()
    }, idleMs).unref()
  })
  worker.on('error', fail)
  worker.on('exit', fail)
  worker.unref()
  return started
}
