import type { RecordingId } from '@getuige/base'
import { type Assignment, endAssignment, type Recording } from '@getuige/contract'
import { Button, Panel, toast } from '@getuige/ui'
import { useRef, useState } from 'react'
import { lazyPart } from '../app/newer-version.tsx'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { sayPermission } from '../app/permission.ts'
import { formatDay } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { busy } from '../app/form.ts'

// Calendars are heavy: fetched once somebody assigns.
const AssignDialog = lazyPart(async () => (await import('./assign-dialog.tsx')).AssignDialog)

/** In whose files the recording is. Who can neither assign nor has it in theirs sees nothing of it. */
export function Assignments({ recording }: { recording: Recording }) {
  const { assignments, may } = recording
  const [isOpen, setIsOpen] = useState(false)
  const panel = useRef<HTMLDivElement>(null)
  if (assignments.length === 0 && !may.assign.allowed) return null
  return (
    <div ref={panel} tabIndex={-1}>
      <Panel title={t('recordings.assignments')}>
        <div className="flex flex-col gap-3">
          {assignments.length === 0 && <p className="text-ink-3">{t('recordings.assignmentsNone')}</p>}
          {assignments.length > 0 && (
            <ul className="flex flex-col gap-2">
              {assignments.map((assignment) => (
                <AssignmentRow
                  key={assignment.id}
                  recording={recording}
                  assignment={assignment}
                  // The button goes with it; whoever stood on it stays beside what it changed.
                  onEnded={() => panel.current?.focus()}
                />
              ))}
            </ul>
          )}
          <Button className="self-start" refusal={sayPermission(may.assign)} onPress={() => setIsOpen(true)}>
            {t('recordings.assign')}
          </Button>
        </div>
      </Panel>
      {isOpen && <AssignDialog recordingId={recording.id} onClose={() => setIsOpen(false)} />}
    </div>
  )
}

function AssignmentRow({
  recording,
  assignment,
  onEnded,
}: {
  recording: Recording
  assignment: Assignment
  onEnded: () => void
}) {
  const ending = useAct(endAssignment)
  const { person, purpose, reference, until, assignedBy } = assignment
  const label = recording.purposes.find(({ id }) => id === purpose)?.label
  const end = (recordingId: RecordingId) => {
    if (ending.isPending) return
    ending.mutate(
      { params: { recordingId, assignmentId: assignment.id } },
      {
        onSuccess: () => {
          toast(t('recordings.assignmentEnded'))
          onEnded()
        },
      },
    )
  }
  return (
    <li className="flex flex-wrap items-start gap-x-2 gap-y-1">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{person.name}</p>
        <p className="text-sm break-words text-ink-2">
          {t('recordings.assignmentFor', { purpose: label === undefined ? purpose : say(label), reference })}
        </p>
        <p className="text-sm text-ink-3">
          {/* It ends with the last day. */}
          {t('recordings.assignmentUntil', { date: formatDay(new Date(Date.parse(until) - 1)), who: assignedBy })}
        </p>
      </div>
      <Button
        size="small"
        aria-label={t('recordings.assignmentEndLabel', { name: person.name })}
        refusal={sayPermission(recording.may.assign)}
        className={ending.isPending ? busy : ''}
        onPress={() => end(recording.id)}
      >
        {t('recordings.assignmentEnd')}
      </Button>
      {ending.error !== null && <ErrorPanel error={ending.error} />}
    </li>
  )
}
