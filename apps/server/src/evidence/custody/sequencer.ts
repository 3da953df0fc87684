import { type CorpsId, equalBytes } from '@getuige/base'
import { appendToTiles, formatCheckpoint, leafHash, rootFromTiles, tileWidth } from '@getuige/proof'
import type { Tx } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { findTrouble, type HeadTrouble, LogRefused } from './head-check.ts'
import { demandSigner } from './signer.ts'
import {
  type CustodyLog,
  listLeafHashes,
  listLogsWithWaiting,
  listOpenLogs,
  listWaiting,
  lockLog,
  placeEntries,
  tileReader,
  updateLogHead,
  upsertTiles,
} from './store.ts'

const batchEntries = 8192

/** The logs that are not signed as they stand, by origin, and why. */
export type Troubles = Map<string, HeadTrouble>

/**
 * Give every committed entry that waits its place in its log and sign a new checkpoint, one transaction a batch: tiles,
 * places and checkpoint appear together or not at all, and the head is kept in its second place after that. A log whose
 * database does not fit the head kept there is not signed and stands in `troubles`; others go on. Safe to run in two
 * servers at once. Answers how many entries were placed.
 */
export async function sequence(deps: CustodyDeps, troubles: Troubles): Promise<number> {
  let placed = 0
  const failures: unknown[] = []
  for (const { id, corpsId, origin } of await listLogsWithWaiting(deps.db.everyCorps)) {
    try {
      for (;;) {
        const count = await sequenceBatch(deps, corpsId, id)
        placed += count
        if (count < batchEntries) break
      }
      troubles.delete(origin)
    } catch (error) {
      if (error instanceof LogRefused) noteTrouble(deps, troubles, origin, error.trouble)
      else failures.push(error)
    }
  }
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures)
  return placed
}

/** Look at every log that may still grow, whether or not an entry waits: at a start, before anything is said of it. */
export async function findTroubles(deps: CustodyDeps, troubles: Troubles): Promise<void> {
  for (const { id, corpsId, origin } of await listOpenLogs(deps.db.everyCorps)) {
    const kept = await deps.heads.find(id)
    const trouble = await deps.db
      .of(corpsId)
      .transaction()
      .execute(async (tx) => {
        const log = await lockLog(tx, id)
        const found = await findTrouble(deps, tx, log, kept)
        if (found === undefined) await keepIfBehind(deps, log, kept)
        return found
      })
    if (trouble === undefined) troubles.delete(origin)
    else noteTrouble(deps, troubles, origin, trouble)
  }
}

/** Told to the log once, not at every look. */
function noteTrouble(deps: CustodyDeps, troubles: Troubles, origin: string, trouble: HeadTrouble): void {
  if (troubles.get(origin)?.sentence !== trouble.sentence) {
    deps.log.error('custody/log-not-signed', new Error(trouble.sentence), { origin, what: trouble.what })
  }
  troubles.set(origin, trouble)
}

/**
 * A crash between the commit and the file, or a commit that was reported as failed, leaves the head behind, and nothing
 * may come to be entered any more that would bring it up. Under the lock of the log: no newer head is overwritten.
 */
async function keepIfBehind(deps: CustodyDeps, { id, checkpoint }: CustodyLog, kept: string | undefined) {
  if (checkpoint !== null && kept !== checkpoint) await deps.heads.keep(id, checkpoint)
}

async function sequenceBatch(deps: CustodyDeps, corpsId: CorpsId, logId: string): Promise<number> {
  const signed = await deps.db
    .of(corpsId)
    .transaction()
    .execute(async (tx) => {
      const log = await lockLog(tx, logId)
      const kept = await deps.heads.find(logId)
      const trouble = await findTrouble(deps, tx, log, kept)
      if (trouble !== undefined) throw new LogRefused(log, trouble)
      return signWaiting(deps, tx, log, kept === undefined ? null : log.size)
    })
  if (signed === undefined) return 0
  await deps.heads.keep(logId, signed.checkpoint)
  return signed.count
}

/**
 * Append what waits to a log that the caller has locked and found in order. Tiles and leaves are read back from the
 * database and the root derived again from them before anything is signed. Undefined when nothing waits.
 */
export async function signWaiting(
  deps: CustodyDeps,
  tx: Tx,
  log: CustodyLog,
  keptSize: number | null,
): Promise<{ checkpoint: string; count: number } | undefined> {
  if (log.closedAt !== null) throw new Error(`${log.id} is closed`)
  const waiting = await listWaiting(tx, log.id, batchEntries)
  if (waiting.length === 0) return undefined

  const grown = await appendToTiles(
    tileReader(tx, log.id),
    log.size,
    waiting.map(({ leaf }) => leafHash(leaf)),
  )
  await upsertTiles(tx, log.id, grown.tiles)
  await placeEntries(
    tx,
    log.id,
    waiting.map(({ serial }) => serial),
    log.size,
  )
  await requireReadBack(tx, log, grown)

  const signer = await demandSigner(deps.keystore, deps.originHost, log.corpsId)
  const checkpoint = signer.signNote(formatCheckpoint({ origin: log.origin, size: grown.size, root: grown.root }))
  await updateLogHead(tx, log.id, { ...grown, checkpoint, signedAt: deps.clock.now(), keptSize })
  return { checkpoint, count: waiting.length }
}

/** What is about to be signed is what the database holds: tiles, their root, and the leaves under the newest tiles. */
async function requireReadBack(
  tx: Tx,
  log: CustodyLog,
  grown: Awaited<ReturnType<typeof appendToTiles>>,
): Promise<void> {
  const reader = tileReader(tx, log.id)
  const stored = await reader.readTiles(grown.tiles)
  const areWritten = grown.tiles.every(({ bytes }, i) => equalBytes(bytes, stored[i] ?? new Uint8Array()))
  const isRoot = equalBytes(await rootFromTiles(reader, grown.size), grown.root)
  // From the beginning of the tile that the batch began in: it is written whole again.
  const from = log.size - (log.size % tileWidth)
  const leaves = await listLeafHashes(tx, log.id, from)
  const lowest = grown.tiles.filter(({ level }) => level === 0).map(({ bytes }) => bytes)
  const areLeaves = leaves.length === grown.size - from && equalBytes(Buffer.concat(leaves), Buffer.concat(lowest))
  if (!areWritten || !isRoot || !areLeaves) {
    throw new LogRefused(log, {
      what: 'tiles-differ',
      sentence: 'tiles or entries read back differ from what was to be signed: nothing was signed',
    })
  }
}

/** Sequence again and again, a moment after it is poked and at least every half second, until stopped. */
export function runSequencer(deps: CustodyDeps, work: () => Promise<unknown>): { poke(): void; stop(): Promise<void> } {
  const restMs = 100
  const idleMs = 500
  let isStopping = false
  let wake: (() => void) | undefined
  let poked = false

  const loop = (async () => {
    while (!isStopping) {
      poked = false
      try {
        await work()
      } catch (error) {
        deps.log.error('custody/sequencing-failed', error)
      }
      if (isStopping) break
      // Resting even when poked bounds how many checkpoints a second of many acts makes.
      await pause(restMs)
      if (!poked && !isStopping) await pause(idleMs - restMs)
    }
  })()

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      function done() {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
      wake = ms === restMs ? undefined : done
    })
  }

  return {
    poke() {
      poked = true
      wake?.()
    },
    async stop() {
      isStopping = true
      wake?.()
      await loop
      // What was committed while the loop ended still gets its checkpoint.
      await work().catch((error: unknown) => deps.log.error('custody/sequencing-failed', error))
    },
  }
}
