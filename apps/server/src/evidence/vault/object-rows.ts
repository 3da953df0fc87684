import type { CorpsId, RecordingId } from '@getuige/base'
import { type Generated, type Selectable, sql, type SqlBool } from 'kysely'
import type { Reader, Tables, Tx } from '#platform/database'
import type { DamagedObject } from '#platform/object-store'
import type { ObjectKind, ObjectRow } from './store.ts'

/** The store that recordings are read from, or the one that has every object too. */
export type Place = 'first' | 'second'
type What = DamagedObject['what']

declare module '#platform/database' {
  interface Tables {
    vault_copy: { corps_id: Generated<string>; object_key: string; store: string; checked_at: Date | null }
    vault_alarm: {
      id: Generated<number>
      corps_id: string
      recording_id: string
      kind: string
      object_key: string
      place: string
      what: string
      found_at: Date
      ended_at: Date | null
      ended_by: string | null
    }
    vault_removal: {
      corps_id: Generated<string>
      store: string
      object_key: string
      asked_at: Date
      tried_at: Date | null
    }
  }
}

export type CheckedRow = ObjectRow & Readonly<{ checkedAt: Date | null }>

function toObject(row: Selectable<Tables['vault_object']>): ObjectRow {
  return {
    recordingId: row.recording_id as RecordingId,
    kind: row.kind as ObjectKind,
    objectKey: row.object_key,
    plainBytes: row.plain_bytes,
    payloadSha256: row.payload_sha256,
  }
}

export async function findObjectByKey(db: Reader, objectKey: string): Promise<ObjectRow | undefined> {
  const row = await db.selectFrom('vault_object').selectAll().where('object_key', '=', objectKey).executeTakeFirst()
  return row === undefined ? undefined : toObject(row)
}

/** Objects after this key, in order. */
export async function listObjectsAfter(db: Reader, afterKey: string, limit: number): Promise<ObjectRow[]> {
  const query = db.selectFrom('vault_object').selectAll().where('object_key', '>', afterKey)
  return (await query.orderBy('object_key').limit(limit).execute()).map(toObject)
}

/** The object of the first store whose bytes were read longest ago, if that is before `before`. Never comes first. */
export async function findOldestCheck(db: Reader, before: Date): Promise<CheckedRow | undefined> {
  const row = await db
    .selectFrom('vault_object')
    .selectAll()
    .where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<', before)]))
    .orderBy('checked_at', (order) => order.asc().nullsFirst())
    .orderBy('object_key')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : { ...toObject(row), checkedAt: row.checked_at }
}

/** As `findOldestCheck`, of what another store has too. */
export async function findOldestCopyCheck(db: Reader, store: string, before: Date): Promise<CheckedRow | undefined> {
  const row = await db
    .selectFrom('vault_copy as c')
    .innerJoin('vault_object as o', 'o.object_key', 'c.object_key')
    .selectAll('o')
    .select('c.checked_at as copy_checked_at')
    .where('c.store', '=', store)
    .where((eb) => eb.or([eb('c.checked_at', 'is', null), eb('c.checked_at', '<', before)]))
    .orderBy('c.checked_at', (order) => order.asc().nullsFirst())
    .orderBy('c.object_key')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : { ...toObject(row), checkedAt: row.copy_checked_at }
}

/** A clock that ran ahead, or whoever wrote such a moment, would keep an object from being read until then. */
export async function forgetChecksAhead(db: Reader, now: Date): Promise<void> {
  for (const table of ['vault_object', 'vault_copy'] as const)
    await db.updateTable(table).set({ checked_at: null }).where('checked_at', '>', now).execute()
}

export async function updateChecked(db: Reader, objectKey: string, at: Date): Promise<void> {
  await db.updateTable('vault_object').set({ checked_at: at }).where('object_key', '=', objectKey).execute()
}

export async function updateCopyChecked(db: Reader, objectKey: string, store: string, at: Date): Promise<void> {
  await db
    .updateTable('vault_copy')
    .set({ checked_at: at })
    .where('object_key', '=', objectKey)
    .where('store', '=', store)
    .execute()
}

