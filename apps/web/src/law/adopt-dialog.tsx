import { adoptLaw, type ReturnsOf, type simulateLaw } from '@getuige/contract'
import { Checkbox, TextArea, TextField, toast } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import type { Asked } from './simulation-result.tsx'

/** Asks a second person: from when on, and whether it also erases earlier what is here. */
export function AdoptDialog({
  result,
  asked,
  onClose,
}: {
  result: ReturnsOf<typeof simulateLaw>
  asked: Asked
  onClose: () => void
}) {
  const [from, setFrom] = useState('')
  const [alsoExisting, setAlsoExisting] = useState(false)
  const [reason, setReason] = useState('')
  const adopt = useAct(adoptLaw)
  const isShort = reason.trim().length < 5
  const submit = () => {
    const { packId, settings } = asked
    const inForceFrom = from === '' ? null : new Date(from).toISOString()
    adopt.mutate(
      { body: { packId, settings, inForceFrom, alsoExisting, reason: reason.trim() } },
      {
        onSuccess: () => {
          toast(t('law.adoptAsked'))
          onClose()
        },
      },
    )
  }
  const { existing } = result
  return (
    <FormDialog
      title={t('law.adoptTitle')}
      actLabel={t('law.adoptDo')}
      isWrong={isShort}
      isPending={adopt.isPending}
      error={adopt.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-ink-2">{t('law.adoptWhat')}</p>
          <p className="font-mono text-xs break-all">{result.key}</p>
          <TextField
            label={t('law.adoptFrom')}
            description={t('law.adoptFromWhat')}
            inputType="datetime-local"
            value={from}
            onChange={setFrom}
          />
          <Checkbox isSelected={alsoExisting} onChange={setAlsoExisting} isDisabled={existing.refusal !== null}>
            {t('law.alsoExisting')}
            <span className="block text-sm text-ink-3">
              {existing.refusal === null
                ? t('law.existing', { earlier: existing.earlier, erased: existing.erasedNextRun })
                : t('law.existingOtherPack')}
            </span>
          </Checkbox>
          <TextArea
            label={t('law.reason')}
            maxLength={2000}
            value={reason}
            onChange={setReason}
            error={wasTried && isShort ? t('law.reasonShort') : null}
          />
        </>
      )}
    </FormDialog>
  )
}
