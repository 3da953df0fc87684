import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import type { Markers } from './index.ts'

export function markerJobs(markers: Markers): Job[] {
  return [
    {
      name: 'markers/forget',
      timeoutSeconds: 60,
      async run(data) {
        // Written by `reactions.ts` in the act that began the erasure.
        const { corpsId, recordingId } = data as { corpsId: CorpsId; recordingId: RecordingId }
        await markers.forget(corpsId, recordingId)
      },
    },
  ]
}
