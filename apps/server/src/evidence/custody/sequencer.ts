import { equalBytes } from '@getuige/base'
import { appendToTiles, formatCheckpoint, leafHash, rootFromTiles } from '@getuige/proof'
import type { CustodyDeps } from './deps.ts'
import { demandSigner } from './signer.ts'
import {
  listLogsWithWaiting,
  listWaiting,
  lockLog,
  placeEntries,
  tileReader,
  updateLogHead,
  upsertTiles,
} from './store.ts'

const batchEntries = 8192

/**
 * Give every committed entry that waits its place in its log and sign a new checkpoint, one transaction a batch: tiles,
 * places and checkpoint appear together or not at all. The tiles are read back and the root derived again from them
 * before anything is signed. Safe to run in two servers at once. Answers how many entries were placed.
 */
export async function sequence(deps: CustodyDeps): Promise<number> {
  let placed = 0
  for (const logId of await listLogsWithWaiting(deps.db)) {
    for (;;) {
      const count = await sequenceBatch(deps, logId)
      placed += count
      if (count < batchEntries) break
    }
  }
  return placed
}

async function sequenceBatch(deps: CustodyDeps, logId: string): Promise<number> {
  return deps.db.transaction().execute(async (tx) => {
    const log = await lockLog(tx, logId)
    const waiting = await listWaiting(tx, logId, batchEntries)
    if (waiting.length === 0) return 0

    const reader = tileReader(tx, logId)
    const grown = await appendToTiles(
      reader,
      log.size,
      waiting.map(({ leaf }) => leafHash(leaf)),
    )
    await upsertTiles(tx, logId, grown.tiles)
    await placeEntries(
      tx,
      logId,
      waiting.map(({ serial }) => serial),
      log.size,
    )
    if (!equalBytes(await rootFromTiles(reader, grown.size), grown.root)) {
      throw new Error(`tiles of ${logId} read back differ from those written: nothing was signed`)
    }

    const signer = await demandSigner(deps.keystore, deps.originHost, log.corpsId)
    const checkpoint = signer.signNote(formatCheckpoint({ origin: log.origin, size: grown.size, root: grown.root }))
    await updateLogHead(tx, logId, { ...grown, checkpoint, signedAt: deps.clock.now() })
    return waiting.length
  })
}

/** Sequence again and again, a moment after it is poked and at least every half second, until stopped. */
export function runSequencer(deps: CustodyDeps): { poke(): void; stop(): Promise<void> } {
  const restMs = 100
  const idleMs = 500
  let isStopping = false
  let wake: (() => void) | undefined
  let poked = false

  const loop = (async () => {
    while (!isStopping) {
      poked = false
      try {
        await sequence(deps)
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
      await sequence(deps).catch((error: unknown) => deps.log.error('custody/sequencing-failed', error))
    },
  }
}
