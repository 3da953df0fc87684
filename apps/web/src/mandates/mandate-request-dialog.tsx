import type { RecordingId, Words } from '@getuige/base'
import { listMandates, requestMandate } from '@getuige/contract'
import { RadioGroup, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { Loading } from '../app/faces.tsx'
import { ReasonDialog } from '../approvals/reason-dialog.tsx'
import { say, t } from '../messages/translate.ts'

/** Asks the prosecutor to open one or several recordings: what for, for which file, and why. */
export function MandateRequestDialog({
  recordingIds,
  purposes,
  onClose,
  onAsked,
}: {
  recordingIds: readonly RecordingId[]
  /** What a decision can open under the law of the recordings; of the corps unless told. */
  purposes?: readonly Readonly<{ id: string; label: Words }>[]
  onClose: () => void
  onAsked?: () => void
}) {
  const known = useQuery({ ...query(listMandates, {}), enabled: purposes === undefined })
  const choices = purposes ?? known.data?.purposes ?? []
  const [chosenId, setChosenId] = useState<string | null>(null)
  const [reference, setReference] = useState('')
  const [wasTried, setWasTried] = useState(false)
  const ask = useAct(requestMandate)
  const purpose = chosenId ?? (choices.length === 1 ? (choices[0]?.id ?? null) : null)
  return (
    <ReasonDialog
      title={t('mandates.askTitle', { count: recordingIds.length })}
      body={t('mandates.askBody')}
      label={t('mandates.why')}
      hint={t('mandates.whyHint')}
      actLabel={t('mandates.ask')}
      isPending={ask.isPending}
      error={ask.error}
      onClose={onClose}
      onSubmit={(reason) => {
        setWasTried(true)
        if (purpose === null || reference.trim() === '') return
        ask.mutate(
          { body: { recordingIds: [...recordingIds], purpose, reference: reference.trim(), reason } },
          {
            onSuccess: () => {
              toast(t('mandates.asked'))
              onAsked?.()
              onClose()
            },
          },
        )
      }}
    >
      {purposes === undefined && known.data === undefined && <Loading rows={1} />}
      <RadioGroup
        label={t('recordings.purpose')}
        options={choices.map(({ id, label }) => ({ id, label: say(label) }))}
        value={purpose}
        onChange={setChosenId}
        error={wasTried && purpose === null ? t('recordings.purposeMissing') : null}
      />
      <TextField
        label={t('mandates.fileNumber')}
        isMono
        autoFocus
        maxLength={120}
        value={reference}
        onChange={setReference}
        error={wasTried && reference.trim() === '' ? t('recordings.referenceMissing') : null}
      />
    </ReasonDialog>
  )
}
