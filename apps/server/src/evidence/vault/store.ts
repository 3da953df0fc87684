import type { RecordingId } from '@getuige/base'
import { type Generated, type Selectable, sql, type SqlBool } from 'kysely'
import { type Reader, runPrepared, type Tables, type Tx } from '#platform/database'

/** What was received, what was derived from it, and files that came beside it. */
export type ObjectKind =
  | 'payload'
  | 'storyboard'
  | 'poster'
  | 'scrub'
  | 'waveform'
  | 'track'
  | 'proxy'
  | `sidecar/${string}`

declare module '#platform/database' {
  interface Tables {
    vault_key: {
      corps_id: Generated<string>
      recording_id: string
      suite: number
      bucket: string
      wrapped_file_key: Uint8Array
      sealed_header: Uint8Array
      recipient_set: number
    }
    vault_recipients: { only_row: boolean; current_set: number }
    vault_object: {
      corps_id: Generated<string>
      recording_id: string
      kind: string
      object_key: string
      plain_bytes: number
      payload_sha256: Uint8Array
      checked_at: Generated<Date | null>
    }
    vault_unclaimed: { kind: string; name: string; seen_at: Date }
  }
}

export type KeyRow = Readonly<{
  recordingId: RecordingId
  bucket: string
  wrappedFileKey: Uint8Array
  sealedHeader: Uint8Array
  /** The set of recipients that the header is for. */
  recipientSet: number
}>

/** age v1 with ChaCha20-Poly1305. A number, so that another suite can follow. */
const suiteAge1 = 1

export async function insertKey(tx: Tx, key: KeyRow): Promise<void> {
  await tx
    .insertInto('vault_key')
    .values({
      recording_id: key.recordingId,
      suite: suiteAge1,
      bucket: key.bucket,
      wrapped_file_key: key.wrappedFileKey,
      sealed_header: key.sealedHeader,
      recipient_set: key.recipientSet,
    })
    .execute()
}

export async function updateKey(tx: Tx, key: KeyRow): Promise<void> {
  await tx
    .updateTable('vault_key')
    .set({
      bucket: key.bucket,
      wrapped_file_key: key.wrappedFileKey,
      sealed_header: key.sealedHeader,
      recipient_set: key.recipientSet,
    })
    .where('recording_id', '=', key.recordingId)
    .execute()
}

const keyColumns = ['recording_id', 'bucket', 'wrapped_file_key', 'sealed_header', 'recipient_set'] as const

function toKey(row: Pick<Selectable<Tables['vault_key']>, (typeof keyColumns)[number]>): KeyRow {
  return {
    recordingId: row.recording_id as RecordingId,
    bucket: row.bucket,
    wrappedFileKey: row.wrapped_file_key,
    sealedHeader: row.sealed_header,
    recipientSet: row.recipient_set,
  }
}

/** Undefined once it was destroyed. */
export async function findKey(db: Reader, recordingId: RecordingId): Promise<KeyRow | undefined> {
  const query = db.selectFrom('vault_key').select(keyColumns).where('recording_id', '=', recordingId)
  const row = await query.executeTakeFirst()
  return row === undefined ? undefined : toKey(row)
}

/** All that opens an object, in one question: where it lies, its key, and whether it is known to be damaged. */
export async function findOpening(
  db: Reader,
  recordingId: RecordingId,
  kind: ObjectKind,
): Promise<Readonly<{ objectKey: string; plainBytes: number; key: KeyRow; isDamaged: boolean }> | undefined> {
  const query = db
    .selectFrom('vault_object as o')
    .innerJoin('vault_key as k', 'k.recording_id', 'o.recording_id')
    .select(['o.object_key', 'o.plain_bytes'])
    .select(['k.recording_id', 'k.bucket', 'k.wrapped_file_key', 'k.sealed_header', 'k.recipient_set'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('vault_alarm as a')
            .select('a.id')
            .whereRef('a.recording_id', '=', 'o.recording_id')
            .whereRef('a.object_key', '=', 'o.object_key')
            .where('a.place', '=', 'first')
            .where('a.ended_at', 'is', null),
        )
        .as('is_damaged'),
    )
    .where('o.recording_id', '=', recordingId)
    .where('o.kind', '=', kind)
  const [row] = await runPrepared(db, query)
  if (row === undefined) return undefined
  return { objectKey: row.object_key, plainBytes: row.plain_bytes, key: toKey(row), isDamaged: Boolean(row.is_damaged) }
}

