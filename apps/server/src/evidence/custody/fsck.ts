import { canonicalJson, equalBytes, type JsonValue, toBase64, toHex } from '@getuige/base'
import {
  appendToTiles,
  type Checkpoint,
  emptyRoot,
  hashBytes,
  ProofError,
  type Tile,
  type TileReader,
  verifyCheckpoint,
} from '@getuige/proof'
import type { Reader } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { type DerivePool, type DerivedPage, openDerivePool } from './derive-pool.ts'
import { type ErasedRange, rangesErased } from './forget.ts'
import type { HeadTrouble } from './head-check.ts'
import { demandSigner } from './signer.ts'
import {
  type CustodyLog,
  findFirstEntry,
  findUnsigned,
  listLogs,
  listStrays,
  listWordsErased,
  readPage,
  TileMissing,
  tileReader,
} from './store.ts'

export type Finding = Readonly<{
  what:
    | HeadTrouble['what']
    | 'entry-altered'
    | 'entry-missing'
    | 'words-missing'
    | 'entry-unsigned'
    | 'entry-astray'
    | 'root-differs'
    | 'checkpoint-bad'
    | 'checkpoint-missing'
    | 'continuation-bad'
  /** A sentence for the operator: ids and numbers, no names. */
  sentence: string
}>
export type LogCheck = Readonly<{
  origin: string
  size: number
  entries: number
  /** Of how many entries the words were erased lawfully: a `words-erased` entry of the corps names each. */
  wordsErased: number
  findings: readonly Finding[]
}>

const pageEntries = 5000
/** From this size on, threads are worth their start. */
const largeLog = 20_000

/**
 * Derive each log again from the stored entries, trusting neither leaves, tiles nor checkpoint: every entry must give
 * its leaf and every leaf its tile, the leaves the root, and the root must be what the checkpoint signs, and what the
 * head signs that is kept beside the database. Reads a page at a time, all of one snapshot, so that a sequencer at work
 * beside it changes nothing.
 */
export async function checkLogs(deps: CustodyDeps): Promise<LogCheck[]> {
  // Read before the snapshot is taken: a head is kept after the commit that made it.
  const kept = new Map<string, string>()
  for (const id of await deps.heads.list()) {
    const note = await deps.heads.find(id)
    if (note !== undefined) kept.set(id, note)
  }
  return deps.db.everyCorps
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const checks: LogCheck[] = []
      const logs = await listLogs(tx)
      using pool = openDerivePool({ isLarge: logs.some(({ size }) => size >= largeLog) })
      const erased = await readErased(tx)
      for (const log of logs) {
        const ranges = erased.get(`${log.corpsId} ${log.origin}`) ?? []
        checks.push(await checkLog(deps, tx, log, { pool, logs, erased: ranges, kept: kept.get(log.id) }))
      }
      const astray = await listStrays(tx)
      const known = new Set(logs.map(({ id }) => id))
      for (const id of kept.keys()) {
        if (known.has(id)) continue
        const sentence = `a head of ${id} is kept beside the database, which has no such log: it was set back`
        checks.push({ origin: id, size: 0, entries: 0, wordsErased: 0, findings: [{ what: 'head-ahead', sentence }] })
      }
      if (astray.length === 0) return checks
      const findings = astray.map(({ id, logId }): Finding => {
        const sentence = known.has(logId)
          ? `entry ${id} names another corps than its log: it is missing from its trail`
          : `entry ${id} names the log ${logId}, which there is not`
        return { what: 'entry-astray', sentence }
      })
      return [...checks, { origin: 'entries of no log', size: 0, entries: astray.length, wordsErased: 0, findings }]
    })
}

type Beside = Readonly<{
  pool: DerivePool
  logs: readonly CustodyLog[]
  erased: readonly ErasedRange[]
  kept: string | undefined
}>

/** What each corps says it erased the words of, by corps and origin. */
async function readErased(db: Reader): Promise<ReadonlyMap<string, readonly ErasedRange[]>> {
  const erased = new Map<string, ErasedRange[]>()
  for (const { corpsId, at, details } of await listWordsErased(db)) {
    for (const { origin, ranges } of rangesErased(details, at)) {
      const key = `${corpsId} ${origin}`
      erased.set(key, [...(erased.get(key) ?? []), ...ranges])
    }
  }
  return erased
}

