import { cancelTask, retryTask, type Task } from '@getuige/contract'
import { Bar, Button, State, toast } from '@getuige/ui'
import { useAct } from '../api/index.ts'
import { sayRefusal } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { isToMend, isUnder, sayPace, sayTask, sayWhyFailed, taskLooks } from './task-words.ts'

/**
 * How far a task is: its state, a bar with what remains while it runs, and why it failed. With it the acts that this
 * person may do on it. Says nothing of which task it is: the place where it stands does.
 */
export function TaskProgress({ task }: { task: Task }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <TaskState task={task} />
        <TaskPace task={task} />
        <span className="ml-auto flex gap-2">
          <TaskActs task={task} />
        </span>
      </div>
      <TaskBar task={task} />
      {task.state === 'failed' && <p className="text-sm text-ink-2">{sayWhyFailed(task)}</p>}
    </div>
  )
}

export function TaskState({ task }: { task: Task }) {
  const state = task.state === 'failed' && !isToMend(task) ? 'cancelled' : task.state
  const { shape, tone } = taskLooks[state]
  return (
    <State shape={shape} tone={tone}>
      {t(`tasks.state.${state}`)}
    </State>
  )
}

export function TaskPace({ task }: { task: Task }) {
  if (task.state !== 'running') return null
  return <span className="text-sm text-ink-2 tabular-nums">{sayPace(task)}</span>
}

/** Only while it runs: of what waits the bar would be empty. */
export function TaskBar({ task, className }: { task: Task; className?: string }) {
  if (task.state !== 'running') return null
  return (
    <Bar
      label={sayTask(task)}
      value={(task.percent ?? 0) / 100}
      valueText={
        task.percent === null
          ? t(`tasks.state.${task.state}`)
          : t('tasks.percent', { percent: Math.floor(task.percent) })
      }
      {...(className === undefined ? {} : { className })}
    />
  )
}

/** What this person may do on it: nothing where they may not. */
export function TaskActs({ task }: { task: Task }) {
  const cancel = useAct(cancelTask)
  const retry = useAct(retryTask)
  const may = isUnder(task) ? task.may.cancel && 'cancel' : task.may.retry && 'retry'
  if (may === false) return null
  const one = may === 'cancel' ? cancel : retry
  return (
    <Button
      size="small"
      isPending={one.isPending}
      aria-label={t(`tasks.${may}Label`, { task: sayTask(task) })}
      onPress={() =>
        one.mutate({ params: { taskId: task.id } }, { onError: (error) => toast(sayRefusal(error), 'refusal') })
      }
    >
      {t(`tasks.${may}`)}
    </Button>
  )
}
