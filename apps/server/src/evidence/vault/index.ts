import { createHash, randomBytes } from 'node:crypto'
import type { CorpsId, Day, RecordingId } from '@getuige/base'
import { payloadNonceBytes } from '@getuige/proof'
import type { Reader, Tx } from '#platform/database'
import type { Job } from '#platform/jobs'
import { contentOf, StoreUnreachable, unprotected } from '#platform/object-store'
import type { VaultDeps } from './deps.ts'
import { closeDraft, Draft, type DraftRef, draftSource, stagedFile } from './draft.ts'
import { expiryBucket, holdBucket, makeHeader, requireRecipientSet, unwrapFileKey, wrapFileKey } from './keys.ts'
import { openSealed, type PlainSource, sealWhole } from './payload.ts'
import {
  deleteKeys,
  deleteObjects,
  findKey,
  insertKey,
  isBucketUsed,
  listObjects,
  listObjectsOf,
  lockBucket,
  lockKey,
  lockRecipientSet,
  type ObjectKind,
  type ObjectRow,
  sumPayloadBytes,
  updateKey,
  upsertObject,
} from './store.ts'
import { sweep } from './sweep.ts'

export { checkVault, listUnclaimedObjects, type VaultFinding } from './check.ts'
export type { Draft, DraftRef } from './draft.ts'
export { exportEscrow } from './escrow.ts'
export type { PlainSource } from './payload.ts'
export {
  type Changed,
  changeRecipients,
  findEscrowIdentity,
  findRecipients,
  type RecipientChange,
  rewriteHeaders,
} from './rotate.ts'
export type Vault = ReturnType<typeof openVault>