async function checkLog(deps: CustodyDeps, db: Reader, log: CustodyLog, beside: Beside): Promise<LogCheck> {
  const findings: Finding[] = []
  // Each log is read by the key of the name it was begun under.
  const { vkey } = await demandSigner(deps.keystore, log.origin.split('/')[0] ?? '', log.corpsId)
  const kept = beside.kept === undefined ? undefined : readHead(beside.kept, vkey)
  const keptSize = typeof kept === 'object' ? kept.size : undefined
  const derived = await deriveLog(db, log, beside, keptSize)
  findings.push(...derived.findings)
  const { wordsErased } = derived
  if (derived.gapAt !== null) {
    findings.push({ what: 'entry-missing', sentence: `entry ${derived.gapAt} of the log is missing` })
    return { origin: log.origin, size: log.size, entries: derived.size, wordsErased, findings }
  }
  const { size, root } = derived
  if (size < log.size) {
    const sentence = `the log has ${log.size} entries by its checkpoint, ${size} are stored`
    findings.push({ what: 'entry-missing', sentence })
  }
  const unsigned = await findUnsigned(db, log)
  if (unsigned !== undefined) {
    findings.push({ what: 'entry-unsigned', sentence: `entry ${unsigned} has a place in the log that nothing signs` })
  }
  if (!derived.areTilesTrue) {
    findings.push({ what: 'tiles-differ', sentence: 'the stored tiles are not those the entries give' })
  }
  findings.push(...checkSigned(log, vkey, size, root))
  findings.push(...(await checkKept(db, log, beside, kept, derived.rootAtKept)))
  findings.push(...(await checkContinuation(db, log, beside.logs)))
  return { origin: log.origin, size: log.size, entries: size, wordsErased, findings }
}

type DerivedLog = Readonly<{
  size: number
  root: Uint8Array
  areTilesTrue: boolean
  rootAtKept: Uint8Array | undefined
  gapAt: number | null
  wordsErased: number
  findings: readonly Finding[]
}>

/** Pages are read ahead while threads derive those before; their tiles grow here, in order. */
async function deriveLog(
  db: Reader,
  log: CustodyLog,
  { pool, erased }: Beside,
  keptSize: number | undefined,
): Promise<DerivedLog> {
  const edge = memoryTiles()
  const ahead: Promise<DerivedPage>[] = []
  let read = 0
  let isAll = log.size === 0
  const found = {
    size: 0,
    root: emptyRoot,
    areTilesTrue: true,
    rootAtKept: keptSize === 0 ? emptyRoot : undefined,
    gapAt: null as number | null,
    wordsErased: 0,
    findings: [] as Finding[],
  }
  while (!isAll || ahead.length > 0) {
    while (!isAll && ahead.length < pool.width * 2) {
      // A page ends where the kept head does, so that the root there is known.
      const end = keptSize !== undefined && read < keptSize ? Math.min(keptSize, log.size) : log.size
      const page = await readPage(db, log.id, read, Math.min(pageEntries, end - read))
      if (page.count > 0) {
        const derived = pool.derive({ text: page.text, fromIndex: read })
        derived.catch(() => undefined) // told where it is awaited
        ahead.push(derived)
      }
      read += page.count
      isAll = page.count === 0 || read >= log.size
    }
    const derived = await ahead.shift()
    if (derived === undefined) break
    for (const about of derived.altered) {
      const sentence = `entry ${canonicalJson(about)} was altered after it was made: it no longer gives its leaf`
      found.findings.push({ what: 'entry-altered', sentence })
    }
    for (const { id, index, at } of derived.wordless) {
      const isLawful = erased.some(
        ({ from, to, madeBefore }) => from <= index && index <= to && new Date(at) < madeBefore,
      )
      if (isLawful) found.wordsErased += 1
      else {
        const sentence = `the words of entry ${canonicalJson({ id, index })} are gone, and no entry of the log says that they were erased`
        found.findings.push({ what: 'words-missing', sentence })
      }
    }
    const hashes = Array.from({ length: derived.leafHashes.length / hashBytes }, (_, i) =>
      derived.leafHashes.subarray(i * hashBytes, (i + 1) * hashBytes),
    )
    const grown = await appendToTiles(edge, found.size, hashes)
    edge.put(grown.tiles)
    found.areTilesTrue &&= await areStored(db, log.id, grown.tiles)
    found.size = grown.size
    found.root = grown.root
    if (found.size === keptSize) found.rootAtKept = grown.root
    if (derived.gapAt !== null) return { ...found, gapAt: derived.gapAt }
  }
  return found
}

function checkSigned(log: CustodyLog, vkey: string, size: number, root: Uint8Array): Finding[] {
  if (log.checkpoint === null) {
    return log.size === 0 ? [] : [{ what: 'checkpoint-missing', sentence: 'the log has a size, but nothing signs it' }]
  }
  const signed = readHead(log.checkpoint, vkey)
  if (typeof signed === 'string') {
    return [{ what: 'checkpoint-bad', sentence: `the checkpoint does not verify: ${signed}` }]
  }
  const findings: Finding[] = []
  if (signed.origin !== log.origin || signed.size !== log.size) {
    const sentence = `the checkpoint signs ${signed.origin} at ${signed.size}, the log stands at ${log.size}`
    findings.push({ what: 'checkpoint-bad', sentence })
  }
  if (signed.size === size && !equalBytes(signed.root, root)) {
    const sentence = `the entries give root ${toHex(root)}, the checkpoint signs ${toHex(signed.root)}`
    findings.push({ what: 'root-differs', sentence })
  }
  return findings
}

