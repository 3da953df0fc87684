import type { CorpsId, RecordingId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import type { Emergencies } from './emergency.ts'
import type { Mandates } from './mandates.ts'

type GateDeps = Readonly<{ mandates: Mandates; emergencies: Emergencies }>
type OfRecording = Readonly<{ corpsId: CorpsId; recordingId: RecordingId }>

export function gateJobs({ mandates, emergencies }: GateDeps): Job[] {
  const alarm: Job<OfRecording> = {
    name: 'access/alarm-emergency',
    timeoutSeconds: 60,
    run: (data, signal) => emergencies.alarm(data, signal),
  }
  return [
    alarm,
    {
      name: 'access/forget-documents',
      schedule: { cron: '40 * * * *', timeZone: 'UTC' },
      run: () => mandates.forgetUnclaimed(),
    },
  ]
}
