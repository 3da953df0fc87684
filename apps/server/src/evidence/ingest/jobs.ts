import type { Job } from '#platform/jobs'
import type { Ingest } from './receive.ts'

/** Uploads that nobody went on with leave nothing behind. */
export function ingestJobs(ingest: Ingest): Job[] {
  return [
    {
      name: 'ingest/discard-expired',
      schedule: { cron: '40 * * * *', timeZone: 'Europe/Brussels' },
      run: async () => {
        await ingest.discardExpired()
      },
    },
  ]
}