/** The head in its second place: of this log, not ahead of it, and of the same history. */
async function checkKept(
  db: Reader,
  log: CustodyLog,
  { kept: note, logs }: Beside,
  kept: Checkpoint | string | undefined,
  rootAtKept: Uint8Array | undefined,
): Promise<Finding[]> {
  if (kept === undefined) {
    if (log.keptSize === null) return []
    const sentence = `the head of ${log.keptSize} entries that was kept beside the database is gone`
    return [{ what: 'head-missing', sentence }]
  }
  if (typeof kept === 'string' || kept.origin !== log.origin) {
    return [{ what: 'head-bad', sentence: 'what is kept beside the database is no head of this log' }]
  }
  if (kept.size > log.size) {
    if (await isLossTold(db, log, logs, kept)) return []
    const sentence = `the database was set back: it has ${log.size} entries, ${kept.size} were signed`
    return [{ what: 'head-ahead', sentence }]
  }
  // What the database has signed itself was held against its entries already.
  if (note === log.checkpoint || rootAtKept === undefined || equalBytes(kept.root, rootAtKept)) return []
  const sentence = `the database was written anew: its first ${kept.size} entries are not those that were signed`
  return [{ what: 'head-differs', sentence }]
}

/** The log that goes on from this one says in its first entry what was signed, and is lost. */
async function isLossTold(
  db: Reader,
  log: CustodyLog,
  logs: readonly CustodyLog[],
  kept: Checkpoint,
): Promise<boolean> {
  const next = logs.find(({ continues }) => continues === log.id)
  const first = next === undefined ? undefined : await findFirstEntry(db, next.id)
  const told: unknown = first?.details['known']
  const head = canonicalJson(toJson(kept.origin, kept.size, kept.root))
  return Array.isArray(told) && told.some((known: JsonValue) => canonicalJson(known) === head)
}

/** A log that goes on from another begins by saying so; one that is closed is gone on from. */
async function checkContinuation(db: Reader, log: CustodyLog, logs: readonly CustodyLog[]): Promise<Finding[]> {
  const findings: Finding[] = []
  if (log.closedAt !== null && !logs.some(({ continues }) => continues === log.id)) {
    findings.push({ what: 'continuation-bad', sentence: 'the log is closed, and no other goes on from it' })
  }
  if (log.continues === null) return findings
  const before = logs.find(({ id }) => id === log.continues)
  const first = await findFirstEntry(db, log.id)
  const stored = before === undefined ? undefined : { size: before.size, root: toBase64(before.root) }
  const isTold =
    first?.type === 'log-continued' &&
    stored !== undefined &&
    first.details['log'] === before?.origin &&
    canonicalJson(first.details['stored'] ?? null) === canonicalJson(stored)
  if (!isTold) {
    const sentence = `the first entry does not say that the log goes on from ${log.continues} as it is stored`
    findings.push({ what: 'continuation-bad', sentence })
  }
  return findings
}

const toJson = (log: string, size: number, root: Uint8Array) => ({ log, size, root: toBase64(root) })

/** The signed head, or why it is none. */
function readHead(note: string, vkey: string): Checkpoint | string {
  try {
    return verifyCheckpoint(note, vkey)
  } catch (error) {
    if (error instanceof ProofError) return error.message
    throw error
  }
}

/** A tile that was written and grew since begins with what it was. */
async function areStored(db: Reader, logId: string, tiles: readonly Tile[]): Promise<boolean> {
  try {
    const stored = await tileReader(db, logId).readTiles(tiles)
    return tiles.every(({ bytes }, i) => equalBytes(stored[i]?.subarray(0, bytes.length) ?? new Uint8Array(), bytes))
  } catch (error) {
    if (error instanceof TileMissing) return false
    throw error
  }
}

/** The right edge of a log that is being derived again. */
function memoryTiles(): TileReader & { put(tiles: readonly Tile[]): void } {
  const tiles = new Map<number, Tile>()
  return {
    put(changed) {
      for (const tile of changed) tiles.set(tile.level, tile)
    },
    readTiles(refs) {
      return Promise.resolve(
        refs.map(({ level, index }) => {
          const tile = tiles.get(level)
          if (tile?.index !== index) throw new Error(`tile ${level}/${index} was not kept`)
          return tile.bytes
        }),
      )
    },
  }
}
