import type { Task } from '@getuige/contract'
import { Link } from '@tanstack/react-router'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { TaskProgress } from './task-progress.tsx'
import { isUnder } from './task-words.ts'

const linkClass = 'font-medium text-accent underline underline-offset-2'

/** One task of a list: what it makes, of which recording, how far it is, and who asked for it. */
export function TaskItem({ task, onLeave }: { task: Task; onLeave?: () => void }) {
  const leave = onLeave === undefined ? {} : { onClick: onLeave }
  const kind = t(`tasks.kind.${task.kind}`)
  return (
    <li className="flex flex-col gap-1 border-b border-line px-4 py-2.5 last:border-b-0">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{kind}</span>
        <Link
          to="/recordings/$recordingId"
          params={{ recordingId: task.recordingId }}
          className="text-accent underline underline-offset-2"
          {...leave}
        >
          {task.cameraLabel}, {formatInstant(task.recordedAt)}
        </Link>
      </span>
      <TaskProgress task={task} />
      <span className="text-sm text-ink-3">
        {task.askedBy === null ? t('tasks.askedByProduct') : t('tasks.askedBy', { who: task.askedBy })}
        {!isUnder(task) &&
          task.endedAt !== null &&
          ` · ${t('tasks.endedAt', { when: formatInstant(task.endedAt, 'second') })}`}
      </span>
      {task.madeRecordingId !== null && (
        <Link
          to="/recordings/$recordingId"
          params={{ recordingId: task.madeRecordingId }}
          className={linkClass}
          {...leave}
        >
          {task.kind === 'clip' ? t('tasks.openMade') : t('tasks.open')}
        </Link>
      )}
    </li>
  )
}
