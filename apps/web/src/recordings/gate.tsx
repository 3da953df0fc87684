import type { Permission, Recording } from '@getuige/contract'
import { Button } from '@getuige/ui'
import { useState } from 'react'
import { lazyPart } from '../app/newer-version.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

// Seldom asked for.
const MandateRequestDialog = lazyPart(
  async () => (await import('../mandates/mandate-request-dialog.tsx')).MandateRequestDialog,
)
const BreakGlassDialog = lazyPart(async () => (await import('../emergency/break-glass-dialog.tsx')).BreakGlassDialog)

const waitsForMandate = (permission: Permission | null) =>
  permission !== null && !permission.allowed && permission.because === 'mandate-needed'

/** Whether what closes the recording is that its first period is over. */
export function isGateClosed({ may }: Recording): boolean {
  return waitsForMandate(may.view) || (!may.view.allowed && may.view.because === 'window-over')
}

/** That it arrived, for whoever made it and cannot see it. */
export function Arrived({ recording }: { recording: Recording }) {
  return <p>{t('recordings.receivedSealed', { when: formatInstant(recording.receivedAt) })}</p>
}

/** What can open a purpose whose period is over: to ask the prosecutor, or danger to life. Nothing where neither can. */
export function GateActs({ recording }: { recording: Recording }) {
  const [open, setOpen] = useState<'mandate' | 'emergency' | null>(null)
  const { may, purposes } = recording
  const waiting = purposes.filter((purpose) => waitsForMandate(purpose.may.view))
  const mayAsk = waiting.length > 0 && may.requestMandate.allowed
  const mayBreak = isGateClosed(recording) && may.breakGlass.allowed
  if (!mayAsk && !mayBreak) return null
  const close = () => setOpen(null)
  return (
    <div
      role="group"
      aria-label={t('recordings.gateActs')}
      className="mx-auto mt-3 flex w-full max-w-xl flex-wrap justify-center gap-2"
    >
      {mayAsk && <Button onPress={() => setOpen('mandate')}>{t('recordings.gateAsk')}</Button>}
      {mayBreak && (
        <Button variant="danger" onPress={() => setOpen('emergency')}>
          {t('recordings.gateBreak')}
        </Button>
      )}
      {open === 'mandate' && <MandateRequestDialog recordingIds={[recording.id]} purposes={waiting} onClose={close} />}
      {open === 'emergency' && <BreakGlassDialog recordingId={recording.id} onClose={close} />}
    </div>
  )
}
