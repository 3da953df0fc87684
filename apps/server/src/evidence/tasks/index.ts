import {
  type CorpsId,
  type JsonValue,
  newId,
  type PersonActor,
  type PersonId,
  type RecordingId,
  type TaskId,
} from '@getuige/base'
import type { Task } from '@getuige/contract'
import { AppError } from '#platform/errors'
import type { Tx } from '#platform/database'
import { openChanges } from './changes.ts'
import type { TasksDeps } from './deps.ts'
import { describeTasks } from './describe.ts'
import { hasEnded, type Lane, laneOf, lanes, mayRetry, mostOpenOfOne, type TaskKind } from './rules.ts'
import { jobOf, openRunner } from './run.ts'
import {
  countTakeable,
  deleteEndedBefore,
  findOpenOfSystem,
  insertTask,
  listOfErased,
  listTasks,
  listThese,
  lockOpenOf,
  lockTask,
  updateWaiting,
} from './store.ts'

export type { Runner, TasksDeps, TaskWork } from './deps.ts'
export { type ProblemKind, TaskProblem, TaskStopped } from './problem.ts'
export type { TaskKind, TaskState } from './rules.ts'
export type Tasks = ReturnType<typeof openTasks>

export type AskedTask = Readonly<{
  corpsId: CorpsId
  kind: TaskKind
  recordingId: RecordingId
  /** Null: the product itself. */
  askedBy: PersonActor | null
  input: JsonValue
}>

const dayMs = 24 * 3_600_000
/** What ended can be tried again for so long; then its row goes. */
const keptMs = 14 * dayMs
/** What waited so long while its lane rests was forgotten by the jobs. */
const forgottenAfterMs = 60_000
const mostListed = 200

