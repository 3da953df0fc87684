import { DamagedObject, type ObjectStore, StoreUnreachable } from '#platform/object-store'
import { checkObject, copyToSecond } from './damage.ts'
import type { VaultDeps } from './deps.ts'
import { insertRemovals, listUncopied } from './object-rows.ts'
import type { ObjectRow } from './store.ts'

const pageObjects = 100
const atOnce = 2

/** Give the second store what it does not have yet. May run twice or stop anywhere. */
export async function copyAll(deps: VaultDeps, signal: AbortSignal): Promise<number> {
  const { db, log, second } = deps
  if (second === undefined) return 0
  let copied = 0
  let afterKey = ''
  try {
    for (;;) {
      const page = await listUncopied(db.everyCorps, second.address, afterKey, pageObjects)
      if (page.length === 0) return copied
      afterKey = page.at(-1)?.objectKey ?? ''
      const waiting = page.values()
      const worker = async () => {
        for (const row of waiting) {
          signal.throwIfAborted()
          if (await copyOne(deps, row, second)) copied += 1
        }
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
    }
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error
    log.warn('vault/copying-stopped', { because: error.message })
    return copied
  }
}

async function copyOne(deps: VaultDeps, row: ObjectRow, second: ObjectStore): Promise<boolean> {
  try {
    if (await copyToSecond(deps, row, second)) return true
    // Erased meanwhile: whoever erased it did not know of this one.
    await insertRemovals(deps.db.everyCorps, second.address, [row.objectKey], deps.clock.now())
  } catch (error) {
    if (!(error instanceof DamagedObject)) throw error
    await checkObject(deps, row, 'first')
  }
  return false
}
