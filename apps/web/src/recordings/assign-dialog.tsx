import { dayOf, type RecordingId } from '@getuige/base'
import { assignRecording, listAssignees } from '@getuige/contract'
import { RadioGroup, Select, Skeleton, TextField, toast } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { FormDialog } from '../app/form-dialog.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { say, t } from '../messages/translate.ts'

/** Puts the recording in somebody's file: who, for which purpose and number, until which day. */
export function AssignDialog({ recordingId, onClose }: { recordingId: RecordingId; onClose: () => void }) {
  const { data: choices, error, refetch } = useQuery(query(listAssignees, { params: { recordingId } }))
  const [personId, setPersonId] = useState<string | null>(null)
  const [purposeId, setPurposeId] = useState<string | null>(null)
  const [reference, setReference] = useState('')
  const [untilOn, setUntilOn] = useState<string | null>(null)
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
    if (person === undefined || purpose === undefined || untilOn === null) return
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
  const loadError = error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />

  return (
    <FormDialog
      title={t('recordings.assignTitle')}
      actLabel={t('recordings.assignDo')}
      isWrong={Object.values(problems).some((problem) => problem !== null)}
      isPending={assignment.isPending}
      error={assignment.error}
      instead={
        choices?.people.length === 0 ? (
          <>
            {loadError}
            <p className="text-pretty text-ink-2">{t('recordings.assignNobody')}</p>
          </>
        ) : undefined
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          {loadError}
          {choices === undefined && error === null && <Skeleton label={t('recordings.assignLoading')} rows={4} />}
          {choices !== undefined && (
            <>
              <p className="text-pretty text-ink-2">{t('recordings.assignBody')}</p>
              <Select
                label={t('recordings.assignPerson')}
                placeholder={t('recordings.assignPersonChoose')}
                options={choices.people.map(({ id, name, title }) => ({ id, label: name, detail: title }))}
                value={personId}
                onChange={setPersonId}
                error={wasTried ? problems.person : null}
              />
              {purposes.length > 0 && (
                <RadioGroup
                  label={t('recordings.purpose')}
                  options={purposes.map(({ id, label }) => ({ id, label: say(label) }))}
                  value={purpose?.id ?? null}
                  onChange={setPurposeId}
                  error={wasTried ? problems.purpose : null}
                />
              )}
              <TextField
                label={t('recordings.reference')}
                isMono
                maxLength={120}
                value={reference}
                onChange={setReference}
                error={wasTried ? problems.reference : null}
              />
              <DateField
                label={t('recordings.assignUntil')}
                value={untilOn}
                onChange={setUntilOn}
                today={today}
                error={wasTried ? problems.until : null}
              />
            </>
          )}
        </>
      )}
    </FormDialog>
  )
}
