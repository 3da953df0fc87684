import { adoptLaw, type ReturnsOf, type simulateLaw } from '@getuige/contract'
import { Button, Checkbox, Dialog, TextArea, TextField, toast } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
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
  const [wasTried, setWasTried] = useState(false)
  const adopt = useAct(adoptLaw)
  const isShort = reason.trim().length < 5
  const submit = () => {
    setWasTried(true)
    if (isShort || adopt.isPending) return
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
    <Dialog
      isOpen
      title={t('law.adoptTitle')}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button variant="primary" isPending={adopt.isPending} onPress={submit}>
            {t('law.adoptDo')}
          </Button>
        </>
      }
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
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
        {adopt.error !== null && <ErrorPanel error={adopt.error} />}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
