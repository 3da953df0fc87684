import type { Job } from '#platform/jobs'
import type { TimeStamps } from '#platform/time-stamp'
import type { Custody } from './index.ts'

/** Every hour, have somebody outside see how far the logs have come. */
export function custodyJobs({ custody, timeStamps }: Readonly<{ custody: Custody; timeStamps: TimeStamps }>): Job[] {
  return [
    {
      name: 'custody/stamp',
      schedule: { cron: '7 * * * *', timeZone: 'Europe/Brussels' },
      async run(_data, signal) {
        await custody.stampCheckpoints(timeStamps, signal)
      },
    },
  ]
}
