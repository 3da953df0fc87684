import type { CorpsId, JsonValue, PersonId, RecordingId, TaskId } from '@getuige/base'
import { type Expression, type Generated, type Selectable, sql, type SqlBool } from 'kysely'
import type { Reader, Tx } from '#platform/database'
import type { ProblemKind } from './problem.ts'
import { lanes, type TaskKind, type TaskState } from './rules.ts'

type TaskTable = {
  id: string
  corps_id: string
  kind: string
  recording_id: string
  state: string
  asked_by: string | null
  input: unknown
  starts: Generated<number>
  percent: number | null
  remaining_ms: number | null
  problem: string | null
  made_recording_id: string | null
  asked_at: Date
  started_at: Date | null
  ended_at: Date | null
  changed_at: Generated<Date>
}

declare module '#platform/database' {
  interface Tables {
    task: TaskTable
  }
}

export type StoredTask = Readonly<{
  id: TaskId
  corpsId: CorpsId
  kind: TaskKind
  recordingId: RecordingId
  state: TaskState
  askedBy: PersonId | null
  input: JsonValue
  starts: number
  percent: number | null
  remainingMs: number | null
  problem: ProblemKind | null
  madeRecordingId: RecordingId | null
  askedAt: Date
  startedAt: Date | null
  endedAt: Date | null
}>

/** As a list shows it, with the names by which people know of what and by whom. */
export type ListedTask = StoredTask &
  Readonly<{ recordedAt: Date; cameraLabel: string; askedByName: string | null; wearerId: PersonId | null }>

const now = sql<Date>`clock_timestamp()`

function toTask(row: Selectable<TaskTable>): StoredTask {
  return {
    id: row.id as TaskId,
    corpsId: row.corps_id as CorpsId,
    kind: row.kind as TaskKind,
    recordingId: row.recording_id as RecordingId,
    state: row.state as TaskState,
    askedBy: row.asked_by as PersonId | null,
    input: row.input as JsonValue,
    starts: row.starts,
    percent: row.percent,
    remainingMs: row.remaining_ms,
    problem: row.problem as ProblemKind | null,
    madeRecordingId: row.made_recording_id as RecordingId | null,
    askedAt: row.asked_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }
}

type NewTask = Pick<StoredTask, 'id' | 'corpsId' | 'kind' | 'recordingId' | 'askedBy' | 'input' | 'askedAt'>

/** False where the product has asked for it already, and it waits or runs. */
export async function insertTask(tx: Tx, task: NewTask): Promise<boolean> {
  const result = await tx
    .insertInto('task')
    .values({
      id: task.id,
      corps_id: task.corpsId,
      kind: task.kind,
      recording_id: task.recordingId,
      state: 'waiting',
      asked_by: task.askedBy,
      input: JSON.stringify(task.input),
      percent: null,
      remaining_ms: null,
      problem: null,
      made_recording_id: null,
      asked_at: task.askedAt,
      started_at: null,
      ended_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['recording_id', 'kind'])
        .where('asked_by', 'is', null)
        .where('state', 'in', ['waiting', 'running'])
        .doNothing(),
    )
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** What the product asked for by itself and is not done. */
export async function findOpenOfSystem(tx: Tx, recordingId: RecordingId, kind: TaskKind): Promise<TaskId | undefined> {
  const row = await tx
    .selectFrom('task')
    .select('id')
    .where('recording_id', '=', recordingId)
    .where('kind', '=', kind)
    .where('asked_by', 'is', null)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirst()
  return row?.id as TaskId | undefined
}

/** How much of what this person asked for waits or runs; until the transaction ends nobody else asks for them. */
export async function lockOpenOf(tx: Tx, personId: PersonId): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('tasks/' || ${personId}))`.execute(tx)
  const { rows } = await sql<{ count: number }>`select count(*) as count from task
    where kind = any(${Object.values(lanes).flat()}) and state in ('waiting', 'running') and asked_by = ${personId}`.execute(
    tx,
  )
  return rows[0]?.count ?? 0
}

/** Locked until the transaction ends. */
export async function lockTask(tx: Tx, id: TaskId): Promise<StoredTask | undefined> {
  const row = await tx.selectFrom('task').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : toTask(row)
}

/**
 * The next of these kinds, of whichever corps: what a dead server left running before what waits, what people asked
 * before what the product did, the oldest first. `atWork` is being done here now. Locked until the transaction ends.
 */
export async function lockNext(
  tx: Tx,
  kinds: readonly TaskKind[],
  atWork: readonly TaskId[],
): Promise<StoredTask | undefined> {
  const row = await tx
    .selectFrom('task')
    .selectAll()
    .where('kind', 'in', kinds)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'waiting'),
        eb.and([eb('state', '=', 'running'), sql<SqlBool>`id <> all(${[...atWork]}::text[])`]),
      ]),
    )
    .orderBy(sql`state = 'waiting'`)
    .orderBy(sql`asked_by is null`)
    .orderBy('asked_at')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row === undefined ? undefined : toTask(row)
}

/** A clock that was set back is believed: what it said before came no later than what it says now. */
const noLater = (than: Date, column: 'asked_at' | 'started_at') =>
  sql<Date>`case when ${sql.ref(column)} > ${than} then ${than} else ${sql.ref(column)} end`

export async function updateStarted(tx: Tx, id: TaskId, at: Date): Promise<void> {
  await tx
    .updateTable('task')
    .set((eb) => ({
      state: 'running',
      starts: eb('starts', '+', 1),
      asked_at: noLater(at, 'asked_at'),
      started_at: at,
      percent: null,
      remaining_ms: null,
      changed_at: now,
    }))
    .where('id', '=', id)
    .execute()
}

export async function updateProgress(
  db: Reader,
  id: TaskId,
  { percent, remainingMs }: Readonly<{ percent: number; remainingMs: number | null }>,
): Promise<void> {
  await db
    .updateTable('task')
    .set({ percent, remaining_ms: remainingMs, changed_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
}

type Ending = Readonly<
  | { state: 'done'; madeRecordingId: RecordingId | null }
  | { state: 'failed'; problem: ProblemKind }
  | { state: 'cancelled' }
>

/** What was asked with it is kept only while it may be tried again. */
export async function updateEnded(tx: Tx, id: TaskId, ending: Ending, at: Date): Promise<void> {
  const isOver = ending.state === 'done' || (ending.state === 'failed' && ending.problem === 'erased')
  await tx
    .updateTable('task')
    .set({
      state: ending.state,
      problem: ending.state === 'failed' ? ending.problem : null,
      made_recording_id: ending.state === 'done' ? ending.madeRecordingId : null,
      ...(ending.state === 'done' ? { percent: 100 } : {}),
      remaining_ms: null,
      asked_at: noLater(at, 'asked_at'),
      started_at: noLater(at, 'started_at'),
      ended_at: at,
      changed_at: now,
      ...(isOver ? { input: '{}' } : {}),
    })
    .where('id', '=', id)
    .execute()
}

/** As it was when it was asked: tried again from the beginning, or left by a server that stops. */
export async function updateWaiting(tx: Tx, id: TaskId, starts: number): Promise<void> {
  await tx
    .updateTable('task')
    .set({
      state: 'waiting',
      starts,
      percent: null,
      remaining_ms: null,
      problem: null,
      started_at: null,
      ended_at: null,
      changed_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** How many wait or were left by a dead server, of these kinds, since before this moment. */
export async function countTakeable(db: Reader, kinds: readonly TaskKind[], askedBefore: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (select 1 from task
    where kind = any(${[...kinds]}) and state in ('waiting', 'running') and asked_at <= ${askedBefore} limit 1000) as takeable`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}

