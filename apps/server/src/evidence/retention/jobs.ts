import type { Job } from '#platform/jobs'
import type { Retention } from './index.ts'
import { nightly } from './nightly.ts'

/** Every night, erase what is due, in the name of Getuige itself. */
export function retentionJobs(retention: Retention): Job[] {
  return [
    {
      name: 'retention/erase-due',
      schedule: { cron: `${nightly.minute} ${nightly.hour} * * *`, timeZone: nightly.timeZone },
      timeoutSeconds: 6 * 3600,
      async run(_data, signal) {
        const { failures } = await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }), signal)
        if (failures.length > 0) throw new AggregateError(failures, `${failures.length} recordings not erased`)
      },
    },
  ]
}
