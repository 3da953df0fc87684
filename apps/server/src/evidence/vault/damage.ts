import type { CorpsId } from '@getuige/base'
import { payloadSize } from '@getuige/proof'
import type { Tx } from '#platform/database'
import { DamagedObject, findDamage, type ObjectStore, type Protection, unprotected } from '#platform/object-store'
import { hasErasureBegun } from '#recordings'
import type { VaultDeps } from './deps.ts'
import {
  deleteCopy,
  endAlarm,
  findObjectByKey,
  insertAlarm,
  insertCopy,
  type Place,
  updateChecked,
  updateCopyChecked,
} from './object-rows.ts'
import type { ObjectRow } from './store.ts'

/** Keys begin with the corps whose objects they name. */
export function corpsOf(objectKey: string): CorpsId {
  return objectKey.slice(0, objectKey.indexOf('/')) as CorpsId
}

/** An object as a store knows it. */
export function storedObjectOf(row: ObjectRow) {
  return { key: row.objectKey, sizeBytes: payloadSize(row.plainBytes), sha256: row.payloadSha256 }
}

/** Until its recording is due, and while it is held. What is derived can be made again, and is not protected. */
export async function protectionOf(deps: Pick<VaultDeps, 'recordings'>, row: ObjectRow): Promise<Protection> {
  if (row.kind !== 'payload') return unprotected
  const recording = await deps.recordings.find(corpsOf(row.objectKey), row.recordingId)
  if (recording === undefined || hasErasureBegun(recording.state)) return unprotected
  return { until: recording.dueAt, isHeld: recording.isHeld }
}

export type Found = 'sound' | 'restored' | 'damaged' | 'gone'

/**
 * Read an object whole and compare it with its digest. A damaged one raises an alarm, which keeps it from being served,
 * and is restored: from beneath what others wrote over it, where the store keeps that, or from the other store.
 * `pace` may wait after each piece. Throws `StoreUnreachable`.
 */
export async function checkObject(
  deps: VaultDeps,
  row: ObjectRow,
  place: Place,
  pace?: (bytes: number) => Promise<void>,
): Promise<Found> {
  const store = storeAt(deps, place)
  const what = await findDamage(store, storedObjectOf(row), pace)
  if (what !== null) {
    const isGone = (await raiseAlarm(deps, row, place, what)) === 'gone'
    const from = isGone ? null : await restore(deps, row, place)
    if (from !== null) await lowerAlarm(deps, row, place, from)
    await noteChecked(deps, row, place)
    return isGone ? 'gone' : from === null ? 'damaged' : 'restored'
  }
  await lowerAlarm(deps, row, place, 'itself')
  await noteChecked(deps, row, place)
  return 'sound'
}

function storeAt({ objects, second }: VaultDeps, place: Place): ObjectStore {
  if (place === 'first') return objects
  if (second === undefined) throw new Error('there is no second store')
  return second
}

/** Also where it could not be read: the next in line comes first. */
export async function noteChecked(deps: VaultDeps, row: ObjectRow, place: Place): Promise<void> {
  const at = deps.clock.now()
  if (place === 'first') await updateChecked(deps.db.everyCorps, row.objectKey, at)
  else await updateCopyChecked(deps.db.everyCorps, row.objectKey, storeAt(deps, place).address, at)
}

/**
 * Under the lock of the recording, so that an object being erased is no damage. Custody, where recordings are read
 * from: `recording-damaged`.
 */
