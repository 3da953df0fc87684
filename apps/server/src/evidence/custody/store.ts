import type { CorpsId, EntryId, JsonValue, RecordingId } from '@getuige/base'
import type { Tile, TileReader } from '@getuige/proof'
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely'
import { type Reader, runSql, type Tx } from '#platform/database'
import type { EntryType } from './entries.ts'

type LogTable = {
  id: string
  corps_id: string
  year: number
  origin: string
  size: Generated<number>
  root: Uint8Array
  checkpoint: string | null
  signed_at: Date | null
}
type EntryTable = {
  serial: Generated<number>
  id: string
  log_id: string
  corps_id: string
  recording_id: string | null
  type: string
  actor: JSONColumnType<Record<string, JsonValue>>
  at: Date
  details: JSONColumnType<Record<string, JsonValue>>
  salt: Uint8Array
  leaf: Uint8Array
  log_index: number | null
}
type TileTable = { log_id: string; level: number; tile_index: number; width: number; hashes: Uint8Array }

declare module '#platform/database' {
  interface Tables {
    custody_log: LogTable
    custody_entry: EntryTable
    custody_tile: TileTable
  }
}

export type CustodyLog = Readonly<{
  id: string
  corpsId: CorpsId
  origin: string
  size: number
  root: Uint8Array
  checkpoint: string | null
  signedAt: Date | null
}>

export type StoredEntry = Readonly<{
  serial: number
  id: EntryId
  logId: string
  recordingId: RecordingId | null
  type: EntryType
  actor: Readonly<Record<string, JsonValue>>
  at: Date
  details: Readonly<Record<string, JsonValue>>
  salt: Uint8Array
  leaf: Uint8Array
  logIndex: number | null
}>

function toLog(row: Selectable<LogTable>): CustodyLog {
  return {
    id: row.id,
    corpsId: row.corps_id as CorpsId,
    origin: row.origin,
    size: row.size,
    root: row.root,
    checkpoint: row.checkpoint,
    signedAt: row.signed_at,
  }
}

function toEntry(row: Selectable<EntryTable>): StoredEntry {
  return {
    serial: row.serial,
    id: row.id as EntryId,
    logId: row.log_id,
    recordingId: row.recording_id as RecordingId | null,
    type: row.type as EntryType,
    actor: row.actor,
    at: row.at,
    details: row.details,
    salt: row.salt,
    leaf: row.leaf,
    logIndex: row.log_index,
  }
}

export async function findLogId(db: Reader, corpsId: CorpsId, year: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('custody_log')
    .select('id')
    .where('corps_id', '=', corpsId)
    .where('year', '=', year)
    .executeTakeFirst()
  return row?.id
}

