import { exportRecording, type Recording } from '@getuige/contract'
import { Banner, buttonClass, CopyText, TextField } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { PurposeFields, usePurpose } from './purpose-fields.tsx'
import { isAboutSeal, SealFields, type SealKind, useSeal } from './seal-fields.tsx'

/** Asks to hand the recording over as a package: what for, to whom, why, and who can open it. A second person approves. */
export function ExportDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const purpose = usePurpose(recording.purposes, 'export')
  const seal = useSeal()
  const [recipient, setRecipient] = useState('')
  const disclosure = useAct(exportRecording)

  const submit = (focusProblem: () => void) => {
    const { encryptFor } = seal
    disclosure.mutate(
      {
        params: { recordingId: recording.id },
        body: { ...purpose.body, recipient: recipient.trim(), ...(encryptFor === undefined ? {} : { encryptFor }) },
      },
      {
        onError: (error) => {
          // Once its words stand beside the field.
          if (isAboutSeal(error)) requestAnimationFrame(focusProblem)
        },
      },
    )
  }
  return (
    <FormDialog
      title={t('recordings.exportTitle')}
      actLabel={t('recordings.exportDo')}
      isWrong={!purpose.isComplete || recipient.trim() === '' || seal.problem !== null}
      isPending={disclosure.isPending}
      error={isAboutSeal(disclosure.error) ? null : disclosure.error}
      instead={
        disclosure.data === undefined ? undefined : <Asked expiresAt={disclosure.data.expiresAt} kind={seal.kind} />
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-pretty text-ink-2">{t('recordings.exportBody')}</p>
          <PurposeFields state={purpose} showProblems={wasTried} reasonHint={t('recordings.reasonExportHint')} />
          <TextField
            label={t('recordings.exportRecipient')}
            description={t('recordings.exportRecipientHint')}
            maxLength={120}
            value={recipient}
            onChange={setRecipient}
            error={wasTried && recipient.trim() === '' ? t('recordings.recipientMissing') : null}
          />
          <SealFields state={seal} showProblems={wasTried} refusal={disclosure.error} />
        </>
      )}
    </FormDialog>
  )
}

/** What the recipient types, as the package itself says it. */
const commands = {
  verify: 'npx getuige verify case.asice',
  age: 'age -d -i identity.txt -o case.asice case.asice.age',
  cms: 'openssl cms -decrypt -inform DER -in case.asice.key.p7m -recip certificate.pem -inkey key.pem -out identity.txt',
}

/** Where the package will be, and what to tell the recipient meanwhile. */
function Asked({ expiresAt, kind }: { expiresAt: string; kind: SealKind }) {
  return (
    <div className="flex flex-col gap-4">
      <Banner
        tone="done"
        title={t('recordings.exportAsked')}
        actions={
          <Link to="/approvals" className={buttonClass()}>
            {t('app.nav.approvals')}
          </Link>
        }
      >
        {t('recordings.exportAskedBody', { time: formatInstant(expiresAt) })}
      </Banner>
      <div>
        <h3 className="mb-1 font-medium">{t('recordings.openWith')}</h3>
        <p className="mb-2 text-pretty text-ink-2">{t(`recordings.sealWhat.${kind}`)}</p>
        {kind === 'none' ? (
          <p className="text-pretty text-ink-2">{t('recordings.openSame', { command: commands.verify })}</p>
        ) : (
          <CopyText
            isBlock
            label={t('recordings.openWith')}
            value={kind === 'age' ? commands.age : `${commands.cms}\n${commands.age}`}
            copyLabel={t('app.copy')}
            copiedLabel={t('app.copied')}
          />
        )}
        {kind === 'certificate' && <p className="mt-1 text-sm text-ink-3">{t('recordings.openReadme')}</p>}
      </div>
    </div>
  )
}