/** Stored: sealed bytes, the keys that open them, and the end of those keys. */
export function openVault(deps: VaultDeps) {
  const { db, keystore, staging, objects } = deps

  /** Key files and objects go after the commit that took away the last row naming them: the other order could lose. */
  const destroyKey: Job<{ bucket?: string }> = {
    name: 'vault/destroy-key',
    async run({ bucket }) {
      if (bucket === undefined) return
      await db.transaction().execute(async (tx) => {
        // Whoever wraps under this key holds the lock until it has committed: then the key is seen to be used.
        await lockBucket(tx, bucket, 'destroy')
        if (!(await isBucketUsed(tx, bucket))) await keystore.destroy(bucket)
      })
    },
  }

  async function rewrap(tx: Tx, recordingId: RecordingId, bucket: string): Promise<void> {
    const row = await lockKey(tx, recordingId)
    if (row === undefined) throw new Error(`recording ${recordingId} has no key`)
    if (row.bucket === bucket) return
    const { fileKey, header } = await unwrapFileKey(keystore, row)
    await lockBucket(tx, bucket, 'use')
    await updateKey(tx, await wrapFileKey(keystore, recordingId, bucket, fileKey, header))
    await deps.enqueue(tx, destroyKey.name, { bucket: row.bucket })
  }

  return {
    jobs: [destroyKey] as readonly Job[],
    sweep: (listDrafts: () => Promise<readonly DraftRef[]>, signal: AbortSignal) =>
      sweep(deps, destroyKey.run, listDrafts, signal),

    openDraft: (ref: DraftRef): Promise<Draft> => Draft.open(keystore, staging, ref),
    /** What a complete draft holds, before it is anybody's recording. */
    draftSource: (ref: DraftRef, fileKey: Uint8Array): PlainSource => draftSource(staging, ref, fileKey),
    /**
     * Put a complete draft in the object store, kept there until the recording is due. Durable when it returns; the
     * draft stays, to be gone on with after a crash, until it is closed. May run twice.
     */
    handOver: (ref: DraftRef, payloadSha256: Uint8Array, dueAt: Date): Promise<void> =>
      objects.put(
        ref.objectKey,
        { file: stagedFile(staging, ref) },
        { sha256: payloadSha256, until: dueAt, isHeld: false },
      ),
    /** After its recording was stored: the key lives on under its bucket, the payload in the object store. */
    closeDraft: (ref: DraftRef): Promise<void> => closeDraft(keystore, staging, ref),
    /** Leave nothing of a draft. What was handed over already, and cannot be removed now, is swept. May run twice. */
    async discardDraft(ref: DraftRef): Promise<void> {
      await closeDraft(keystore, staging, ref)
      await objects.remove([ref.objectKey]).catch((error: unknown) => {
        if (!(error instanceof StoreUnreachable)) throw error
      })
    },

    /** Make a draft that was handed over the payload of its recording, its key under the bucket of the day it is due. */
    async adopt(
      tx: Tx,
      adopted: Readonly<{
        corpsId: CorpsId
        recordingId: RecordingId
        dueOn: Day
        ref: DraftRef
        fileKey: Uint8Array
        payloadSha256: Uint8Array
      }>,
    ): Promise<void> {
      const { recordingId, ref } = adopted
      const bucket = expiryBucket(adopted.corpsId, adopted.dueOn)
      await lockBucket(tx, bucket, 'use')
      const header = await makeHeader(keystore, adopted.fileKey, await lockRecipientSet(tx, 'use'))
      await insertKey(tx, await wrapFileKey(keystore, recordingId, bucket, adopted.fileKey, header))
      await upsertObject(tx, {
        recordingId,
        kind: 'payload',
        objectKey: ref.objectKey,
        plainBytes: ref.sizeBytes,
        payloadSha256: adopted.payloadSha256,
      })
    },

    /** Undefined when there is no such object, or its key was destroyed. */
    async find(reader: Reader, recordingId: RecordingId, kind: ObjectKind): Promise<PlainSource | undefined> {
      const [objectRows, key] = await Promise.all([listObjects(reader, recordingId), findKey(reader, recordingId)])
      const object = objectRows.find((row) => row.kind === kind)
      if (object === undefined || key === undefined) return undefined
      const { fileKey } = await unwrapFileKey(keystore, key)
      const { objectKey, plainBytes } = object
      return openSealed({ plainBytes, fileKey, read: (start, end) => objects.read(objectKey, start, end) })
    },

    /** Seal something derived from a recording, under the key of the recording: it cannot outlive it. Bytes first. */
    async writeDerived(
      reader: Reader,
      recordingId: RecordingId,
      corpsId: CorpsId,
      kind: Exclude<ObjectKind, 'payload'>,
      plain: Uint8Array,
    ): Promise<ObjectRow | undefined> {
      const key = await findKey(reader, recordingId)
      if (key === undefined) return undefined
      const { fileKey } = await unwrapFileKey(keystore, key)
      const parts = sealWhole(fileKey, randomBytes(payloadNonceBytes), plain)
      const hash = createHash('sha256')
      for (const part of parts) hash.update(part)
      // Named by content: a job that runs twice writes another object, and the one no row names is swept.
      const payloadSha256 = hash.digest()
      const objectKey = `${objectFolder(corpsId, recordingId)}/${kind}-${payloadSha256.toString('hex').slice(0, 16)}.age`
      await objects.put(objectKey, contentOf(parts), { ...unprotected, sha256: payloadSha256 })
      return { recordingId, kind, objectKey, plainBytes: plain.length, payloadSha256 }
    },
    claim: (tx: Tx, object: ObjectRow) => upsertObject(tx, object),

    /** A hold keeps the recording's key from dying with its day: it moves to a key of its own. */
    holdKey: (tx: Tx, corpsId: CorpsId, recordingId: RecordingId) =>
      rewrap(tx, recordingId, holdBucket(corpsId, recordingId)),
    /** Back under a day: that on which it is due, or today when that is past. */
    releaseKey: (tx: Tx, corpsId: CorpsId, recordingId: RecordingId, dueOn: Day) =>
      rewrap(tx, recordingId, expiryBucket(corpsId, dueOn)),

    /** Destroy the wrapping of the keys of these recordings. Answers the bucket that each was wrapped under. */
    async destroyWrappings(tx: Tx, recordingIds: readonly RecordingId[]): Promise<ReadonlyMap<RecordingId, string>> {
      const buckets = await deleteKeys(tx, recordingIds)
      for (const bucket of new Set(buckets.values())) await deps.enqueue(tx, destroyKey.name, { bucket })
      return buckets
    },
    /** The sealed bytes of recordings that no key opens any more. Answers how many objects each had. May run twice. */
    async removeObjects(recordingIds: readonly RecordingId[]): Promise<ReadonlyMap<RecordingId, number>> {
      const rows = await listObjectsOf(db, recordingIds)
      await objects.remove(rows.map(({ objectKey }) => objectKey))
      const removed = Map.groupBy(rows, ({ recordingId }) => recordingId)
      return new Map(recordingIds.map((id) => [id, removed.get(id)?.length ?? 0]))
    },
    forgetObjects: deleteObjects,

    /** The detached header and the payload's place: `cat header payload | age -d -i escrow.key` gives the recording. */
    async escrowView(
      recordingId: RecordingId,
    ): Promise<{ header: Uint8Array; objectKey: string; identity: string } | undefined> {
      const key = await findKey(db, recordingId)
      const object = (await listObjects(db, recordingId)).find((row) => row.kind === 'payload')
      if (key === undefined || object === undefined) return undefined
      const { header } = await unwrapFileKey(keystore, key)
      const { identity } = await requireRecipientSet(keystore, header.recipientSet)
      return { header: header.bytes, objectKey: object.objectKey, identity }
    },

    storedBytes: () => sumPayloadBytes(db),
    /** Of the disk on which recordings are received, and of the store where it says so: whichever has less. */
    async freeBytes(): Promise<number> {
      const [here, there] = await Promise.all([staging.freeBytes(), objects.freeBytes()])
      return Math.min(here, there ?? here)
    },
  }
}

/** Where the objects of a recording lie: two levels, so that no folder grows beyond what file systems like. */
export function objectFolder(corpsId: CorpsId, recordingId: RecordingId): string {
  return `${corpsId}/${recordingId.slice(-2)}/${recordingId}`
}
