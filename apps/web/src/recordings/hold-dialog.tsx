import type { RecordingId } from '@getuige/base'
import { getKeeping, type Hold, holdKind, liftHold, placeHold } from '@getuige/contract'
import { RadioGroup, TextArea, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { FormDialog } from '../app/form-dialog.tsx'
import { say, t } from '../messages/translate.ts'
import { findReasonProblem } from './reason-problem.ts'
import { sayHeldFor } from './standing.ts'

/** Keeps a recording beyond its period: for which report or complaint, and why. */
export function HoldDialog({ recordingId, onClose }: { recordingId: RecordingId; onClose: () => void }) {
  const keeping = useQuery(query(getKeeping, { params: { recordingId } }))
  // What the law that the recording was made under knows.
  const kinds = holdKind.options.flatMap((id) => {
    const known = keeping.data?.holdKinds.find((one) => one.id === id)
    return known === undefined ? [] : [{ id, label: say(known.label) }]
  })
  const [chosen, setChosen] = useState<Hold['kind'] | null>(null)
  const kind = chosen ?? kinds[0]?.id
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState('')
  const hold = useAct(placeHold)
  const numberProblem = number.trim() === '' ? t('recordings.numberMissing') : null
  const reasonProblem = findReasonProblem(reason)

  const submit = () => {
    if (kind === undefined) return
    hold.mutate(
      { params: { recordingId }, body: { kind, number: number.trim(), reason: reason.trim() } },
      {
        onSuccess: () => {
          toast(t('recordings.holdPlaced'))
          onClose()
        },
      },
    )
  }
  return (
    <FormDialog
      title={t('recordings.holdPlaceTitle')}
      actLabel={t('recordings.holdPlaceDo')}
      isWrong={numberProblem !== null || reasonProblem !== null}
      isPending={hold.isPending}
      error={hold.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-ink-2">{t('recordings.holdPlaceBody')}</p>
          {keeping.error !== null && <ErrorPanel error={keeping.error} onRetry={() => void keeping.refetch()} />}
          {keeping.isPending && <Loading rows={1} />}
          {kind !== undefined && (
            <RadioGroup
              label={t('recordings.holdKind')}
              isRow
              options={kinds}
              value={kind}
              onChange={(id) => setChosen(holdKind.options.find((one) => one === id) ?? kind)}
            />
          )}
          <TextField
            label={t('recordings.holdNumber')}
            isMono
            autoFocus
            maxLength={120}
            value={number}
            onChange={setNumber}
            error={wasTried ? numberProblem : null}
          />
          <TextArea
            label={t('recordings.reason')}
            maxLength={2000}
            value={reason}
            onChange={setReason}
            error={wasTried && reasonProblem !== null ? t(reasonProblem) : null}
          />
        </>
      )}
    </FormDialog>
  )
}

/** Ends a hold: why it is no longer needed. */
export function LiftHoldDialog({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const lift = useAct(liftHold)
  const problem = findReasonProblem(reason)

  return (
    <FormDialog
      title={t('recordings.holdLiftTitle')}
      isAlert
      actLabel={t('recordings.holdLiftDo')}
      variant="danger"
      isWrong={problem !== null}
      isPending={lift.isPending}
      error={lift.error}
      onSubmit={() =>
        lift.mutate(
          { params: { holdId: hold.id }, body: { reason: reason.trim() } },
          {
            onSuccess: () => {
              toast(t('recordings.holdLifted'))
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-ink-2">{t('recordings.holdLiftBody', { for: sayHeldFor(hold) })}</p>
          <TextArea
            label={t('recordings.reason')}
            autoFocus
            maxLength={2000}
            value={reason}
            onChange={setReason}
            error={wasTried && problem !== null ? t(problem) : null}
          />
        </>
      )}
    </FormDialog>
  )
}
