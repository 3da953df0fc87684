import type { RecordingId } from '@getuige/base'
import { getKeeping, type Hold, holdKind, liftHold, placeHold } from '@getuige/contract'
import { Button, Dialog, RadioGroup, TextArea, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { say, t } from '../messages/translate.ts'
import { busy, findReasonProblem, focusFirstProblem } from './form-problems.ts'
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
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const hold = useAct(placeHold)
  const numberProblem = number.trim() === '' ? t('recordings.numberMissing') : null
  const reasonProblem = findReasonProblem(reason)

  const submit = () => {
    if (numberProblem !== null || reasonProblem !== null) {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
      return
    }
    if (hold.isPending || kind === undefined) return
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
    <Dialog
      title={t('recordings.holdPlaceTitle')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button variant="primary" onPress={submit} className={hold.isPending ? busy : ''}>
            {t('recordings.holdPlaceDo')}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
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
        {hold.error !== null && <ErrorPanel error={hold.error} />}
        {/* Enter in a field submits, as people expect of a form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}

/** Ends a hold: why it is no longer needed. */
export function LiftHoldDialog({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const lift = useAct(liftHold)
  const problem = findReasonProblem(reason)

  const submit = () => {
    if (problem !== null) {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
      return
    }
    if (lift.isPending) return
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
  return (
    <Dialog
      title={t('recordings.holdLiftTitle')}
      isOpen
      isAlert
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button variant="danger" onPress={submit} className={lift.isPending ? busy : ''}>
            {t('recordings.holdLiftDo')}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <p className="text-ink-2">{t('recordings.holdLiftBody', { for: sayHeldFor(hold) })}</p>
        <TextArea
          label={t('recordings.reason')}
          autoFocus
          maxLength={2000}
          value={reason}
          onChange={setReason}
          error={wasTried && problem !== null ? t(problem) : null}
        />
        {lift.error !== null && <ErrorPanel error={lift.error} />}
      </form>
    </Dialog>
  )
}
