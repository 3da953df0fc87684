import type { Job } from '#platform/jobs'
import type { Approvals } from './index.ts'

/** Nobody can approve what has expired, whether this ran or not; this enters it. */
export function approvalJobs(approvals: Approvals): Job[] {
  return [
    {
      name: 'approvals/expire',
      schedule: { cron: '*/5 * * * *', timeZone: 'UTC' },
      run: (_data, signal) => approvals.expireOverdue(signal),
    },
  ]
}
