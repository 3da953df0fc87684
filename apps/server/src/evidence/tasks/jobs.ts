import type { Job } from '#platform/jobs'
import type { Tasks } from './index.ts'
import { type Lane, lanes, limitMs } from './rules.ts'

/** One of each lane at a time: two in all. */
export function taskJobs(tasks: Tasks): Job[] {
  const runs = (Object.keys(lanes) as Lane[]).map((lane) => ({
    name: `tasks/run-${lane}`,
    // What takes too long is told so before.
    timeoutSeconds: limitMs[lane] / 1000 + 3600,
    run: async (_data: object, signal: AbortSignal) => void (await tasks.runNext(lane, signal)),
  }))
  const tidy: Job = {
    name: 'tasks/tidy',
    schedule: { cron: '* * * * *', timeZone: 'UTC' },
    run: (_data, signal) => tasks.tidy(signal),
  }
  return [...runs, tidy]
}
