import type { Job } from '#platform/jobs'
import type { Corps } from './index.ts'

/** Sessions that are over are no sessions any more; this says so in the log, and forgets where they were. */
export function corpsJobs(corps: Corps): Job[] {
  return [
    {
      name: 'corps/end-sessions',
      schedule: { cron: '*/10 * * * *', timeZone: 'UTC' },
      run: () => corps.endOverSessions(),
    },
  ]
}
