import { exportRecording, type Recording } from '@getuige/contract'
import { Banner, Button, buttonClass, Dialog, TextField } from '@getuige/ui'
import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { busy, focusFirstProblem } from './form-problems.ts'
import { PurposeFields, usePurpose } from './purpose-fields.tsx'

/** Hands the recording over as a package: what for, to whom, why. The download starts when the package is there. */
export function ExportDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const purpose = usePurpose(recording.purposes)
  const [recipient, setRecipient] = useState('')
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const disclosure = useAct(exportRecording)
  const isReady = disclosure.data !== undefined

  const submit = () => {
    if (!purpose.isComplete || recipient.trim() === '') {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
      return
    }
    if (disclosure.isPending) return
    disclosure.mutate({ params: { recordingId: recording.id }, body: { ...purpose.body, recipient: recipient.trim() } })
  }
  return (
    <Dialog
      title={t('recordings.exportTitle')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        isReady ? (
          <Button onPress={onClose}>{t('app.close')}</Button>
        ) : (
          <>
            <Button onPress={onClose}>{t('app.cancel')}</Button>
            <Button variant="primary" onPress={submit} className={disclosure.isPending ? busy : ''}>
              {t('recordings.exportDo')}
            </Button>
          </>
        )
      }
    >
      {isReady ? (
        <Ready downloadUrl={disclosure.data.downloadUrl} expiresAt={disclosure.data.expiresAt} />
      ) : (
        <form
          ref={form}
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <p className="text-pretty text-ink-2">{t('recordings.exportBody')}</p>
          <PurposeFields
            purposes={recording.purposes}
            state={purpose}
            showProblems={wasTried}
            reasonHint={t('recordings.reasonExportHint')}
          />
          <TextField
            label={t('recordings.exportRecipient')}
            description={t('recordings.exportRecipientHint')}
            maxLength={120}
            value={recipient}
            onChange={setRecipient}
            error={wasTried && recipient.trim() === '' ? t('recordings.recipientMissing') : null}
          />
          {disclosure.error !== null && <ErrorPanel error={disclosure.error} />}
          <button type="submit" hidden />
        </form>
      )}
    </Dialog>
  )
}

/** The address works once, so it is followed once by itself; the link stays for a browser that holds downloads back. */
function Ready({ downloadUrl, expiresAt }: { downloadUrl: string; expiresAt: string }) {
  const link = useRef<HTMLAnchorElement>(null)
  const wasStarted = useRef(false)
  useEffect(() => {
    if (wasStarted.current) return
    wasStarted.current = true
    link.current?.click()
  }, [])
  return (
    <Banner
      tone="done"
      title={t('recordings.exportReady')}
      actions={
        <a ref={link} href={downloadUrl} download className={buttonClass()}>
          {t('recordings.exportDownload')}
        </a>
      }
    >
      {t('recordings.exportReadyBody', { time: formatInstant(expiresAt) })}
    </Banner>
  )
}
