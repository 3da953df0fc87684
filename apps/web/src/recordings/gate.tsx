import type { Recording } from '@getuige/contract'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** Whether what closes the recording is that its first period is over. */
export function isGateClosed({ may }: Recording): boolean {
  return !may.view.allowed && (may.view.because === 'mandate-needed' || may.view.because === 'window-over')
}

/** That it arrived, for whoever made it and cannot see it. */
export function Arrived({ recording }: { recording: Recording }) {
  return <p>{t('recordings.receivedSealed', { when: formatInstant(recording.receivedAt) })}</p>
}
