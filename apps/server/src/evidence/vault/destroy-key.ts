import { findLastSerial, listEntered, nothingToRecord } from '#custody'
import type { Reader } from '#platform/database'
import type { VaultDeps } from './deps.ts'
import { corpsOfBucket } from './keys.ts'
import { isBucketUsed, lockBucket } from './store.ts'

/**
 * Which key is to go. `key` tells it from another that was, or will be, made for the same bucket; `afterSerial` is how far
 * the custody log had come while it was there. Both are missing in what was queued by an older version.
 */
export type DestroyKey = Readonly<{ bucket: string; key?: string; afterSerial?: number }>

/** To be queued with the commit that takes away what the bucket holds, or when nothing is in it. */
export async function describeKey({ keystore }: VaultDeps, db: Reader, bucket: string): Promise<DestroyKey> {
  const [key, afterSerial] = [await keystore.instanceOf(bucket), await findLastSerial(db)]
  return key === undefined ? { bucket } : { bucket, key, afterSerial }
}

/**
 * Destroy the key of a bucket that holds nothing, and enter it, once, however often this runs. Order: the lock of the
 * bucket, which whoever wraps under its key holds until it has committed; a look that nothing is in it; the key is
 * destroyed; the entry commits. Stopped before the commit, the next run finds the key gone and no entry, and enters it:
 * the log may be late, but never says that a key is destroyed while it still opens something. Custody:
 * `expiry-key-destroyed`.
 */
export async function destroyBucketKey(deps: VaultDeps, { bucket, key, afterSerial }: DestroyKey): Promise<void> {
  const { custody, keystore } = deps
  const corpsId = corpsOfBucket(bucket)
  await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    await lockBucket(tx, bucket, 'destroy')
    if (await isBucketUsed(tx, bucket)) return nothingToRecord
    const current = await keystore.instanceOf(bucket)
    const meant = key ?? current
    if (meant === undefined) return nothingToRecord
    // One that was made for the bucket since has a commit of its own that will queue its end.
    if (current === meant) await keystore.destroy(bucket)
    const isEntered =
      current !== meant &&
      (await listEntered(tx, corpsId, ['expiry-key-destroyed'], afterSerial)).some(
        ({ details }) => details['key'] === meant,
      )
    if (isEntered) return nothingToRecord
    return record({ type: 'expiry-key-destroyed', recordingId: null, details: { bucket, key: meant } })
  })
}
