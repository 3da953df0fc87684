import type { Task } from '@getuige/contract'
import { Link } from '@tanstack/react-router'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { TaskProgress } from './task-progress.tsx'
import { isUnder, sayAskedBy } from './task-words.ts'

const linkClass = 'text-accent underline underline-offset-2'
type LinkProps = Readonly<{ task: Task; onLeave?: (() => void) | undefined }>

/** To the recording that it is about, by the camera and moment that people know it by. */
export function RecordingLink({ task, onLeave }: LinkProps) {
  return (
    <Link
      to="/recordings/$recordingId"
      params={{ recordingId: task.recordingId }}
      className={linkClass}
      {...(onLeave === undefined ? {} : { onClick: onLeave })}
    >
      {task.cameraLabel}, {formatInstant(task.recordedAt)}
    </Link>
  )
}

/** To what came of it, where that is a recording of its own. */
export function MadeLink({ task, onLeave }: LinkProps) {
  if (task.madeRecordingId === null) return null
  return (
    <Link
      to="/recordings/$recordingId"
      params={{ recordingId: task.madeRecordingId }}
      className={`font-medium ${linkClass}`}
      {...(onLeave === undefined ? {} : { onClick: onLeave })}
    >
      {task.kind === 'clip' ? t('tasks.openMade') : t('tasks.open')}
    </Link>
  )
}

/** One task of a narrow list: what it makes, of which recording, how far it is, and who asked for it. */
export function TaskItem({ task, onLeave }: LinkProps) {
  return (
    <li className="flex flex-col gap-1 border-b border-line px-4 py-2.5 last:border-b-0">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{t(`tasks.kind.${task.kind}`)}</span>
        <RecordingLink task={task} onLeave={onLeave} />
      </span>
      <TaskProgress task={task} />
      <span className="text-sm text-ink-3">
        {sayAskedBy(task)}
        {!isUnder(task) &&
          task.endedAt !== null &&
          ` · ${t('tasks.endedAt', { when: formatInstant(task.endedAt, 'second') })}`}
      </span>
      <MadeLink task={task} onLeave={onLeave} />
    </li>
  )
}
