import type { RecordingId } from '@getuige/base'
import { getKeeping, type Hold, liftHold, placeHold } from '@getuige/contract'
import { TextArea, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import { useHoldDraft } from './hold-draft.tsx'
import { findReasonProblem } from './reason-problem.ts'
import { sayHeldFor } from './standing.ts'

/** Keeps a recording beyond its period: for which report or complaint, and why. */
export function HoldDialog({ recordingId, onClose }: { recordingId: RecordingId; onClose: () => void }) {
  const keeping = useQuery(query(getKeeping, { params: { recordingId } }))
  // What the law that the recording was made under knows.
  const draft = useHoldDraft(keeping.data?.holdKinds)
  const hold = useAct(placeHold)

  const submit = () => {
    if (draft.hold === null) return
    hold.mutate(
      { params: { recordingId }, body: draft.hold },
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
      isWrong={draft.hold === null}
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
          {draft.fields(wasTried)}
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
