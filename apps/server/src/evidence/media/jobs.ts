import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import { forgetJob } from '#recordings'
import type { Media } from './index.ts'

export const prepareJob = 'media/prepare'

export function mediaJobs(media: Media): Job[] {
  return [
    {
      name: prepareJob,
      timeoutSeconds: 300,
      run: async (data, signal) => {
        // Written by `reactions.ts` in the act that stored the recording.
        const which = data as { corpsId: CorpsId; recordingId: RecordingId }
        await media.prepare(which, signal)
        // What came beside it meanwhile waited for this.
        await media.placeSidecars(which, signal)
      },
    },
    {
      name: 'media/place-sidecars',
      timeoutSeconds: 120,
      run: (data, signal) => media.placeSidecars(data as { corpsId: CorpsId; recordingId: RecordingId }, signal),
    },
    forgetJob('media/forget-sidecars', media.forgetSidecars),
    {
      name: 'media/ask-missing',
      schedule: { cron: '45 1 * * *', timeZone: 'UTC' },
      timeoutSeconds: 600,
      async run(_data, signal) {
        await media.askMissing(signal)
      },
    },
  ]
}