async function raiseAlarm(
  deps: VaultDeps,
  row: ObjectRow,
  place: Place,
  what: DamagedObject['what'],
): Promise<'raised' | 'known' | 'gone'> {
  const { clock, custody, db, log, recordings } = deps
  const corpsId = corpsOf(row.objectKey)
  const { kind, objectKey, recordingId } = row
  let outcome = 'gone' as 'raised' | 'known' | 'gone'
  const raise = async (tx: Tx): Promise<void> => {
    const recording = await recordings.lock(tx, corpsId, recordingId) // erasure takes the same lock
    const isGone = hasErasureBegun(recording.state) || (await findObjectByKey(tx, objectKey)) === undefined
    if (isGone) throw new NothingToDo()
    const isNew = await insertAlarm(tx, { corpsId, recordingId, kind, objectKey, place, what, foundAt: clock.now() })
    outcome = isNew ? 'raised' : 'known'
    if (!isNew) throw new NothingToDo()
  }
  const work =
    place === 'first'
      ? custody.act({ kind: 'system', corpsId }, async (tx, record) => {
          await raise(tx)
          await record({ type: 'recording-damaged', recordingId, details: { object: kind, what } })
        })
      : db.everyCorps.transaction().execute(raise)
  await work.catch(skipNothingToDo)
  if (outcome === 'raised') {
    log.error('vault/damaged', new DamagedObject(what, objectKey), { recordingId, object: kind, place })
  }
  return outcome
}

/** Custody, where recordings are read from: `recording-restored`. */
async function lowerAlarm(
  deps: VaultDeps,
  row: ObjectRow,
  place: Place,
  from: 'itself' | 'version' | 'other-store',
): Promise<void> {
  const { clock, custody, db, log } = deps
  const { kind, objectKey, recordingId } = row
  const lower = async (tx: Tx): Promise<void> => {
    if (!(await endAlarm(tx, objectKey, place, clock.now()))) throw new NothingToDo()
  }
  // Most are sound, and an act costs more than to look.
  if (!(await hasOpenAlarm(deps, objectKey, place))) return
  const work =
    place === 'first'
      ? custody.act({ kind: 'system', corpsId: corpsOf(objectKey) }, async (tx, record) => {
          await lower(tx)
          await record({ type: 'recording-restored', recordingId, details: { object: kind, from } })
        })
      : db.everyCorps.transaction().execute(lower)
  await work.then(() => log.info('vault/restored', { recordingId, object: kind, place, from }), skipNothingToDo)
}

async function hasOpenAlarm({ db }: VaultDeps, objectKey: string, place: Place): Promise<boolean> {
  const row = await db.everyCorps
    .selectFrom('vault_alarm')
    .select('id')
    .where('object_key', '=', objectKey)
    .where('place', '=', place)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Answers where the right bytes came from; null when they are nowhere. Each byte is digested on its way. */
async function restore(deps: VaultDeps, row: ObjectRow, place: Place): Promise<'version' | 'other-store' | null> {
  const { key, sizeBytes, sha256 } = storedObjectOf(row)
  const store = storeAt(deps, place)
  if (await store.recall(key, sizeBytes, sha256)) return 'version'
  const other = place === 'first' ? deps.second : deps.objects
  if (other === undefined) return null
  try {
    await using source = await other.open(key)
    await store.put(key, source, { ...(await protectionOf(deps, row)), sha256 })
    return 'other-store'
  } catch (error) {
    if (error instanceof DamagedObject) return null
    throw error
  }
}

/**
 * Give the second store an object. Answers false when no recording names it any more: then it must be removed there
 * again. Throws `DamagedObject` when the first has lost it.
 */
export async function copyToSecond(deps: VaultDeps, row: ObjectRow, second: ObjectStore): Promise<boolean> {
  const { key, sha256 } = storedObjectOf(row)
  await using source = await deps.objects.open(key)
  await second.put(key, source, { ...(await protectionOf(deps, row)), sha256 })
  const isNamed = await insertCopy(deps.db.everyCorps, key, second.address, null)
  if (!isNamed) await deleteCopy(deps.db.everyCorps, key, second.address)
  return isNamed
}

/** Thrown in an act that turns out to have nothing to enter, so that it is as if it had not been. */
class NothingToDo extends Error {}

function skipNothingToDo(error: unknown): void {
  if (!(error instanceof NothingToDo)) throw error
}
