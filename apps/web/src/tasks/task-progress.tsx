import { cancelTask, retryTask, type Task } from '@getuige/contract'
import { Bar, Button, State, toast } from '@getuige/ui'
import { useAct } from '../api/index.ts'
import { sayRefusal } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { isUnder, sayRemaining, sayTask, taskLooks } from './task-words.ts'

/** From the first steps nobody can tell how long the rest takes. */
const isReckoned = (task: Task): task is Task & { remainingMs: number } =>
  task.remainingMs !== null && (task.percent ?? 0) >= 3

/**
 * How far a task is: its state, a bar with what remains while it runs, and why it failed. With it the acts that this
 * person may do on it. Says nothing of which task it is: the place where it stands does.
 */
export function TaskProgress({ task }: { task: Task }) {
  const cancel = useAct(cancelTask)
  const retry = useAct(retryTask)
  const name = sayTask(task)
  const act = (one: typeof cancel | typeof retry) =>
    one.mutate({ params: { taskId: task.id } }, { onError: (error) => toast(sayRefusal(error), 'refusal') })
  const { shape, tone } = taskLooks[task.state]

  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <State shape={shape} tone={tone}>
          {t(`tasks.state.${task.state}`)}
        </State>
        {task.state === 'running' && (
          <span className="text-sm text-ink-2 tabular-nums">
            {task.percent !== null && t('tasks.percent', { percent: Math.floor(task.percent) })}
            {isReckoned(task) && ` · ${sayRemaining(task.remainingMs)}`}
          </span>
        )}
        <span className="ml-auto flex gap-2">
          {isUnder(task) && task.may.cancel && (
            <Button
              size="small"
              isPending={cancel.isPending}
              aria-label={t('tasks.cancelLabel', { task: name })}
              onPress={() => act(cancel)}
            >
              {t('tasks.cancel')}
            </Button>
          )}
          {!isUnder(task) && task.may.retry && (
            <Button
              size="small"
              isPending={retry.isPending}
              aria-label={t('tasks.retryLabel', { task: name })}
              onPress={() => act(retry)}
            >
              {t('tasks.retry')}
            </Button>
          )}
        </span>
      </div>
      {isUnder(task) && (
        <Bar
          label={name}
          value={(task.percent ?? 0) / 100}
          valueText={
            task.percent === null
              ? t(`tasks.state.${task.state}`)
              : t('tasks.percent', { percent: Math.floor(task.percent) })
          }
        />
      )}
      {task.state === 'failed' && (
        <p className="text-sm text-ink-2">{t(`tasks.problem.${task.problem ?? 'defect'}`)}</p>
      )}
    </div>
  )
}
