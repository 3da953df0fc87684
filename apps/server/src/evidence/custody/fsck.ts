import { canonicalJson, equalBytes, toHex } from '@getuige/base'
import {
  appendToTiles,
  leafHash,
  leafOf,
  type Checkpoint,
  ProofError,
  type Tile,
  type TileReader,
  verifyCheckpoint,
} from '@getuige/proof'
import type { Reader } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { demandSigner } from './signer.ts'
import { type CustodyLog, listLogs, listSequenced, type StoredEntry, tileReader } from './store.ts'

export type Finding = Readonly<{
  what:
    | 'entry-altered'
    | 'entry-missing'
    | 'entry-unsigned'
    | 'root-differs'
    | 'tiles-differ'
    | 'checkpoint-bad'
    | 'checkpoint-missing'
  /** A sentence for the operator: ids and numbers, no names. */
  sentence: string
}>
export type LogCheck = Readonly<{ origin: string; size: number; entries: number; findings: readonly Finding[] }>

const pageEntries = 5000

/**
 * Derive each log again from the stored entries, trusting neither leaves, tiles nor checkpoint: every entry must give
 * its leaf and every leaf its tile, the leaves the root, and the root must be what the checkpoint signs. Reads a page at
 * a time, all of one snapshot, so that a sequencer at work beside it changes nothing.
 */
export function checkLogs(deps: CustodyDeps): Promise<LogCheck[]> {
  return deps.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const checks: LogCheck[] = []
      for (const log of await listLogs(tx)) checks.push(await checkLog(deps, tx, log))
      return checks
    })
}

async function checkLog(deps: CustodyDeps, db: Reader, log: CustodyLog): Promise<LogCheck> {
  const findings: Finding[] = []
  const edge = memoryTiles()
  let areTilesTrue = true
  let size = 0
  let root: Uint8Array | undefined
  while (size < log.size) {
    const page = await listSequenced(db, log.id, size, Math.min(pageEntries, log.size - size))
    if (page.length === 0) break
    const gap = page.findIndex((entry, i) => entry.logIndex !== size + i)
    if (gap !== -1) {
      findings.push({ what: 'entry-missing', sentence: `entry ${size + gap} of the log is missing` })
      return { origin: log.origin, size: log.size, entries: size + gap, findings }
    }
    for (const entry of page) findings.push(...checkEntry(entry))
    // Leaves are derived from the entries as they read now, not taken from the leaf column.
    const grown = await appendToTiles(
      edge,
      size,
      page.map((entry) => leafHash(deriveLeaf(entry))),
    )
    edge.put(grown.tiles)
    areTilesTrue &&= await areStored(db, log.id, grown.tiles)
    size = grown.size
    root = grown.root
  }

  if (size < log.size) {
    findings.push({
      what: 'entry-missing',
      sentence: `the log has ${log.size} entries by its checkpoint, ${size} are stored`,
    })
  }
  findings.push(...(await findStrays(db, log)))
  const [unsigned] = await listSequenced(db, log.id, log.size, 1)
  if (unsigned !== undefined) {
    findings.push({
      what: 'entry-unsigned',
      sentence: `entry ${unsigned.id} has a place in the log that nothing signs`,
    })
  }
  if (!areTilesTrue)
    findings.push({ what: 'tiles-differ', sentence: 'the stored tiles are not those the entries give' })
  findings.push(...(await checkHead(deps, log, size, root)))
  return { origin: log.origin, size: log.size, entries: size, findings }
}

function deriveLeaf(entry: StoredEntry): Uint8Array {
  const { actor, at, details, recordingId, type } = entry
  return leafOf({ actor, at: at.toISOString(), details, recordingId, type }, entry.salt)
}

function checkEntry(entry: StoredEntry): Finding[] {
  if (equalBytes(deriveLeaf(entry), entry.leaf)) return []
  const about = canonicalJson({ id: entry.id, index: entry.logIndex })
  return [
    { what: 'entry-altered', sentence: `entry ${about} was altered after it was made: it no longer gives its leaf` },
  ]
}

/** The corps of an entry is not in its leaf, but in the origin of its log; a trail finds its entries by it. */
async function findStrays(db: Reader, log: CustodyLog): Promise<Finding[]> {
  const strays = await db
    .selectFrom('custody_entry')
    .select('id')
    .where('log_id', '=', log.id)
    .where('corps_id', '!=', log.corpsId)
    .execute()
  return strays.map(({ id }) => ({
    what: 'entry-altered',
    sentence: `entry ${id} names another corps than its log: it is missing from its trail`,
  }))
}

async function checkHead(
  deps: CustodyDeps,
  log: CustodyLog,
  size: number,
  root: Uint8Array | undefined,
): Promise<Finding[]> {
  if (log.checkpoint === null) {
    return log.size === 0 ? [] : [{ what: 'checkpoint-missing', sentence: 'the log has a size, but nothing signs it' }]
  }
  const signer = await demandSigner(deps.keystore, deps.originHost, log.corpsId)
  let signed: Checkpoint
  try {
    signed = verifyCheckpoint(log.checkpoint, signer.vkey)
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    return [{ what: 'checkpoint-bad', sentence: `the checkpoint does not verify: ${error.message}` }]
  }
  const findings: Finding[] = []
  if (signed.origin !== log.origin || signed.size !== log.size) {
    findings.push({
      what: 'checkpoint-bad',
      sentence: `the checkpoint signs ${signed.origin} at ${signed.size}, the log stands at ${log.size}`,
    })
  }
  if (signed.size === size && root !== undefined && !equalBytes(signed.root, root)) {
    findings.push({
      what: 'root-differs',
      sentence: `the entries give root ${toHex(root)}, the checkpoint signs ${toHex(signed.root)}`,
    })
  }
  return findings
}

/** A tile that was written and grew since begins with what it was. */
async function areStored(db: Reader, logId: string, tiles: readonly Tile[]): Promise<boolean> {
  for (const tile of tiles) {
    const [stored] = await tileReader(db, logId)
      .readTiles([tile])
      .catch(() => [])
    if (stored === undefined || !equalBytes(stored.subarray(0, tile.bytes.length), tile.bytes)) return false
  }
  return true
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
