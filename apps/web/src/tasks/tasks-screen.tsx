import { Panel } from '@getuige/ui'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'
import { askMs, useTasks } from './task-feed.ts'
import { TaskItem } from './task-item.tsx'
import { isUnder } from './task-words.ts'

/** The long work of the server, live: what runs and waits, and what came of what ended in the last day. */
export function TasksScreen() {
  const { tasks, error, refetch, isLive } = useTasks()
  const parts = [
    ['under', 'noneUnder', tasks?.filter(isUnder)],
    ['ended', 'noneEnded', tasks?.filter((one) => !isUnder(one))],
  ] as const
  return (
    <Screen title={t('tasks.title')} lead={t('tasks.lead')} width="reading">
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {tasks === undefined && error === null && <Loading />}
      {parts.map(
        ([title, none, listed]) =>
          listed !== undefined && (
            <Panel key={title} title={t(`tasks.${title}`)} isFlush={listed.length > 0}>
              {listed.length === 0 ? (
                <p className="text-ink-2">{t(`tasks.${none}`)}</p>
              ) : (
                <ul>
                  {listed.map((one) => (
                    <TaskItem key={one.id} task={one} />
                  ))}
                </ul>
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
