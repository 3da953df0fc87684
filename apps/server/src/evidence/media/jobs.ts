import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import type { Media } from './index.ts'

export const prepareJob = 'media/prepare'

export function mediaJobs(media: Media): Job[] {
  return [
    {
      name: prepareJob,
      timeoutSeconds: 300,
      run: async (data, signal) => {
        // Written by `reactions.ts` in the act that stored the recording.
        await media.prepare(data as { corpsId: CorpsId; recordingId: RecordingId }, signal)
      },
    },
  ]
}