/** Objects that this store does not have yet, after this key, in order; without those the first store has lost. */
export async function listUncopied(db: Reader, store: string, afterKey: string, limit: number): Promise<ObjectRow[]> {
  const rows = await db
    .selectFrom('vault_object as o')
    .selectAll('o')
    .where('o.object_key', '>', afterKey)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('vault_copy as c')
            .select('c.object_key')
            .whereRef('c.object_key', '=', 'o.object_key')
            .where('c.store', '=', store),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('vault_alarm as a')
            .select('a.id')
            .whereRef('a.object_key', '=', 'o.object_key')
            .where('a.place', '=', 'first')
            .where('a.ended_at', 'is', null),
        ),
      ),
    )
    .orderBy('o.object_key')
    .limit(limit)
    .execute()
  return rows.map(toObject)
}

/** Answers false, and inserts nothing, when no recording names the object any more. */
export async function insertCopy(
  db: Reader,
  objectKey: string,
  store: string,
  checkedAt: Date | null,
): Promise<boolean> {
  const result = await db
    .insertInto('vault_copy')
    .columns(['corps_id', 'object_key', 'store', 'checked_at'])
    .expression((eb) =>
      eb
        .selectFrom('vault_object')
        .select([
          'corps_id',
          'object_key',
          sql<string>`${store}`.as('store'),
          sql<Date | null>`${checkedAt}::timestamptz`.as('at'),
        ])
        .where('object_key', '=', objectKey),
    )
    .onConflict((conflict) => conflict.columns(['object_key', 'store']).doUpdateSet({ checked_at: checkedAt }))
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Those of `keys` that were read back in this store. */
export async function listVerifiedCopies(
  db: Reader,
  store: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('vault_copy')
    .select('object_key')
    .where('store', '=', store)
    .where('object_key', 'in', keys)
    .where('checked_at', 'is not', null)
    .execute()
  return new Set(rows.map((row) => row.object_key))
}

export async function deleteCopy(db: Reader, objectKey: string, store: string): Promise<void> {
  await db.deleteFrom('vault_copy').where('object_key', '=', objectKey).where('store', '=', store).execute()
}

export async function countCopies(db: Reader, store: string): Promise<{ objects: number; copied: number }> {
  const [objects, copied] = await Promise.all([
    db
      .selectFrom('vault_object')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('vault_copy as c')
      .innerJoin('vault_object as o', 'o.object_key', 'c.object_key')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('c.store', '=', store)
      .executeTakeFirstOrThrow(),
  ])
  return { objects: objects.count, copied: copied.count }
}

export type Alarm = Readonly<{
  id: number
  corpsId: CorpsId
  recordingId: RecordingId
  kind: ObjectKind
  objectKey: string
  place: Place
  what: What
  foundAt: Date
  endedAt: Date | null
  endedBy: 'restored' | 'gone' | null
}>

function toAlarm(row: Selectable<Tables['vault_alarm']>): Alarm {
  return {
    id: row.id,
    corpsId: row.corps_id as CorpsId,
    recordingId: row.recording_id as RecordingId,
    kind: row.kind as ObjectKind,
    objectKey: row.object_key,
    place: row.place as Place,
    what: row.what as What,
    foundAt: row.found_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by as Alarm['endedBy'],
  }
}

/** Answers false when there is an alarm already. */
export async function insertAlarm(
  tx: Tx,
  alarm: Pick<Alarm, 'corpsId' | 'recordingId' | 'kind' | 'objectKey' | 'place' | 'what' | 'foundAt'>,
): Promise<boolean> {
  const result = await tx
    .insertInto('vault_alarm')
    .values({
      corps_id: alarm.corpsId,
      recording_id: alarm.recordingId,
      kind: alarm.kind,
      object_key: alarm.objectKey,
      place: alarm.place,
      what: alarm.what,
      found_at: alarm.foundAt,
    })
    .onConflict((conflict) => conflict.columns(['object_key', 'place']).where('ended_at', 'is', null).doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Answers false when there was no alarm, or it has ended. */
export async function endAlarm(tx: Tx, objectKey: string, place: Place, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('vault_alarm')
    .set({ ended_at: at, ended_by: 'restored' })
    .where('object_key', '=', objectKey)
    .where('place', '=', place)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Of objects that a recording still names; those of all corps, oldest first. */
export async function listOpenAlarms(db: Reader): Promise<Alarm[]> {
  const rows = await db
    .selectFrom('vault_alarm as a')
    .innerJoin('vault_object as o', 'o.object_key', 'a.object_key')
    .selectAll('a')
    .where('a.ended_at', 'is', null)
    .orderBy('a.id')
    .execute()
  return rows.map(toAlarm)
}

/** Newest first. */
export async function listAlarms(db: Reader, corpsId: CorpsId, limit: number): Promise<Alarm[]> {
  const query = db.selectFrom('vault_alarm').selectAll().where('corps_id', '=', corpsId)
  return (await query.orderBy('found_at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(toAlarm)
}

export async function countOpenAlarms(db: Reader, corpsId: CorpsId): Promise<number> {
  const row = await db
    .selectFrom('vault_alarm as a')
    .innerJoin('vault_object as o', 'o.object_key', 'a.object_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('a.corps_id', '=', corpsId)
    .where('a.ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Keys of the objects of a recording that the first store has lost. */
export async function listDamagedKeys(db: Reader, recordingId: RecordingId): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('vault_alarm')
    .select('object_key')
    .where('recording_id', '=', recordingId)
    .where('place', '=', 'first')
    .where('ended_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.object_key))
}

/** Recordings of a corps whose own bytes the first store has lost. */
export async function listDamagedRecordings(db: Reader, corpsId: CorpsId): Promise<ReadonlySet<RecordingId>> {
  const rows = await db
    .selectFrom('vault_alarm')
    .select('recording_id')
    .where('corps_id', '=', corpsId)
    .where('kind', '=', 'payload')
    .where('place', '=', 'first')
    .where('ended_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.recording_id as RecordingId))
}

/** What was told of objects that no recording names any more is over. */
export async function forgetGone(tx: Tx, at: Date): Promise<void> {
  const isGone = sql<SqlBool>`not exists (select from vault_object o where o.object_key = t.object_key)`
  await tx.deleteFrom('vault_copy as t').where(isGone).execute()
  await tx
    .updateTable('vault_alarm as t')
    .set({ ended_at: at, ended_by: 'gone' })
    .where('t.ended_at', 'is', null)
    .where(isGone)
    .execute()
}

/** Of objects of any corps: their keys begin with whose they are. */
export async function insertRemovals(db: Reader, store: string, keys: readonly string[], at: Date): Promise<void> {
  if (keys.length === 0) return
  await sql`insert into vault_removal (corps_id, store, object_key, asked_at)
    select split_part(key, '/', 1), ${store}, key, ${at} from unnest(${keys}::text[]) as key on conflict do nothing`.execute(
    db,
  )
}

/** Not tried since `before`; never tried first. */
export async function listRemovals(db: Reader, store: string, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('vault_removal')
    .select('object_key')
    .where('store', '=', store)
    .where((eb) => eb.or([eb('tried_at', 'is', null), eb('tried_at', '<', before)]))
    .orderBy('tried_at', (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute()
  return rows.map((row) => row.object_key)
}

export async function updateTried(db: Reader, store: string, keys: readonly string[], at: Date): Promise<void> {
  if (keys.length === 0) return
  await db
    .updateTable('vault_removal')
    .set({ tried_at: at })
    .where('store', '=', store)
    .where('object_key', 'in', keys)
    .execute()
}

export async function deleteRemovals(db: Reader, store: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db.deleteFrom('vault_removal').where('store', '=', store).where('object_key', 'in', keys).execute()
}

/** `checkedSince`: when the object read longest ago was read; null when one never was, or there is none. */
export async function findFigures(
  db: Reader,
): Promise<{ waitingRemovals: number; unchecked: number; checkedSince: Date | null }> {
  const [removals, checks] = await Promise.all([
    db
      .selectFrom('vault_removal')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('vault_object')
      .select((eb) => [
        eb.fn.min<Date | null>('checked_at').as('oldest'),
        eb.fn.countAll<number>().filterWhere('checked_at', 'is', null).as('unchecked'),
      ])
      .executeTakeFirstOrThrow(),
  ])
  return {
    waitingRemovals: removals.count,
    unchecked: checks.unchecked,
    checkedSince: checks.unchecked > 0 ? null : checks.oldest,
  }
}
