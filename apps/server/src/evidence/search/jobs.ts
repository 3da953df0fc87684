import type { Job } from '#platform/jobs'
import type { Search } from './index.ts'

/** Every night: saved searches that nobody uses any more end. */
export function searchJobs(search: Search): Job[] {
  return [
    {
      name: 'search/forget-unused',
      schedule: { cron: '50 3 * * *', timeZone: 'Europe/Amsterdam' },
      run: () => search.forgetUnused(),
    },
  ]
}
