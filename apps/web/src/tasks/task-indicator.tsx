import { Popover, ShapeMark } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { useEnded, useTasks } from './task-feed.ts'
import { TaskItem } from './task-item.tsx'
import { isToMend, listUnder, sayEnd } from './task-words.ts'

/** As many as one looks over in a panel; the screen has them all. */
const mostShown = 8

/**
 * In the bar, and only where something runs or failed: how much, and behind it what. The end of what this person asked
 * for is said to screen readers; nothing is said of how far it is.
 */
export function TaskIndicator() {
  const own = useSession().person.name
  const { tasks = [] } = useTasks()
  const [isOpen, setOpen] = useState(false)
  const [said, setSaid] = useState('')
  useEnded(
    useCallback(
      (ended) => {
        if (ended.askedBy === own) setSaid(sayEnd(ended))
      },
      [own],
    ),
  )
  const under = listUnder(tasks)
  // What the product tries by itself is of use to know on its page; what one asked for, everywhere.
  const failed = tasks.filter((one) => isToMend(one) && one.askedBy === own)
  const told = [...under, ...failed]
  const shown = isOpen ? [...told, ...tasks.filter((one) => !told.includes(one))].slice(0, mostShown) : []
  const percents = under.flatMap(({ percent }) => (percent === null ? [] : [percent]))
  const close = () => setOpen(false)

  return (
    <>
      <span role="status" className="sr-only">
        {said}
      </span>
      {(told.length > 0 || isOpen) && (
        <Popover
          label={t('tasks.indicator', { count: under.length, failed: failed.length })}
          title={t('tasks.title')}
          isOpen={isOpen}
          onOpenChange={setOpen}
          trigger={
            <>
              <Ring percent={percents.length === 0 ? null : Math.max(...percents)} />
              <span className="text-sm tabular-nums">{under.length}</span>
              {failed.length > 0 && (
                <span className="flex items-center gap-1 text-sm text-loss tabular-nums">
                  <ShapeMark shape="triangle" />
                  {failed.length}
                </span>
              )}
            </>
          }
        >
          <ul className="max-h-[min(28rem,60dvh)] overflow-y-auto">
            {shown.map((one) => (
              <TaskItem key={one.id} task={one} onLeave={close} />
            ))}
          </ul>
          <p className="flex flex-wrap gap-x-3 border-t border-line px-4 py-2">
            <Link to="/tasks" onClick={close} className="text-accent underline underline-offset-2">
              {t('tasks.all')}
            </Link>
            {tasks.length > shown.length && (
              <span className="text-ink-3">{t('tasks.more', { count: tasks.length - shown.length })}</span>
            )}
          </p>
        </Popover>
      )}
    </>
  )
}

/** How far the one is that is furthest. */
function Ring({ percent }: { percent: number | null }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 -rotate-90">
      <circle cx="8" cy="8" r="6" fill="none" stroke="var(--line)" strokeWidth="2.5" />
      <circle
        cx="8"
        cy="8"
        r="6"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2.5"
        pathLength="100"
        strokeDasharray={`${percent ?? 0} 100`}
      />
    </svg>
  )
}