/** As `findKey`, and nobody else changes it until the transaction ends. */
export async function lockKey(tx: Tx, recordingId: RecordingId): Promise<KeyRow | undefined> {
  const query = tx.selectFrom('vault_key').select(keyColumns).where('recording_id', '=', recordingId)
  const row = await query.forUpdate().executeTakeFirst()
  return row === undefined ? undefined : toKey(row)
}

/** Keys of recordings after this id, in order. */
export async function listKeys(db: Reader, afterId: string, limit: number): Promise<KeyRow[]> {
  const query = db.selectFrom('vault_key').select(keyColumns).where('recording_id', '>', afterId)
  return (await query.orderBy('recording_id').limit(limit).execute()).map(toKey)
}

/** Those whose header is of a set before this one, after this id, in order; locked, without what others hold locked. */
export async function lockOlderHeaders(tx: Tx, set: number, afterId: string, limit: number): Promise<KeyRow[]> {
  const rows = await tx
    .selectFrom('vault_key')
    .select(keyColumns)
    .where('recipient_set', '<', set)
    .where('recording_id', '>', afterId)
    .orderBy('recording_id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  return rows.map(toKey)
}

export async function countOlderHeaders(db: Reader, set: number): Promise<number> {
  const row = await db
    .selectFrom('vault_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('recipient_set', '<', set)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Until the transaction ends: making a header for a set and putting another set in its place shut each other out. */
export async function lockRecipientSet(tx: Tx, why: 'use' | 'change'): Promise<number> {
  const lock = why === 'use' ? sql.raw('pg_advisory_xact_lock_shared') : sql.raw('pg_advisory_xact_lock')
  await sql`select ${lock}(hashtextextended('getuige/recipients', 0))`.execute(tx)
  return findRecipientSet(tx)
}

/** The number of the set that new headers are for. */
export async function findRecipientSet(db: Reader): Promise<number> {
  return (await db.selectFrom('vault_recipients').select('current_set').executeTakeFirstOrThrow()).current_set
}

export async function updateRecipientSet(tx: Tx, set: number): Promise<void> {
  await tx.updateTable('vault_recipients').set({ current_set: set }).execute()
}

/** Answers the buckets of those that were there. */
export async function deleteKeys(
  tx: Tx,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, string>> {
  const rows = await tx
    .deleteFrom('vault_key')
    .where(sql<SqlBool>`recording_id = any(${recordingIds})`)
    .returning(['recording_id', 'bucket'])
    .execute()
  return new Map(rows.map((row) => [row.recording_id as RecordingId, row.bucket]))
}

/** Until the transaction ends: wrapping under a key and destroying it shut each other out. */
export async function lockBucket(tx: Tx, bucket: string, why: 'use' | 'destroy'): Promise<void> {
  const lock = why === 'use' ? sql.raw('pg_advisory_xact_lock_shared') : sql.raw('pg_advisory_xact_lock')
  await sql`select ${lock}(hashtextextended(${bucket}, 0))`.execute(tx)
}

export async function isBucketUsed(db: Reader, bucket: string): Promise<boolean> {
  const row = await db
    .selectFrom('vault_key')
    .select('recording_id')
    .where('bucket', '=', bucket)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export type ObjectRow = Readonly<{
  recordingId: RecordingId
  kind: ObjectKind
  objectKey: string
  plainBytes: number
  payloadSha256: Uint8Array
}>

/** Replaces an object of the same kind; its bytes are then unclaimed, and swept. */
export async function upsertObject(tx: Tx, object: ObjectRow): Promise<void> {
  const values = {
    object_key: object.objectKey,
    plain_bytes: object.plainBytes,
    payload_sha256: object.payloadSha256,
  }
  await tx
    .insertInto('vault_object')
    .values({ recording_id: object.recordingId, kind: object.kind, ...values })
    .onConflict((conflict) => conflict.columns(['recording_id', 'kind']).doUpdateSet({ ...values, checked_at: null }))
    .execute()
}

export function listObjects(db: Reader, recordingId: RecordingId): Promise<ObjectRow[]> {
  return listObjectsOf(db, [recordingId])
}

export async function listObjectsOf(db: Reader, recordingIds: readonly RecordingId[]): Promise<ObjectRow[]> {
  const rows = await db
    .selectFrom('vault_object')
    .selectAll()
    .where(sql<SqlBool>`recording_id = any(${recordingIds})`)
    .execute()
  return rows.map((row) => ({
    recordingId: row.recording_id as RecordingId,
    kind: row.kind as ObjectKind,
    objectKey: row.object_key,
    plainBytes: row.plain_bytes,
    payloadSha256: row.payload_sha256,
  }))
}

export async function deleteObjects(tx: Tx, recordingIds: readonly RecordingId[]): Promise<void> {
  await tx
    .deleteFrom('vault_object')
    .where(sql<SqlBool>`recording_id = any(${recordingIds})`)
    .execute()
}

/** Bytes of recordings that are kept, without what is derived from them. */
export async function sumPayloadBytes(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('vault_object')
    .select((eb) => eb.fn.sum<string | null>('plain_bytes').as('bytes'))
    .where('kind', '=', 'payload')
    .executeTakeFirst()
  return Number(row?.bytes ?? 0)
}

export type UnclaimedKind = 'object' | 'copy' | 'staged' | 'draft-key' | 'bucket-key'
/** Something the vault holds that nothing named at `seenAt`. */
export type Unclaimed = Readonly<{ kind: UnclaimedKind; name: string; seenAt: Date }>

export async function listUnclaimed(db: Reader): Promise<Unclaimed[]> {
  const rows = await db.selectFrom('vault_unclaimed').selectAll().execute()
  return rows.map((row) => ({ kind: row.kind as UnclaimedKind, name: row.name, seenAt: row.seen_at }))
}

export async function replaceUnclaimed(tx: Tx, unclaimed: readonly Unclaimed[]): Promise<void> {
  await tx.deleteFrom('vault_unclaimed').execute()
  for (const { kind, name, seenAt } of unclaimed) {
    await tx
      .insertInto('vault_unclaimed')
      .values({ kind, name, seen_at: seenAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

const batchNames = 1000

/** Those of `keys` that a recording names. */
export async function filterClaimedObjects(db: Reader, keys: readonly string[]): Promise<Set<string>> {
  const claimed = new Set<string>()
  for (let at = 0; at < keys.length; at += batchNames) {
    const rows = await db
      .selectFrom('vault_object')
      .select('object_key')
      .where('object_key', 'in', keys.slice(at, at + batchNames))
      .execute()
    for (const row of rows) claimed.add(row.object_key)
  }
  return claimed
}

/** Those of `buckets` that wrap the key of a recording. */
export async function filterUsedBuckets(db: Reader, buckets: readonly string[]): Promise<Set<string>> {
  const used = new Set<string>()
  for (let at = 0; at < buckets.length; at += batchNames) {
    const rows = await db
      .selectFrom('vault_key')
      .select('bucket')
      .distinct()
      .where('bucket', 'in', buckets.slice(at, at + batchNames))
      .execute()
    for (const row of rows) used.add(row.bucket)
  }
  return used
}