/** Long work that people may watch, cancel and try again: asked in a transaction, done two at a time at most. */
export function openTasks(deps: TasksDeps) {
  const { db, clock, access, recordings } = deps
  const runner = openRunner(deps)
  const changes = openChanges(deps)

  /** Throws `task/not-found` where the person may not know of the recording. The task stays locked. */
  async function requireTask(tx: Tx, actor: PersonActor, taskId: TaskId) {
    const task = await lockTask(tx, taskId)
    const recording = task && (await recordings.find(actor.corpsId, task.recordingId, tx))
    if (task === undefined || recording === undefined) throw new AppError('task/not-found')
    const [shown] = await describeTasks(deps, actor, await listThese(tx, await knownTo(actor), [taskId]), tx)
    if (shown === undefined) throw new AppError('task/not-found')
    return { task, recording, shown }
  }

  const knownTo = (actor: PersonActor) => access.listFilter(actor, 'know')

  async function requireRoom(tx: Tx, personId: PersonId): Promise<void> {
    if ((await lockOpenOf(tx, personId)) >= mostOpenOfOne) throw new AppError('task/too-many')
  }

  const poke = (tx: Tx, lane: Lane) => deps.enqueue(tx, jobOf(lane), {})

  /** Work of a recording that is no more ends, and what was asked with it goes. */
  async function endOfErased(signal: AbortSignal): Promise<void> {
    for (;;) {
      const stale = await listOfErased(db.everyCorps, 100)
      for (const { id, corpsId } of stale) {
        signal.throwIfAborted()
        await db
          .of(corpsId)
          .transaction()
          .execute(async (tx) => {
            const task = await lockTask(tx, id)
            if (task !== undefined && task.state !== 'done') {
              await runner.end(tx, task, { state: 'failed', problem: 'erased' })
            }
          })
        runner.abort(id)
      }
      if (stale.length < 100) return
    }
  }

  return {
    /**
     * Ask for work, in the transaction of what it follows from. What the product asks for itself it asks once: while that
     * waits or runs, it is the answer. Throws `task/too-many` where too much of what the person asked for waits.
     */
    async ask(tx: Tx, { corpsId, kind, recordingId, askedBy, input }: AskedTask): Promise<TaskId> {
      if (askedBy !== null) await requireRoom(tx, askedBy.id)
      const askedAt = clock.now()
      const task = {
        id: newId('task', askedAt),
        corpsId,
        kind,
        recordingId,
        askedAt,
        input,
        askedBy: askedBy?.id ?? null,
      }
      if (await insertTask(tx, task)) {
        await poke(tx, laneOf(kind))
        return task.id
      }
      const open = await findOpenOfSystem(tx, recordingId, kind)
      if (open === undefined) throw new Error(`work on ${recordingId} ended while it was asked for`)
      return open
    },

    /** Within the last transaction of a runner that makes something, first and last: what it makes and that it is done are one. */
    requireRunning: (tx: Tx, taskId: TaskId) => runner.requireRunning(tx, taskId),
    finish: (tx: Tx, taskId: TaskId, madeRecordingId: RecordingId | null) => runner.finish(tx, taskId, madeRecordingId),

    /** What runs or waits, then what ended in the last day; newest first. */
    async list(actor: PersonActor, recordingId?: RecordingId): Promise<Task[]> {
      const reader = db.of(actor.corpsId)
      const listing = { visible: await knownTo(actor), recordingId }
      const since = new Date(clock.now().getTime() - dayMs)
      return describeTasks(deps, actor, await listTasks(reader, listing, since, mostListed), reader)
    },

    /** Those of these that the person may know of, as they are now. */
    async listThese(actor: PersonActor, ids: readonly TaskId[]): Promise<Task[]> {
      const reader = db.of(actor.corpsId)
      return describeTasks(deps, actor, await listThese(reader, await knownTo(actor), ids), reader)
    },

    /** What waits is taken out; what runs stops at once. What came of it so far is nobody's, and is swept. */
    async cancel(actor: PersonActor, taskId: TaskId): Promise<void> {
      await db
        .of(actor.corpsId)
        .transaction()
        .execute(async (tx) => {
          const { task, recording, shown } = await requireTask(tx, actor, taskId)
          if (hasEnded(task.state)) throw new AppError('task/ended')
          if (!shown.may.cancel) await access.require(tx, 'assign', actor, recording)
          await runner.end(tx, task, { state: 'cancelled' })
        })
      runner.abort(taskId)
    },

    /** From the beginning, in the name of whoever asked first. */
    async retry(actor: PersonActor, taskId: TaskId): Promise<void> {
      await db
        .of(actor.corpsId)
        .transaction()
        .execute(async (tx) => {
          const { task, recording, shown } = await requireTask(tx, actor, taskId)
          const { state, problem, kind, recordingId } = task
          if (!mayRetry({ state, problem, askedBy: 'oneself', mayAssign: true })) throw new AppError('task/not-failed')
          if (!shown.may.retry) {
            await access.require(tx, 'assign', actor, recording)
            throw new AppError('access/denied') // in the name of somebody else
          }
          // The product has asked for it anew meanwhile.
          if (task.askedBy === null && (await findOpenOfSystem(tx, recordingId, kind)) !== undefined)
            throw new AppError('task/not-failed')
          if (task.askedBy !== null) await requireRoom(tx, task.askedBy)
          await updateWaiting(tx, taskId, 0)
          await deps.told?.[kind]?.(tx, task, 'waiting')
          await poke(tx, laneOf(kind))
        })
    },

    hasRoomToWatch: changes.hasRoom,
    watch: (...watcher: Parameters<typeof changes.watch>) => changes.watch(...watcher),

    /** Do the next of a lane, if there is one; answers which. */
    runNext: runner.runNext,

    /**
     * What a killed server left behind is taken up again, work of erased recordings ends, and what ended long ago goes.
     * May run twice or stop anywhere.
     */
    async tidy(signal: AbortSignal): Promise<void> {
      await endOfErased(signal)
      await deleteEndedBefore(db.everyCorps, new Date(clock.now().getTime() - keptMs))
      await takeUp(forgottenAfterMs)
    },
    /** At the start of the server: nothing waits for a job that is no more. */
    takeUp: () => takeUp(0),

    close: () => runner.close(),
  }

  async function takeUp(waitedMs: number): Promise<void> {
    const before = new Date(clock.now().getTime() - waitedMs)
    for (const lane of Object.keys(lanes) as Lane[]) {
      if (runner.isBusy(lane)) continue
      const count = await countTakeable(db.everyCorps, lanes[lane], before)
      await db.everyCorps.transaction().execute(async (tx) => {
        for (let n = 0; n < count; n += 1) await poke(tx, lane)
      })
    }
  }
}
