import type { CorpsId, JsonValue, PersonActor, PersonId, RecordingId, TaskId } from '@getuige/base'
import type { Access } from '#access'
import type { Recordings } from '#recordings'
import type { Clock } from '#platform/clock'
import type { Database, Reader, Tx } from '#platform/database'
import type { Log } from '#platform/log'
import type { TaskKind, TaskState } from './rules.ts'

/** What a runner is given. `input` is what was asked with it. */
export type TaskWork = Readonly<{
  taskId: TaskId
  corpsId: CorpsId
  recordingId: RecordingId
  input: JsonValue
  /** Null: the product itself. With the roles they have now. */
  askedBy: PersonActor | null
  /** Fires when the work is cancelled, takes too long, or the server stops. */
  signal: AbortSignal
  /** How much is done, 0 to 1. Cheap: call it as often as you like. */
  report(fraction: number): void
}>

/** May be run twice and be stopped anywhere. Throws a `TaskProblem` for what people can be told. */
export type Runner = (work: TaskWork) => Promise<Readonly<{ madeRecordingId?: RecordingId }>>

export type TasksDeps = Readonly<{
  db: Database
  clock: Clock
  log: Log
  recordings: Recordings
  access: Access
  enqueue(tx: Tx, job: string, data: object): Promise<void>
  /** Undefined when they left the corps. */
  findPerson(reader: Reader, corpsId: CorpsId, personId: PersonId): Promise<PersonActor | undefined>
  /** Modules above do the work. */
  runners: Readonly<Record<TaskKind, Runner>>
  /** Told of every change of state, in its transaction. */
  told?: Partial<
    Readonly<
      Record<
        TaskKind,
        (tx: Tx, of: Readonly<{ corpsId: CorpsId; recordingId: RecordingId }>, state: TaskState) => Promise<void>
      >
    >
  >
}>
