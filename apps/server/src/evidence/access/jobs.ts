import type { Job } from '#platform/jobs'
import type { Access } from './index.ts'

export { gateJobs } from './gate-jobs.ts'

/** Every few minutes, enter the end of viewings that nobody looks at any more. */
export function accessJobs(access: Access): Job[] {
  return [
    {
      name: 'access/end-viewings',
      schedule: { cron: '*/5 * * * *', timeZone: 'UTC' },
      run: (_data, signal) => access.endViewingsOver(signal),
    },
  ]
}
