import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import type { Together } from './index.ts'

export function togetherJobs(together: Together): Job[] {
  return [
    {
      name: 'together/forget',
      timeoutSeconds: 60,
      async run(data) {
        // Written by `reactions.ts` in the act that began the erasure.
        const { corpsId, recordingId } = data as { corpsId: CorpsId; recordingId: RecordingId }
        await together.forget(corpsId, recordingId)
      },
    },
  ]
}
