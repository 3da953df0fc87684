import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import type { Retention } from './index.ts'
import { nightly } from './nightly.ts'

/**
 * Every night, in the name of Getuige itself: days move as adopted laws say, what comes is announced, what is due is erased.
 * Whatever fails of the first two does not spare what is due.
 */
export function retentionJobs(retention: Retention): Job[] {
  return [
    {
      name: 'retention/erase-due',
      schedule: { cron: `${nightly.minute} ${nightly.hour} * * *`, timeZone: nightly.timeZone },
      timeoutSeconds: 6 * 3600,
      async run(_data, signal) {
        const first = [() => retention.applyAdoptions(signal), () => retention.announceErasures(signal)]
        const failed: unknown[] = []
        for (const step of first) await step().catch((error: unknown) => failed.push(error))
        const { failures } = await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }), signal)
        const all = [...failed, ...failures]
        if (all.length > 0) throw new AggregateError(all, `${failures.length} recordings not erased`)
      },
    },
    {
      name: 'retention/apply-law',
      timeoutSeconds: 6 * 3600,
      run: async (_data, signal) => void (await retention.applyAdoptions(signal)),
    },
    {
      name: 'retention/erase-ordered',
      timeoutSeconds: 3600,
      async run(data) {
        // Written by `reactions.ts` in the act that ordered it.
        const { corpsId, recordingId } = data as { corpsId: CorpsId; recordingId: RecordingId }
        await retention.erase({ kind: 'system', corpsId }, recordingId)
      },
    },
  ]
}
