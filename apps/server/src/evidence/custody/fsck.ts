import { canonicalJson, equalBytes, toHex } from '@getuige/base'
import {
  appendToTiles,
  leafHash,
  leafOf,
  type Checkpoint,
  ProofError,
  rootFromTiles,
  type Tile,
  type TileReader,
  verifyCheckpoint,
} from '@getuige/proof'
import type { CustodyDeps } from './deps.ts'
import { demandSigner } from './signer.ts'
import { type CustodyLog, listLogs, listSequenced, type StoredEntry, tileReader } from './store.ts'

export type Finding = Readonly<{
  what: 'entry-altered' | 'entry-missing' | 'root-differs' | 'tiles-differ' | 'checkpoint-bad' | 'checkpoint-missing'
  /** A sentence for the operator: ids and numbers, no names. */
  sentence: string
}>
export type LogCheck = Readonly<{ origin: string; size: number; entries: number; findings: readonly Finding[] }>

const pageEntries = 5000

/**
 * Derive each log again from the stored entries, trusting neither leaves, tiles nor checkpoint: every entry must give
 * its leaf, the leaves the root, and the root must be what the checkpoint signs. Reads a page at a time.
 */
export async function checkLogs(deps: CustodyDeps): Promise<LogCheck[]> {
  const checks: LogCheck[] = []
  for (const log of await listLogs(deps.db)) checks.push(await checkLog(deps, log))
  return checks
}

async function checkLog(deps: CustodyDeps, log: CustodyLog): Promise<LogCheck> {
  const findings: Finding[] = []
  const edge = memoryTiles()
  let size = 0
  let root: Uint8Array | undefined
  for (;;) {
    const page = await listSequenced(deps.db, log.id, size, pageEntries)
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
    size = grown.size
    root = grown.root
  }

  if (size < log.size) {
    findings.push({
      what: 'entry-missing',
      sentence: `the log has ${log.size} entries by its checkpoint, ${size} are stored`,
    })
  }
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

async function checkHead(
  deps: CustodyDeps,
  log: CustodyLog,
  size: number,
  root: Uint8Array | undefined,
): Promise<Finding[]> {
  if (log.checkpoint === null) {
    return size === 0
      ? []
      : [{ what: 'checkpoint-missing', sentence: 'entries have a place in the log, but nothing signs them' }]
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
  const fromTiles = await rootFromTiles(tileReader(deps.db, log.id), log.size).catch(() => undefined)
  if (fromTiles === undefined || !equalBytes(fromTiles, signed.root)) {
    findings.push({
      what: 'tiles-differ',
      sentence: 'the stored tiles do not lead to the root that the checkpoint signs',
    })
  }
  return findings
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