/** Work of recordings whose erasure has begun, that was not told so yet. In every corps. */
export async function listOfErased(db: Reader, limit: number): Promise<Pick<StoredTask, 'id' | 'corpsId'>[]> {
  const rows = await db
    .selectFrom('task')
    .innerJoin('recording', 'recording.id', 'task.recording_id')
    .select(['task.id', 'task.corps_id'])
    .where('recording.state', 'in', ['erasing', 'erased'])
    .where('task.state', '!=', 'done')
    .where(sql<SqlBool>`task.problem is distinct from 'erased'`)
    .orderBy('task.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id as TaskId, corpsId: row.corps_id as CorpsId }))
}

export async function deleteEndedBefore(db: Reader, at: Date): Promise<void> {
  await db.deleteFrom('task').where('ended_at', '<', at).execute()
}

type Listing = Readonly<{ visible: Expression<SqlBool>; recordingId?: RecordingId | undefined }>

function selectListed(db: Reader, { visible, recordingId }: Listing) {
  const listed = db
    .selectFrom('task')
    .innerJoin('recording', 'recording.id', 'task.recording_id')
    .innerJoin('camera as c', 'c.id', 'recording.camera_id')
    .leftJoin('person as p', 'p.id', 'task.asked_by')
    .selectAll('task')
    .select(['recording.recorded_at', 'recording.wearer_id', 'c.label as camera_label', 'p.name as asked_by_name'])
    .where(visible)
  return recordingId === undefined ? listed : listed.where('task.recording_id', '=', recordingId)
}

/** What runs or waits, then what ended since; newest first, at most `limit` of each. */
export async function listTasks(db: Reader, listing: Listing, endedSince: Date, limit: number): Promise<ListedTask[]> {
  const newest = () =>
    selectListed(db, listing).orderBy('task.asked_at', 'desc').orderBy('task.id', 'desc').limit(limit)
  const open = await newest().where('task.state', 'in', ['waiting', 'running']).execute()
  const ended = await newest().where('task.ended_at', '>=', endedSince).execute()
  return [...open, ...ended].map(toListed)
}

export async function listThese(
  db: Reader,
  visible: Expression<SqlBool>,
  ids: readonly TaskId[],
): Promise<ListedTask[]> {
  const rows = await selectListed(db, { visible })
    .where(sql<SqlBool>`task.id = any(${[...ids]})`)
    .orderBy('task.asked_at')
    .orderBy('task.id')
    .execute()
  return rows.map(toListed)
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof selectListed>['execute']>>[number]
const toListed = (row: ListedRow): ListedTask => ({
  ...toTask(row),
  recordedAt: row.recorded_at,
  cameraLabel: row.camera_label,
  askedByName: row.asked_by_name,
  wearerId: row.wearer_id as PersonId | null,
})

/** Which of these recordings the condition holds for. */
export async function listMatching(
  db: Reader,
  condition: Expression<SqlBool>,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlySet<RecordingId>> {
  if (recordingIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('recording')
    .select('recording.id')
    .where(sql<SqlBool>`recording.id = any(${[...recordingIds]})`)
    .where(condition)
    .execute()
  return new Set(rows.map(({ id }) => id as RecordingId))
}

export type Change = Readonly<{ id: TaskId; corpsId: CorpsId; at: string }>

/** What changed in the last seconds, of every corps; `at` tells one change of a task from another. */
export async function listChanged(db: Reader, seconds: number): Promise<Change[]> {
  const { rows } = await sql<{ id: TaskId; corpsId: CorpsId; at: string }>`
    select id, corps_id as "corpsId", changed_at::text as at from task
    where changed_at > clock_timestamp() - ${seconds} * interval '1 second'
    order by changed_at desc limit 5000`.execute(db)
  return rows
}
