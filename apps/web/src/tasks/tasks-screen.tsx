import { Panel } from '@getuige/ui'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'
import { askMs, useTasks } from './task-feed.ts'
import { TaskTable } from './task-table.tsx'
import { isToMend, isUnder, listUnder } from './task-words.ts'

/** The long work of the server, live: what runs and waits, what failed, and what else ended in the last day. */
export function TasksScreen() {
  const { tasks, error, refetch, isLive } = useTasks()
  const failed = tasks?.filter(isToMend) ?? []
  const ended = tasks?.filter((one) => !isUnder(one) && !isToMend(one))
  const parts = [
    ['under', 'noneUnder', tasks && listUnder(tasks)],
    // Before what went well: somebody has to do something about it.
    ...(failed.length > 0 ? [['failed', 'noneEnded', failed] as const] : []),
    ...(failed.length > 0 && ended?.length === 0 ? [] : [['ended', 'noneEnded', ended] as const]),
  ] as const
  return (
    <Screen title={t('tasks.title')} lead={t('tasks.lead')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {tasks === undefined && error === null && <Loading />}
      {parts.map(
        ([title, none, listed]) =>
          listed !== undefined && (
            <Panel key={title} title={t(`tasks.${title}`)} isFlush={listed.length > 0}>
              {listed.length === 0 ? (
                <p className="text-ink-2">{t(`tasks.${none}`)}</p>
              ) : (
                <TaskTable label={t(`tasks.${title}`)} tasks={listed} />
              )}
            </Panel>
          ),
      )}
      {tasks !== undefined && !isLive && (
        <p className="text-sm text-ink-3">{t('tasks.notLive', { seconds: askMs / 1000 })}</p>
      )}
    </Screen>
  )
}
