import type { Database } from '#platform/database'
import { DamagedObject, findDamage, type ObjectStore } from '#platform/object-store'
import { protectionOf, storedObjectOf } from './damage.ts'
import type { VaultDeps } from './deps.ts'
import { deleteCopy, findObjectByKey, insertCopy, listObjectsAfter, listVerifiedCopies } from './object-rows.ts'
import type { ObjectRow } from './store.ts'

const pageObjects = 200

type Options = Readonly<{
  /** How many objects at a time. */
  atOnce: number
  /** May wait after each piece that was read. */
  pace(bytes: number): Promise<void>
  /** Told of each object that is not as it should be. */
  tell(row: ObjectRow, what: DamagedObject['what']): void
  signal: AbortSignal
}>

export type Moved = Readonly<{ objects: number; copied: number; bytes: number; damaged: number }>

type MoveDeps = Pick<VaultDeps, 'db' | 'clock' | 'recordings'> & Readonly<{ from: ObjectStore; to: ObjectStore }>

/**
 * Copy every object that a recording names, and read each copy back against its digest. What was read back before is
 * noted and not looked at again, so that it goes on where it stopped; repeated until nothing is new, since a server may
 * be receiving. Removes nothing.
 */
export async function copyStore(deps: MoveDeps, options: Options): Promise<Moved> {
  const { db, from, to } = deps
  for (let total = { objects: 0, copied: 0, bytes: 0, damaged: 0 }; ;) {
    const pass = { objects: 0, copied: 0, damaged: 0 }
    await forEach(
      db,
      options,
      async (row, verified) => {
        pass.objects += 1
        if (verified.has(row.objectKey)) return
        const { key, sizeBytes, sha256 } = storedObjectOf(row)
        try {
          if ((await findDamage(to, storedObjectOf(row), options.pace)) !== null) {
            await using source = await from.open(key)
            await to.put(key, source, { ...(await protectionOf(deps, row)), sha256 })
            const damage = await findDamage(to, storedObjectOf(row), options.pace)
            if (damage !== null) throw new DamagedObject(damage, key)
          }
        } catch (error) {
          if (!(error instanceof DamagedObject)) throw error
          // Erased meanwhile, or lost.
          if (!(await isNamed(row))) return
          pass.damaged += 1
          return options.tell(row, error.what)
        }
        if (!(await insertCopy(db.everyCorps, key, to.address, deps.clock.now()))) return
        pass.copied += 1
        total.bytes += sizeBytes
      },
      to.address,
    )
    total = { ...total, objects: pass.objects, copied: total.copied + pass.copied, damaged: pass.damaged }
    if (pass.copied === 0) return total
  }

  async function isNamed(row: ObjectRow): Promise<boolean> {
    return (await findObjectByKey(db.everyCorps, row.objectKey)) !== undefined
  }
}

/**
 * Remove from the old store each object whose copy in the new one was read back and is there now. What a lock keeps
 * stays: answers how many. The server must read from the new one by now.
 */
export async function removeMoved(deps: MoveDeps, options: Options): Promise<{ removed: number; kept: number }> {
  const { db, from, to } = deps
  const done = { removed: 0, kept: 0 }
  await forEach(
    db,
    options,
    async (row, verified) => {
      const { key, sizeBytes } = storedObjectOf(row)
      if (!verified.has(key) || (await to.sizeOf(key)) !== sizeBytes) {
        done.kept += 1
        return
      }
      const { locked } = await from.remove([key])
      await deleteCopy(db.everyCorps, key, from.address)
      if (locked.length > 0) done.kept += 1
      else done.removed += 1
    },
    to.address,
  )
  return done
}

/** Read every object of a store against its digest. */
export async function checkStore(db: Database, store: ObjectStore, options: Options): Promise<Moved> {
  const total = { objects: 0, copied: 0, bytes: 0, damaged: 0 }
  await forEach(db, options, async (row) => {
    const object = storedObjectOf(row)
    const what = await findDamage(store, object, options.pace)
    total.objects += 1
    total.bytes += object.sizeBytes
    if (what === null) return
    total.damaged += 1
    options.tell(row, what)
  })
  return total
}

/** `verified`: those of the page that were read back in the store of that address. */
async function forEach(
  db: Database,
  { atOnce, signal }: Options,
  work: (row: ObjectRow, verified: ReadonlySet<string>) => Promise<void>,
  address?: string,
): Promise<void> {
  for (let afterKey = ''; ;) {
    const page = await listObjectsAfter(db.everyCorps, afterKey, pageObjects)
    const last = page.at(-1)
    if (last === undefined) return
    afterKey = last.objectKey
    const keys = page.map(({ objectKey }) => objectKey)
    const verified = address === undefined ? new Set<string>() : await listVerifiedCopies(db.everyCorps, address, keys)
    const waiting = page.values()
    const worker = async () => {
      for (const row of waiting) {
        signal.throwIfAborted()
        await work(row, verified)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
}
