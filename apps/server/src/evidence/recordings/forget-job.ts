import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'

/** Follows the beginning of an erasure: what a module kept of the recording beside the register goes. May run twice. */
export function forgetJob(name: string, forget: (corpsId: CorpsId, recordingId: RecordingId) => Promise<void>): Job {
  return {
    name,
    timeoutSeconds: 60,
    async run(data) {
      // Written by `reactions.ts` in the act that began the erasure.
      const { corpsId, recordingId } = data as { corpsId: CorpsId; recordingId: RecordingId }
      await forget(corpsId, recordingId)
    },
  }
}
