import { DamagedObject, type ObjectStore, StoreUnreachable, unprotected } from '#platform/object-store'
import type { VaultDeps } from './deps.ts'
import { deleteRemovals, insertRemovals, listRemovals, updateTried } from './object-rows.ts'

const pageKeys = 500

/**
 * Remove objects that no key opens any more. What a lock keeps, and all that the second store has of them, is put on a
 * list that is worked off later: erasure does not wait for it, for the key is what is destroyed. Answers what stays in
 * the first store behind a lock. May run twice.
 */
export async function removeErased(deps: VaultDeps, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { db, objects, second } = deps
  const now = deps.clock.now()
  if (second !== undefined) await insertRemovals(db.everyCorps, second.address, keys, now)
  const locked = await removeReleased(objects, keys)
  await insertRemovals(db.everyCorps, objects.address, locked, now)
  return new Set(locked)
}

/** Work off the list. Answers how many were removed. */
export async function removeWaiting(deps: VaultDeps, signal: AbortSignal): Promise<number> {
  const { clock, db, log, objects, second } = deps
  const begunAt = clock.now()
  let removed = 0
  for (const store of second === undefined ? [objects] : [objects, second]) {
    try {
      for (;;) {
        signal.throwIfAborted()
        const keys = await listRemovals(db.everyCorps, store.address, begunAt, pageKeys)
        if (keys.length === 0) break
        const locked = new Set(await removeReleased(store, keys))
        const gone = keys.filter((key) => !locked.has(key))
        await deleteRemovals(db.everyCorps, store.address, gone)
        await updateTried(db.everyCorps, store.address, [...locked], begunAt)
        removed += gone.length
      }
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) throw error
      log.warn('vault/removing-stopped', { because: error.message })
    }
  }
  return removed
}

/** A hold on an object that is to go was lifted, whether or not the store has heard of it. Answers what stays locked. */
async function removeReleased(store: ObjectStore, keys: readonly string[]): Promise<readonly string[]> {
  const { locked } = await store.remove(keys)
  if (locked.length === 0) return locked
  for (const key of locked) {
    await store.protect(key, unprotected).catch((error: unknown) => {
      if (!(error instanceof DamagedObject)) throw error
    })
  }
  return (await store.remove(locked)).locked
}
