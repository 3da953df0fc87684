import type { Task } from '@getuige/contract'
import { Cell, classNames, Column, RowHeader, Table } from '@getuige/ui'
import { serverNow } from '../app/session.ts'
import { formatDay, formatInstant, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { MadeLink, RecordingLink } from './task-item.tsx'
import { TaskActs, TaskBar, TaskPace, TaskState } from './task-progress.tsx'
import { isUnder, sayWhyFailed } from './task-words.ts'

/** Of the width that a table has; the same in every table of the screen, so that columns stand under one another. */
const widths = {
  kind: 'w-[16%]',
  recording: 'w-[18%]',
  asked: 'w-[13.5%]',
  when: 'w-[8.5rem]',
  act: 'w-[9.5rem]',
} as const

/** Tasks, a line for each at desk width: what is made, of which recording, how far it is, who asked, and the acts. */
export function TaskTable({ label, tasks }: { label: string; tasks: readonly Task[] }) {
  return (
    <Table
      isFlush
      label={label}
      className="sm:[&_table]:min-w-[56rem] sm:[&_table]:table-fixed"
      columns={
        <>
          <Column className={widths.kind}>{t('tasks.columnKind')}</Column>
          <Column className={widths.recording}>{t('tasks.columnRecording')}</Column>
          <Column>{t('tasks.columnProgress')}</Column>
          <Column className={widths.asked}>{t('tasks.columnAsked')}</Column>
          <Column className={widths.when}>{t('tasks.columnWhen')}</Column>
          <Column className={widths.act}>
            <span className="sr-only">{t('tasks.columnActs')}</span>
          </Column>
        </>
      }
    >
      {tasks.map((task) => (
        <TaskRow key={task.id} task={task} />
      ))}
    </Table>
  )
}

// The line of a button is the height of a row, so that nothing moves when one comes or goes.
const cell = 'sm:h-9 sm:py-0.5!'

function TaskRow({ task }: { task: Task }) {
  const at = task.endedAt ?? task.askedAt
  const hasActs = task.madeRecordingId !== null || (isUnder(task) ? task.may.cancel : task.may.retry)
  return (
    <tr className="max-sm:px-4!">
      <RowHeader className={cell}>{t(`tasks.kind.${task.kind}`)}</RowHeader>
      <Cell className={cell}>
        <RecordingLink task={task} />
      </Cell>
      <Cell className={classNames(cell, (isUnder(task) || task.state === 'failed') && 'max-sm:w-full')}>
        <span className="flex flex-wrap items-center gap-x-3">
          <TaskState task={task} />
          {task.state === 'running' && (
            <span className="min-w-20 flex-1">
              <TaskBar task={task} />
            </span>
          )}
          <TaskPace task={task} />
        </span>
        {task.state === 'failed' && (
          <span className="block pb-1 text-sm text-pretty text-ink-2">{sayWhyFailed(task)}</span>
        )}
      </Cell>
      <Cell className={`${cell} text-sm text-ink-2`}>{task.askedBy ?? t('tasks.askedByProduct')}</Cell>
      <Cell className={`${cell} text-sm text-ink-2 tabular-nums`}>
        <time dateTime={at} title={formatInstant(at, 'second')}>
          {formatDay(at) === formatDay(serverNow()) ? '' : `${formatDay(at, 'short')}, `}
          {formatTime(at)}
        </time>
      </Cell>
      <Cell className={classNames(cell, 'sm:text-right', hasActs ? 'max-sm:ml-auto' : 'max-sm:hidden')}>
        <span className="inline-flex items-center gap-2 align-middle whitespace-nowrap">
          <TaskActs task={task} />
          <MadeLink task={task} />
        </span>
      </Cell>
    </tr>
  )
}
