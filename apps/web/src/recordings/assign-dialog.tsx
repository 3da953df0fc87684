import { dayOf, type RecordingId } from '@getuige/base'
import { assignRecording, listAssignees } from '@getuige/contract'
import { Button, Dialog, RadioGroup, Select, Skeleton, TextField, toast } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { say, t } from '../messages/translate.ts'
import { busy, focusFirstProblem } from './form-problems.ts'

/** Puts the recording in somebody's file: who, for which purpose and number, until which day. */
export function AssignDialog({ recordingId, onClose }: { recordingId: RecordingId; onClose: () => void }) {
  const { data: choices, error, refetch } = useQuery(query(listAssignees, { params: { recordingId } }))
  const [personId, setPersonId] = useState<string | null>(null)
  const [purposeId, setPurposeId] = useState<string | null>(null)
  const [reference, setReference] = useState('')
  const [untilOn, setUntilOn] = useState<string | null>(null)
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const assignment = useAct(assignRecording)
  const today = dayOf(serverNow(), useSession().corps.timeZone)

  const person = choices?.people.find(({ id }) => id === personId)
  const purposes = person?.purposes ?? []
  // With one purpose open there is nothing to choose.
  const purpose = purposes.find(({ id }) => id === purposeId) ?? (purposes.length === 1 ? purposes[0] : undefined)
  const problems = {
    person: person === undefined ? t('recordings.assignPersonMissing') : null,
    purpose: person !== undefined && purpose === undefined ? t('recordings.purposeMissing') : null,
    reference: reference.trim() === '' ? t('recordings.assignNumberMissing') : null,
    until: untilOn === null || untilOn < today ? t('recordings.assignUntilMissing') : null,
  }
  const submit = () => {
    if (person === undefined || purpose === undefined || untilOn === null || Object.values(problems).some(Boolean)) {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
      return
    }
    if (assignment.isPending) return
    assignment.mutate(
      {
        params: { recordingId },
        body: { personId: person.id, purpose: purpose.id, reference: reference.trim(), untilOn },
      },
      {
        onSuccess: () => {
          toast(t('recordings.assignDone'))
          onClose()
        },
      },
    )
  }
  const shown = (problem: string | null) => (wasTried ? problem : null)

  return (
    <Dialog
      title={t('recordings.assignTitle')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        choices !== undefined && choices.people.length === 0 ? (
          <Button onPress={onClose}>{t('app.close')}</Button>
        ) : (
          <>
            <Button onPress={onClose}>{t('app.cancel')}</Button>
            <Button variant="primary" onPress={submit} className={assignment.isPending ? busy : ''}>
              {t('recordings.assignDo')}
            </Button>
          </>
        )
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {choices === undefined && error === null && <Skeleton label={t('recordings.assignLoading')} rows={4} />}
      {choices?.people.length === 0 && <p className="text-pretty text-ink-2">{t('recordings.assignNobody')}</p>}
      {choices !== undefined && choices.people.length > 0 && (
        <form
          ref={form}
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <p className="text-pretty text-ink-2">{t('recordings.assignBody')}</p>
          <Select
            label={t('recordings.assignPerson')}
            placeholder={t('recordings.assignPersonChoose')}
            options={choices.people.map(({ id, name, title }) => ({ id, label: name, detail: title }))}
            value={personId}
            onChange={setPersonId}
            error={shown(problems.person)}
          />
          {purposes.length > 0 && (
            <RadioGroup
              label={t('recordings.purpose')}
              options={purposes.map(({ id, label }) => ({ id, label: say(label) }))}
              value={purpose?.id ?? null}
              onChange={setPurposeId}
              error={shown(problems.purpose)}
            />
          )}
          <TextField
            label={t('recordings.reference')}
            isMono
            maxLength={120}
            value={reference}
            onChange={setReference}
            error={shown(problems.reference)}
          />
          <DateField
            label={t('recordings.assignUntil')}
            value={untilOn}
            onChange={setUntilOn}
            today={today}
            error={shown(problems.until)}
          />
          {assignment.error !== null && <ErrorPanel error={assignment.error} />}
          <button type="submit" hidden />
        </form>
      )}
    </Dialog>
  )
}
