import { StoreUnreachable } from '#platform/object-store'
import { checkObject, type Found, noteChecked } from './damage.ts'
import type { VaultDeps } from './deps.ts'
import {
  type CheckedRow,
  findObjectByKey,
  findOldestCheck,
  findOldestCopyCheck,
  forgetChecksAhead,
  listOpenAlarms,
  type Place,
} from './object-rows.ts'
import { newPace } from './pace.ts'
import type { ObjectRow } from './store.ts'

export type Scrubbed = Readonly<Record<Found, number>>

/** A run ends, and the next begins, before a job is thought to be stuck. */
const runMs = 8 * 60_000
/** No object is read more often. */
const restMs = 24 * 3_600_000

/**
 * Read objects again, those read longest ago first, in both stores, at the configured rate. Those with an alarm come
 * first: what restores them may have come back. Goes on where it was: when each was read is in the database.
 */
export async function scrub(deps: VaultDeps, signal: AbortSignal): Promise<Scrubbed> {
  const { clock, db, log } = deps
  const found = { sound: 0, restored: 0, damaged: 0, gone: 0 }
  if (deps.scrubBytesPerSecond === 0) return found
  const pace = newPace(deps.scrubBytesPerSecond, signal)
  const check = async (row: ObjectRow, place: Place) => {
    try {
      found[await checkObject(deps, row, place, pace)] += 1
    } catch (error) {
      if (error instanceof StoreUnreachable || signal.aborted) throw error
      // One object that cannot even be looked at does not keep the others from it.
      log.error('vault/not-checked', error, { recordingId: row.recordingId, object: row.kind, place })
      await noteChecked(deps, row, place)
    }
  }
  const begunAt = clock.now().getTime()
  const before = new Date(begunAt - restMs)
  try {
    for (const { objectKey, place } of await listOpenAlarms(db.everyCorps)) {
      if (place === 'second' && deps.second === undefined) continue
      const row = await findObjectByKey(db.everyCorps, objectKey)
      if (row !== undefined) await check(row, place)
    }
    await forgetChecksAhead(db.everyCorps, clock.now())
    while (clock.now().getTime() < begunAt + runMs) {
      signal.throwIfAborted()
      const next = await findNext(deps, before)
      if (next === undefined) break
      await check(next.row, next.place)
    }
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error
    log.warn('vault/scrub-stopped', { because: error.message })
  }
  return found
}

async function findNext(deps: VaultDeps, before: Date) {
  const { db, second } = deps
  const [row, copy] = await Promise.all([
    findOldestCheck(db.everyCorps, before),
    second === undefined ? undefined : findOldestCopyCheck(db.everyCorps, second.address, before),
  ])
  const ageOf = (checked: CheckedRow | undefined) =>
    checked === undefined ? Number.POSITIVE_INFINITY : (checked.checkedAt?.getTime() ?? 0)
  if (copy !== undefined && ageOf(copy) < ageOf(row)) return { row: copy, place: 'second' as const }
  return row === undefined ? undefined : { row, place: 'first' as const }
}
