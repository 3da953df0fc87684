import type { CorpsId, EntryId, JsonValue, RecordingId } from '@getuige/base'
import { emptyRoot, hashBytes, type Tile, type TileReader } from '@getuige/proof'
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely'
import { type Reader, runLast, runSql, type Tx } from '#platform/database'
import type { EntryType, WaitingEntry } from './entries.ts'

type LogTable = {
  id: string
  corps_id: string
  year: number
  origin: string
  size: Generated<number>
  root: Uint8Array
  checkpoint: string | null
  signed_at: Date | null
  continues: string | null
  closed_at: Date | null
  kept_size: number | null
  restored_at: Date | null
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
type TileTable = {
  corps_id: Generated<string>
  log_id: string
  level: number
  tile_index: number
  width: number
  hashes: Uint8Array
}

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
  year: number
  origin: string
  size: number
  root: Uint8Array
  checkpoint: string | null
  signedAt: Date | null
  /** The log that this one goes on from, and that was closed for it. */
  continues: string | null
  closedAt: Date | null
  /** Size of the head known to be kept outside the database; null until one was seen there. */
  keptSize: number | null
  /** When the database came from a back-up, until the log is continued or found not to grow; null otherwise. */
  restoredAt: Date | null
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
    year: row.year,
    origin: row.origin,
    size: row.size,
    root: row.root,
    checkpoint: row.checkpoint,
    signedAt: row.signed_at,
    continues: row.continues,
    closedAt: row.closed_at,
    keptSize: row.kept_size,
    restoredAt: row.restored_at,
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

/** The log that acts of that year enter. */
export async function findOpenLogId(db: Reader, corpsId: CorpsId, year: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('custody_log')
    .select('id')
    .where('corps_id', '=', corpsId)
    .where('year', '=', year)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return row?.id
}

/** Idempotent: another server may make the same log at the same moment. */
export async function insertLog(
  db: Reader,
  log: Pick<CustodyLog, 'id' | 'corpsId' | 'year' | 'origin' | 'continues'>,
): Promise<void> {
  await db
    .insertInto('custody_log')
    .values({
      id: log.id,
      corps_id: log.corpsId,
      year: log.year,
      origin: log.origin,
      root: emptyRoot,
      continues: log.continues,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function insertEntries(tx: Tx, entries: readonly WaitingEntry[]): Promise<void> {
  for (const page of pagesOf(entries)) await runSql(tx, ...insertStatement(page))
}

/** With the commit of the transaction. */
export async function insertEntriesLast(tx: Tx, entries: readonly WaitingEntry[]): Promise<void> {
  const pages = pagesOf(entries)
  const last = pages.pop()
  for (const page of pages) await runSql(tx, ...insertStatement(page))
  if (last !== undefined) await runLast(tx, ...insertStatement(last))
}

const columns = ['id', 'log_id', 'corps_id', 'recording_id', 'type', 'actor', 'at', 'details', 'salt', 'leaf'] as const
/** A statement takes 65,535 parameters. */
const pageEntries = 1000

function pagesOf(entries: readonly WaitingEntry[]): WaitingEntry[][] {
  const count = Math.ceil(entries.length / pageEntries)
  return Array.from({ length: count }, (_, i) => entries.slice(i * pageEntries, (i + 1) * pageEntries))
}

/** Serials follow the order of the entries. Written out, not built: every act passes here. */
function insertStatement(entries: readonly WaitingEntry[]): [text: string, values: unknown[]] {
  const rows = entries.map((_, i) => `(${columns.map((_column, j) => `$${i * columns.length + j + 1}`).join(', ')})`)
  const values = entries.flatMap((entry) => [
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
  return [`insert into custody_entry (${columns.join(', ')}) values ${rows.join(', ')}`, values]
}

/** Logs with committed entries that no checkpoint covers yet. */
export async function listLogsWithWaiting(db: Reader): Promise<Pick<CustodyLog, 'id' | 'corpsId' | 'origin'>[]> {
  const rows = await db
    .selectFrom('custody_log')
    .select(['id', 'corps_id', 'origin'])
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
  return rows.map(({ id, corps_id, origin }) => ({ id, corpsId: corps_id as CorpsId, origin }))
}

/** Logs that may still grow, oldest first. */
export async function listOpenLogs(db: Reader): Promise<CustodyLog[]> {
  return (await listLogs(db)).filter(({ closedAt }) => closedAt === null)
}

/** The log, locked: only one sequencer at a time may append to it. Acts do not wait for it. */
export async function lockLog(tx: Tx, logId: string): Promise<CustodyLog> {
  const row = await tx
    .selectFrom('custody_log')
    .selectAll()
    .where('id', '=', logId)
    .forNoKeyUpdate()
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
  let query = db.selectFrom('custody_log').selectAll().orderBy('year').orderBy('id')
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

/**
 * The entries at `count` places from `fromIndex` on, written out by the database, a JSON array a line: index, id, recording, type,
 * moment, actor, details, salt and the RFC 6962 hash of the stored leaf.
 */
export async function readPage(
  db: Reader,
  logId: string,
  fromIndex: number,
  count: number,
): Promise<{ text: string; count: number }> {
  const { rows } = await sql<{ text: string | null; count: number }>`
    select string_agg(line, E'\\n' order by log_index) as text, count(*) as count
    from (
      select log_index, json_build_array(
        log_index, id, recording_id, type, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        actor, details, encode(salt, 'hex'), encode(sha256('\\x00'::bytea || leaf), 'hex')
      )::text as line
      from custody_entry
      where log_id = ${logId} and log_index >= ${fromIndex} and log_index < ${fromIndex + count}
    ) as page`.execute(db)
  return { text: rows[0]?.text ?? '', count: rows[0]?.count ?? 0 }
}

/** In no order. */
export async function findEntries(db: Reader, serials: readonly number[]): Promise<StoredEntry[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .selectAll()
    .where(sql<boolean>`serial = any(${serials}::bigint[])`)
    .execute()
  return rows.map(toEntry)
}

export type ForgettableEntry = Pick<StoredEntry, 'serial' | 'logId' | 'recordingId' | 'at'> &
  Readonly<{ logIndex: number }>

/** Entries with a place whose words are still there, oldest first. */
export async function listForgettable(
  db: Reader,
  corpsId: CorpsId,
  of: Readonly<{ before: Date; except: readonly EntryType[]; after: ForgettableEntry | undefined; limit: number }>,
): Promise<ForgettableEntry[]> {
  let query = db
    .selectFrom('custody_entry')
    .select(['serial', 'log_id', 'recording_id', 'at', 'log_index'])
    .where('corps_id', '=', corpsId)
    .where('log_index', 'is not', null)
    .where('at', '<', of.before)
    .where(sql<boolean>`octet_length(salt) > 0`)
    .where('type', 'not in', of.except)
    .orderBy('at')
    .orderBy('serial')
    .limit(of.limit)
  if (of.after !== undefined) query = query.where(sql<boolean>`(at, serial) > (${of.after.at}, ${of.after.serial})`)
  return (await query.execute()).map((row) => ({
    serial: row.serial,
    logId: row.log_id,
    recordingId: row.recording_id as RecordingId | null,
    at: row.at,
    logIndex: row.log_index ?? Number.NaN,
  }))
}

/** Who, what and why, and the salt without which neither can be guessed. Type, moment, recording and leaf stay. */
export async function eraseWords(tx: Tx, serials: readonly number[]): Promise<void> {
  await sql`update custody_entry set actor = '{}', details = '{}', salt = ''
    where serial = any(${serials}::bigint[])`.execute(tx)
}

/** Every `words-erased` entry there is, whether it has its place or waits for it. */
export async function listWordsErased(
  db: Reader,
): Promise<{ corpsId: CorpsId; at: Date; details: Readonly<Record<string, JsonValue>> }[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .select(['corps_id', 'at', 'details'])
    .where('type', '=', 'words-erased')
    .execute()
  return rows.map((row) => ({ corpsId: row.corps_id as CorpsId, at: row.at, details: row.details }))
}

/** What the register says too: reception, activation, holds and erasure. */
const lifeTypes = [
  'recording-received',
  'clip-made',
  'activation-completed',
  'hold-placed',
  'hold-lifted',
  'law-changed',
  'erasure-ordered',
  'erasure-begun',
  'recording-erased',
] as const

export type LifeEntry = Readonly<{
  recordingId: RecordingId
  serial: number
  corpsId: CorpsId
  type: (typeof lifeTypes)[number]
  at: Date
  details: Readonly<Record<string, JsonValue>>
  /** Its words are erased. */
  isForgotten: boolean
}>

/** How far entries have been made: one that is made after this was read has a higher serial. */
export async function findLastSerial(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('custody_entry')
    .select('serial')
    .orderBy('serial', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.serial ?? 0
}

/** What was entered in a corps of these types, after `afterSerial`. Reads every entry since. */
export async function listEntered(
  db: Reader,
  corpsId: CorpsId,
  types: readonly EntryType[],
  afterSerial = 0,
): Promise<{ type: string; details: Readonly<Record<string, JsonValue>> }[]> {
  return db
    .selectFrom('custody_entry')
    .select(['type', 'details'])
    .where('serial', '>', afterSerial)
    .where('corps_id', '=', corpsId)
    .where('type', 'in', types)
    .execute()
}

/** By recording, and of each oldest first, from after `after` on. */
export async function listLifeEntries(
  db: Reader,
  after: Readonly<{ recordingId: string; serial: number }> | undefined,
  limit: number,
): Promise<LifeEntry[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .select(['recording_id', 'serial', 'corps_id', 'type', 'at', 'details'])
    .select(sql<boolean>`octet_length(salt) = 0`.as('is_forgotten'))
    .where('recording_id', 'is not', null)
    .where('type', 'in', lifeTypes)
    .where(sql<boolean>`(recording_id, serial) > (${after?.recordingId ?? ''}, ${after?.serial ?? 0})`)
    .orderBy('recording_id')
    .orderBy('serial')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    recordingId: row.recording_id as RecordingId,
    serial: row.serial,
    corpsId: row.corps_id as CorpsId,
    type: row.type as LifeEntry['type'],
    at: row.at,
    details: row.details,
    isForgotten: row.is_forgotten,
  }))
}

/** An entry whose place nothing signs. */
export async function findUnsigned(db: Reader, log: CustodyLog): Promise<string | undefined> {
  const row = await db
    .selectFrom('custody_entry')
    .select('id')
    .where('log_id', '=', log.id)
    .where('log_index', '>=', log.size)
    .orderBy('log_index')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

/**
 * Entries of a log that there is not, or of another corps than their log. The corps of an entry is not in its leaf, but
 * in the origin of its log; a trail finds its entries by it.
 */
export async function listStrays(db: Reader): Promise<{ id: string; logId: string }[]> {
  return db
    .selectFrom('custody_entry as e')
    .leftJoin('custody_log as l', (join) => join.onRef('l.id', '=', 'e.log_id').onRef('l.corps_id', '=', 'e.corps_id'))
    .select(['e.id', 'e.log_id as logId'])
    .where('l.id', 'is', null)
    .limit(1000)
    .execute()
}

export async function findFirstEntry(db: Reader, logId: string): Promise<StoredEntry | undefined> {
  const row = await db
    .selectFrom('custody_entry')
    .selectAll()
    .where('log_id', '=', logId)
    .where('log_index', '=', 0)
    .executeTakeFirst()
  return row === undefined ? undefined : toEntry(row)
}

export type SignedHead = Readonly<{ id: string; corpsId: string; size: number; checkpoint: string }>

export async function findLogHead(
  db: Reader,
  origin: string,
): Promise<(Omit<SignedHead, 'checkpoint'> & { checkpoint: string | null }) | undefined> {
  return db
    .selectFrom('custody_log')
    .select(['id', 'corps_id as corpsId', 'size', 'checkpoint'])
    .where('origin', '=', origin)
    .executeTakeFirst()
}

/** Leaves alone: no salt and no word. */
export async function listLeaves(db: Reader, logId: string, fromIndex: number, count: number): Promise<Uint8Array[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .select('leaf')
    .where('log_id', '=', logId)
    .where('log_index', '>=', fromIndex)
    .where('log_index', '<', fromIndex + count)
    .orderBy('log_index')
    .execute()
  return rows.map(({ leaf }) => leaf)
}

export class TileMissing extends Error {}

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
        if (hashes === undefined || hashes.length < width * hashBytes)
          throw new TileMissing(`tile ${level}/${index} of ${logId} is missing or too narrow`)
        return hashes
      })
    },
  }
}

/**
 * Like `tileReader`, for many proofs: tiles above the lowest level, once read, are answered again while they are as wide
 * as is asked, so that they need not be hashed again either. What they hold never changes. Not for what checks a log.
 */
export function openTileCache(maxTiles: number): (db: Reader, logId: string) => TileReader {
  const kept = new Map<string, Uint8Array>()
  return (db, logId) => ({
    async readTiles(refs) {
      const known = refs.map(({ level, index, width }) => {
        const tile = kept.get(`${logId}/${level}/${index}`)
        return tile !== undefined && tile.length >= width * hashBytes ? tile : undefined
      })
      const read = await tileReader(db, logId).readTiles(refs.filter((_, i) => known[i] === undefined))
      let next = 0
      const tiles = known.map((tile) => tile ?? read[next++] ?? new Uint8Array())
      for (const [i, { level, index }] of refs.entries()) {
        if (level === 0) continue
        // The last used goes last.
        const key = `${logId}/${level}/${index}`
        kept.delete(key)
        kept.set(key, tiles[i] ?? new Uint8Array())
      }
      for (const key of kept.keys()) if (kept.size > maxTiles) kept.delete(key)
      return tiles
    },
  })
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

/** RFC 6962 hashes of the entries as they stand in the database from `fromIndex` on, computed by the database. */
export async function listLeafHashes(db: Reader, logId: string, fromIndex: number): Promise<Uint8Array[]> {
  const { rows } = await sql<{ hash: Uint8Array }>`
    select sha256('\\x00'::bytea || leaf) as hash from custody_entry
    where log_id = ${logId} and log_index >= ${fromIndex} order by log_index`.execute(db)
  return rows.map(({ hash }) => hash)
}

export async function closeLog(tx: Tx, logId: string, at: Date): Promise<void> {
  await tx.updateTable('custody_log').set({ closed_at: at }).where('id', '=', logId).execute()
}

/**
 * Mark every log that may still grow, in the transaction that restores it: none is signed further until it is continued.
 * The back-up may be older than the column.
 */
export async function markRestored(run: (statement: string) => Promise<unknown>): Promise<void> {
  await run('alter table custody_log add column if not exists restored_at timestamptz')
  await run('update custody_log set restored_at = now() where closed_at is null')
}

export async function unmarkRestored(tx: Tx, logId: string): Promise<void> {
  await tx.updateTable('custody_log').set({ restored_at: null }).where('id', '=', logId).execute()
}

/** Entries that no checkpoint has covered may still enter another log. */
export async function moveWaiting(tx: Tx, fromLogId: string, toLogId: string): Promise<void> {
  await tx
    .updateTable('custody_entry')
    .set({ log_id: toLogId })
    .where('log_id', '=', fromLogId)
    .where('log_index', 'is', null)
    .execute()
}

export async function updateLogHead(
  tx: Tx,
  logId: string,
  head: Readonly<{ size: number; root: Uint8Array; checkpoint: string; signedAt: Date; keptSize: number | null }>,
): Promise<void> {
  await tx
    .updateTable('custody_log')
    .set({
      size: head.size,
      root: head.root,
      checkpoint: head.checkpoint,
      signed_at: head.signedAt,
      kept_size: head.keptSize,
    })
    .where('id', '=', logId)
    .execute()
}
