import type { Job } from '#platform/jobs'
import type { Oversight } from './index.ts'

/** The log ready to be searched; and every night, after the erasures: what the log kept of people for long enough goes too. */
export function oversightJobs(oversight: Oversight): Job[] {
  return [
    {
      name: 'oversight/prepare-searches',
      schedule: { cron: '*/5 * * * *', timeZone: 'UTC' },
      timeoutSeconds: 3600,
      run: (_data, signal) => oversight.prepareSearches(signal),
    },
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
