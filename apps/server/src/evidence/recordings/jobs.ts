import type { Job } from '#platform/jobs'
import type { Recordings } from './index.ts'

/** After an upgrade, what recordings from before are found by. */
export function recordingJobs(recordings: Recordings): Job[] {
  return [
    {
      name: 'recordings/tell-untold',
      schedule: { cron: '* * * * *', timeZone: 'Europe/Brussels' },
      timeoutSeconds: 3600,
      run: (_data, signal) => recordings.tellUntold(signal),
    },
  ]
}
