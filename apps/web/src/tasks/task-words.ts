import type { Task } from '@getuige/contract'
import type { Shape, Tone } from '@getuige/ui'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

export const isUnder = ({ state }: Pick<Task, 'state'>): boolean => state === 'waiting' || state === 'running'

/** The list with one task as it is now: what is under way before what ended, newest first. */
export function mergeTask(tasks: readonly Task[], changed: Task): Task[] {
  const others = tasks.filter(({ id }) => id !== changed.id)
  const momentOf = (one: Task) => (isUnder(one) ? one.askedAt : (one.endedAt ?? one.askedAt))
  return [...others, changed].toSorted(
    (a, b) => Number(isUnder(b)) - Number(isUnder(a)) || momentOf(b).localeCompare(momentOf(a)),
  )
}

/** Somebody can do something about it. Of what was erased meanwhile there is nothing to make any more. */
export const isToMend = ({ state, problem }: Task): boolean => state === 'failed' && problem !== 'erased'

/** What is under way: what runs, then what waits, in the order in which it has its turn. */
export function listUnder(tasks: readonly Task[]): Task[] {
  const isWaiting = ({ state }: Task) => Number(state === 'waiting')
  return tasks.filter(isUnder).toSorted((a, b) => isWaiting(a) - isWaiting(b) || a.askedAt.localeCompare(b.askedAt))
}

export const taskLooks: Record<Task['state'], Readonly<{ shape: Shape; tone: Tone }>> = {
  waiting: { shape: 'dotted', tone: 'muted' },
  running: { shape: 'quarter', tone: 'accent' },
  done: { shape: 'check', tone: 'neutral' },
  failed: { shape: 'triangle', tone: 'loss' },
  cancelled: { shape: 'cross', tone: 'muted' },
}

/** "Clip of VB-014, 20 Dec 2026, 14:02". */
export function sayTask({ kind, cameraLabel, recordedAt }: Task): string {
  return t('tasks.of', { kind: t(`tasks.kind.${kind}`), camera: cameraLabel, when: formatInstant(recordedAt) })
}

/** "about 2 minutes left": never more exact than it is known. */
export function sayRemaining(remainingMs: number): string {
  const seconds = Math.max(1, remainingMs / 1000)
  if (seconds < 10) return t('tasks.remainingSeconds', { count: Math.ceil(seconds) })
  if (seconds < 55) return t('tasks.remainingSeconds', { count: Math.ceil(seconds / 5) * 5 })
  if (seconds < 5_400) return t('tasks.remainingMinutes', { count: Math.ceil(seconds / 60) })
  return t('tasks.remainingHours', { count: Math.round(seconds / 3_600) })
}

/** From the first steps nobody can tell how long the rest takes. */
const isReckoned = (task: Task): task is Task & { remainingMs: number } =>
  task.remainingMs !== null && (task.percent ?? 0) >= 3

/** "42% · about 2 minutes left", as far as it is known. */
export function sayPace(task: Task): string {
  const percent = task.percent === null ? [] : [t('tasks.percent', { percent: Math.floor(task.percent) })]
  return [...percent, ...(isReckoned(task) ? [sayRemaining(task.remainingMs)] : [])].join(' · ')
}

/** Why it failed, and who can do something about it where that is not whoever reads this. */
export function sayWhyFailed({ problem, may, askedBy }: Task): string {
  const why = t(`tasks.problem.${problem ?? 'defect'}`)
  if (may.retry || problem === 'erased') return why
  return `${why} ${askedBy === null ? t('tasks.mayRetryOfficer') : t('tasks.mayRetryAsker', { who: askedBy })}`
}

export function sayAskedBy({ askedBy }: Task): string {
  return askedBy === null ? t('tasks.askedByProduct') : t('tasks.askedBy', { who: askedBy })
}

/** What came of a task, in a sentence; empty while it is under way. */
export function sayEnd(ended: Task): string {
  const words = { task: sayTask(ended) }
  if (ended.state === 'done') return t('tasks.announceDone', words)
  if (ended.state === 'cancelled') return t('tasks.announceCancelled', words)
  if (ended.state !== 'failed') return ''
  return t('tasks.announceFailed', { ...words, why: t(`tasks.problem.${ended.problem ?? 'defect'}`) })
}
