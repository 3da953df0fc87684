import type { Job } from '#platform/jobs'
import type { Oversight } from './index.ts'

/** Every night, after the erasures: what the log kept of people for long enough goes too. */
export function oversightJobs(oversight: Oversight): Job[] {
  return [
    {
      name: 'oversight/forget-words',
      schedule: { cron: '45 3 * * *', timeZone: 'Europe/Amsterdam' },
      timeoutSeconds: 6 * 3600,
      async run(_data, signal) {
        const { failures } = await oversight.forgetWords(signal)
        if (failures.length > 0) throw new AggregateError(failures, `the words of ${failures.length} corps stay`)
      },
    },
  ]
}