/** Idempotent: another server may make the same log at the same moment. */
export async function insertLog(
  db: Reader,
  log: Readonly<{ id: string; corpsId: CorpsId; year: number; origin: string; root: Uint8Array }>,
): Promise<void> {
  await db
    .insertInto('custody_log')
    .values({ id: log.id, corps_id: log.corpsId, year: log.year, origin: log.origin, root: log.root })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function insertEntry(
  tx: Tx,
  entry: Omit<StoredEntry, 'serial' | 'logIndex'> & { corpsId: CorpsId },
): Promise<void> {
  // Written out: every act passes here, and building the same statement again takes longer than the rest of it.
  await runSql(tx, insertEntrySql, [
    entry.id,
    entry.logId,
    entry.corpsId,
    entry.recordingId,
    entry.type,
    JSON.stringify(entry.actor),
    entry.at,
    JSON.stringify(entry.details),
    entry.salt,
    entry.leaf,
  ])
}

const insertEntrySql = `insert into custody_entry
  (id, log_id, corps_id, recording_id, type, actor, at, details, salt, leaf)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

/** Logs with committed entries that no checkpoint covers yet. */
export async function listLogsWithWaiting(db: Reader): Promise<string[]> {
  const rows = await db
    .selectFrom('custody_log')
    .select('id')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('custody_entry')
          .select('custody_entry.id')
          .whereRef('custody_entry.log_id', '=', 'custody_log.id')
          .where('log_index', 'is', null),
      ),
    )
    .execute()
  return rows.map((row) => row.id)
}

/** The log, locked: only one sequencer at a time may append to it. */
export async function lockLog(tx: Tx, logId: string): Promise<CustodyLog> {
  const row = await tx
    .selectFrom('custody_log')
    .selectAll()
    .where('id', '=', logId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return toLog(row)
}

export async function listWaiting(
  tx: Tx,
  logId: string,
  limit: number,
): Promise<{ serial: number; leaf: Uint8Array }[]> {
  return tx
    .selectFrom('custody_entry')
    .select(['serial', 'leaf'])
    .where('log_id', '=', logId)
    .where('log_index', 'is', null)
    .orderBy('serial')
    .limit(limit)
    .execute()
}

export async function listLogs(db: Reader, corpsId?: CorpsId): Promise<CustodyLog[]> {
  let query = db.selectFrom('custody_log').selectAll().orderBy('year')
  if (corpsId !== undefined) query = query.where('corps_id', '=', corpsId)
  return (await query.execute()).map(toLog)
}

export async function countWaiting(db: Reader, corpsId: CorpsId): Promise<number> {
  const row = await db
    .selectFrom('custody_entry')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('corps_id', '=', corpsId)
    .where('log_index', 'is', null)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Oldest first. */
export async function listEntriesOf(db: Reader, corpsId: CorpsId, recordingId: RecordingId): Promise<StoredEntry[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('recording_id', '=', recordingId)
    .orderBy('serial')
    .execute()
  return rows.map(toEntry)
}

/** Entries in the log from `fromIndex` on, in log order. */
export async function listSequenced(
  db: Reader,
  logId: string,
  fromIndex: number,
  limit: number,
): Promise<StoredEntry[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .selectAll()
    .where('log_id', '=', logId)
    .where('log_index', '>=', fromIndex)
    .orderBy('log_index')
    .limit(limit)
    .execute()
  return rows.map(toEntry)
}

/** Tiles of a log as `proof` reads them: the widest of each (level, index) is kept. Throws when one is missing. */
export function tileReader(db: Reader, logId: string): TileReader {
  return {
    async readTiles(refs) {
      if (refs.length === 0) return []
      const rows = await db
        .selectFrom('custody_tile')
        .select(['level', 'tile_index', 'hashes'])
        .where('log_id', '=', logId)
        .where((eb) => eb.or(refs.map(({ level, index }) => eb.and({ level, tile_index: index }))))
        .execute()
      const kept = new Map(rows.map((row) => [`${row.level}/${row.tile_index}`, row.hashes]))
      return refs.map(({ level, index, width }) => {
        const hashes = kept.get(`${level}/${index}`)
        if (hashes === undefined || hashes.length < width * 32)
          throw new Error(`tile ${level}/${index} of ${logId} is missing or too narrow`)
        return hashes
      })
    },
  }
}

export async function upsertTiles(tx: Tx, logId: string, tiles: readonly Tile[]): Promise<void> {
  for (const tile of tiles) {
    await tx
      .insertInto('custody_tile')
      .values({ log_id: logId, level: tile.level, tile_index: tile.index, width: tile.width, hashes: tile.bytes })
      .onConflict((conflict) =>
        conflict.columns(['log_id', 'level', 'tile_index']).doUpdateSet({ width: tile.width, hashes: tile.bytes }),
      )
      .execute()
  }
}

/** Give waiting entries their place: the first of `serials` stands at `fromIndex`. */
export async function placeEntries(
  tx: Tx,
  logId: string,
  serials: readonly number[],
  fromIndex: number,
): Promise<void> {
  await sql`update custody_entry e set log_index = ${fromIndex}::bigint + p.place - 1
    from unnest(${serials}::bigint[]) with ordinality as p(serial, place)
    where e.serial = p.serial and e.log_id = ${logId}`.execute(tx)
}

export async function updateLogHead(
  tx: Tx,
  logId: string,
  head: Readonly<{ size: number; root: Uint8Array; checkpoint: string; signedAt: Date }>,
): Promise<void> {
  await tx
    .updateTable('custody_log')
    .set({ size: head.size, root: head.root, checkpoint: head.checkpoint, signed_at: head.signedAt })
    .where('id', '=', logId)
    .execute()
}
