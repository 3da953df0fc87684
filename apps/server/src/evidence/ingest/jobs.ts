import type { Job } from '#platform/jobs'
import type { Ingest } from './receive.ts'

/** Uploads that are whole are stored as soon as that can be; those that nobody went on with leave nothing behind. */
export function ingestJobs(ingest: Ingest): Job[] {
  return [
    {
      name: 'ingest/store-waiting',
      schedule: { cron: '* * * * *', timeZone: 'UTC' },
      timeoutSeconds: 6 * 3600,
      run: async () => {
        await ingest.storeWaiting()
      },
    },
    {
      name: 'ingest/discard-expired',
      schedule: { cron: '40 * * * *', timeZone: 'Europe/Brussels' },
      run: async () => {
        await ingest.discardExpired()
      },
    },
  ]
}
