import type { RecordingId, TaskId } from '@getuige/base'
import { hasErasureBegun } from '#recordings'
import { AppError } from '#platform/errors'
import type { Tx } from '#platform/database'
import type { TasksDeps } from './deps.ts'
import { problemOf, TaskStopped } from './problem.ts'
import { keepPace, type Lane, lanes, limitMs, mostStarts, type Pace, percentOf, reckonRemaining } from './rules.ts'
import {
  lockNext,
  lockTask,
  type StoredTask,
  updateEnded,
  updateProgress,
  updateStarted,
  updateWaiting,
} from './store.ts'

/** The job that takes the next of a lane. */
export const jobOf = (lane: Lane) => `tasks/run-${lane}`

/** Takes work out of the rows, does it, and writes how far it is and what came of it. */
export function openRunner(deps: TasksDeps) {
  const { db, clock, log } = deps
  const atWork = new Map<TaskId, AbortController>()
  const closing = new AbortController()
  const underway = new Map<Promise<void>, Lane>()

  /** Undefined when there is none. One at which the server died again and again is given up. */
  async function take(lane: Lane): Promise<StoredTask | undefined> {
    for (;;) {
      let begun: TaskId | undefined
      const taking = db.everyCorps.transaction().execute(async (tx) => {
        const next = await lockNext(tx, lanes[lane], [...atWork.keys()])
        if (next === undefined) return undefined
        if (next.starts >= mostStarts) {
          log.error('tasks/given-up', new Error('the server ended while it was at this work'), { taskId: next.id })
          await end(tx, next, { state: 'failed', problem: 'defect' })
          return 'given-up'
        }
        await updateStarted(tx, next.id, clock.now())
        await deps.told?.[next.kind]?.(tx, next, 'running')
        // Before anybody sees that it runs: whoever cancels it finds it here.
        begun = next.id
        atWork.set(next.id, new AbortController())
        return next
      })
      const taken = await taking.catch((error: unknown) => {
        if (begun !== undefined) atWork.delete(begun)
        throw error
      })
      if (taken !== 'given-up') return taken
    }
  }

  async function end(tx: Tx, task: StoredTask, ending: Parameters<typeof updateEnded>[2]): Promise<void> {
    await updateEnded(tx, task.id, ending, clock.now())
    await deps.told?.[task.kind]?.(tx, task, ending.state)
  }

  /** The row as it is now, unless somebody ended it meanwhile. */
  function whileRunning(task: StoredTask, work: (tx: Tx) => Promise<void>): Promise<void> {
    return db
      .of(task.corpsId)
      .transaction()
      .execute(async (tx) => {
        if ((await lockTask(tx, task.id))?.state === 'running') await work(tx)
      })
  }

  async function run(task: StoredTask, signal: AbortSignal, limit: AbortSignal): Promise<void> {
    const { id: taskId, corpsId, recordingId, kind, input } = task
    const reader = db.of(corpsId)
    const recording = await deps.recordings.find(corpsId, recordingId)
    if (recording === undefined || hasErasureBegun(recording.state)) throw new AppError('recording/erased')
    const askedBy = task.askedBy === null ? null : await deps.findPerson(reader, corpsId, task.askedBy)
    // Whoever asked has left the corps: nothing is made in their name any more.
    if (askedBy === undefined) return whileRunning(task, (tx) => end(tx, task, { state: 'cancelled' }))

    let pace: Pace = { fraction: 0, atMs: clock.now().getTime(), perMs: null }
    let written = Promise.resolve()
    const report = (fraction: number) => {
      const next = keepPace(pace, fraction, clock.now().getTime())
      if (next === pace) return
      pace = next
      const progress = { percent: percentOf(pace), remainingMs: reckonRemaining(pace) }
      written = written
        .then(() => updateProgress(reader, taskId, progress))
        .catch((error: unknown) => log.error('tasks/progress-not-written', error, { taskId }))
    }
    try {
      const made = await deps.runners[kind]({ taskId, corpsId, recordingId, input, askedBy, signal, report })
      // What a runner swallowed of it is no result.
      if (limit.aborted || signal.aborted) signal.throwIfAborted()
      const madeRecordingId = made.madeRecordingId ?? null
      await whileRunning(task, (tx) => end(tx, task, { state: 'done', madeRecordingId }))
    } finally {
      await written
    }
  }

  async function fail(task: StoredTask, error: unknown, limit: AbortSignal): Promise<void> {
    const recording = await deps.recordings.find(task.corpsId, task.recordingId)
    const isErased = recording === undefined || hasErasureBegun(recording.state)
    const problem = isErased ? 'erased' : limit.aborted ? 'took-too-long' : problemOf(error)
    if (problem === 'defect') log.error('tasks/defect', error, { taskId: task.id, kind: task.kind })
    else log.warn('tasks/failed', { taskId: task.id, kind: task.kind, problem })
    await whileRunning(task, (tx) => end(tx, task, { state: 'failed', problem }))
  }

  /** Do the next of the lane, if there is one. Answers when it has ended, however that was. */
  async function runNext(lane: Lane, stop: AbortSignal): Promise<TaskId | undefined> {
    if (closing.signal.aborted) return undefined
    const task = await take(lane)
    if (task === undefined) return undefined
    const cancelled = atWork.get(task.id) ?? new AbortController()
    const limit = AbortSignal.timeout(limitMs[lane])
    const stopped = AbortSignal.any([stop, closing.signal])
    const signal = AbortSignal.any([cancelled.signal, limit, stopped])
    const ended = run(task, signal, limit)
      .catch(async (error: unknown) => {
        if (cancelled.signal.aborted) return undefined
        if (error instanceof TaskStopped) return whileRunning(task, (tx) => end(tx, task, { state: 'cancelled' }))
        // A server that stops leaves it to the next one. That is no fault of the work.
        if (stopped.aborted) return whileRunning(task, (tx) => updateWaiting(tx, task.id, task.starts))
        return fail(task, error, limit)
      })
      .finally(() => atWork.delete(task.id))
    underway.set(ended, lane)
    try {
      await ended
    } finally {
      underway.delete(ended)
    }
    return task.id
  }

  return {
    runNext,
    end,
    isBusy: (lane: Lane): boolean => [...underway.values()].includes(lane),
    abort: (id: TaskId) => atWork.get(id)?.abort(),
    /**
     * For a runner whose last transaction makes something: first of all in it. Whoever cancels waits from then on; throws
     * where that was done before.
     */
    async requireRunning(tx: Tx, id: TaskId): Promise<void> {
      if ((await lockTask(tx, id))?.state !== 'running') throw new TaskStopped('the task was ended meanwhile')
    },
    /** As the last of it: done with what it made, or nothing is made. */
    async finish(tx: Tx, id: TaskId, madeRecordingId: RecordingId | null): Promise<void> {
      const task = await lockTask(tx, id)
      if (task?.state !== 'running') throw new TaskStopped('the task was ended meanwhile')
      await end(tx, task, { state: 'done', madeRecordingId })
    },
    async close(): Promise<void> {
      closing.abort()
      await Promise.allSettled(underway.keys())
    },
  }
}
