import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { CorpsId, Day, RecordingId } from '@getuige/base'
import { fileKeyBytes, payloadNonceBytes } from '@getuige/proof'
import type { Reader, Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { Job } from '#platform/jobs'
import { contentOf, DamagedObject, StoreUnreachable, unprotected } from '#platform/object-store'
import { copyAll } from './copies.ts'
import { checkObject, protectionOf } from './damage.ts'
import type { VaultDeps } from './deps.ts'
import { type Append, sealStream } from './derived.ts'
import { describeKey, destroyBucketKey, type DestroyKey } from './destroy-key.ts'
import { closeDraft, Draft, type DraftRef, draftSource, isWhole, stagedFile } from './draft.ts'
import { expiryBucket, holdBucket, makeHeader, requireRecipientSet, unwrapFileKey, wrapFileKey } from './keys.ts'
import {
  type Alarm,
  countCopies,
  countOpenAlarms,
  findFigures,
  findObjectByKey,
  listAlarms,
  listDamagedKeys,
  listDamagedRecordings,
} from './object-rows.ts'
import { AlteredChunk, openSealed, type PlainSource, sealWhole } from './payload.ts'
import { removeErased, removeWaiting } from './removals.ts'
import { scrub } from './scrub.ts'
import {
  deleteKeys,
  deleteObjects,
  findKey,
  findOpening,
  insertKey,
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
export { checkStore, copyStore, removeMoved } from './move.ts'
export { newPace } from './pace.ts'
export { exportEscrow } from './escrow.ts'
export type { Append } from './derived.ts'
export type { PlainSource } from './payload.ts'
export {
  type Changed,
  changeRecipients,
  findEscrowIdentity,
  findRecipients,
  type RecipientChange,
  rewriteHeaders,
} from './rotate.ts'
export type { Alarm } from './object-rows.ts'
export type { ObjectRow } from './store.ts'
export type Vault = ReturnType<typeof openVault>

/** A recording that was made and sealed here, and the key that opens it. */
export type MadePayload = Readonly<{
  ref: Pick<DraftRef, 'objectKey' | 'sizeBytes'>
  fileKey: Uint8Array
  payloadSha256: Uint8Array
}>

/** Stored: sealed bytes, the keys that open them, and the end of those keys. */
export function openVault(deps: VaultDeps) {
  const { db, keystore, staging, objects, second, log } = deps

  const destroyKey: Job<Partial<DestroyKey>> = {
    name: 'vault/destroy-key',
    async run({ bucket, ...known }) {
      if (bucket !== undefined) await destroyBucketKey(deps, { bucket, ...known })
    },
  }

  /** A reader met bytes that are not what was sealed: look at the whole object, and raise the alarm. */
  const checkSuspect: Job<{ objectKey?: string }> = {
    name: 'vault/check-suspect',
    timeoutSeconds: 6 * 3600,
    async run({ objectKey }, signal) {
      const row = objectKey === undefined ? undefined : await findObjectByKey(db.everyCorps, objectKey)
      if (row === undefined) return
      await checkObject(deps, row, 'first', () => Promise.resolve(signal.throwIfAborted()))
      suspects.delete(row.objectKey)
    },
  }
  const suspects = new Set<string>()

  /** Throws `vault/damaged` in place of what is wrong with the bytes, once they are known to be suspect. */
  async function refuseDamaged(objectKey: string, error: unknown): Promise<never> {
    if (!(error instanceof DamagedObject || error instanceof AlteredChunk)) throw error
    if (!suspects.has(objectKey)) {
      suspects.add(objectKey)
      await db.everyCorps.transaction().execute((tx) => deps.enqueue(tx, checkSuspect.name, { objectKey }))
      log.warn('vault/suspect', { objectKey })
    }
    throw new AppError('vault/damaged', {}, { cause: error })
  }

  /** The stores follow what the register says: until when a payload is kept, and whether it is held. */
  const protect: Job<{ recordingId?: RecordingId }> = {
    name: 'vault/protect',
    async run({ recordingId }) {
      if (recordingId === undefined) return
      const payload = (await listObjects(db.everyCorps, recordingId)).find(({ kind }) => kind === 'payload')
      if (payload === undefined) return
      for (const store of second === undefined ? [objects] : [objects, second]) {
        const protection = await protectionOf(deps, payload)
        await store.protect(payload.objectKey, protection).catch((error: unknown) => {
          // Not copied yet, or lost: copying protects, and scrubbing finds out.
          if (!(error instanceof DamagedObject)) throw error
        })
      }
    },
  }

  const copy: Job = {
    name: 'vault/copy',
    schedule: { cron: '*/10 * * * *', timeZone: 'UTC' },
    timeoutSeconds: 6 * 3600,
    async run(_data, signal) {
      const copied = await copyAll(deps, signal)
      if (copied > 0) log.info('vault/copied', { objects: copied })
    },
  }

  const remove: Job = {
    name: 'vault/remove-waiting',
    schedule: { cron: '15 * * * *', timeZone: 'UTC' },
    timeoutSeconds: 3600,
    async run(_data, signal) {
      const removed = await removeWaiting(deps, signal)
      if (removed > 0) log.info('vault/removed', { objects: removed })
    },
  }

  const scrubbing: Job = {
    name: 'vault/scrub',
    schedule: { cron: '*/10 * * * *', timeZone: 'UTC' },
    timeoutSeconds: 6 * 3600,
    async run(_data, signal) {
      const found = await scrub(deps, signal)
      if (found.damaged + found.restored > 0) log.warn('vault/scrubbed', found)
    },
  }

  async function rewrap(tx: Tx, recordingId: RecordingId, bucket: string): Promise<void> {
    const row = await lockKey(tx, recordingId)
    if (row === undefined) throw new Error(`recording ${recordingId} has no key`)
    if (row.bucket === bucket) return
    const { fileKey, header } = await unwrapFileKey(keystore, row)
    await lockBucket(tx, bucket, 'use')
    await updateKey(tx, await wrapFileKey(keystore, recordingId, bucket, fileKey, header))
    await deps.enqueue(tx, destroyKey.name, await describeKey(deps, tx, row.bucket))
    if (objects.protects || second?.protects === true) await deps.enqueue(tx, protect.name, { recordingId })
  }

  return {
    jobs: [destroyKey, checkSuspect, protect, copy, remove, scrubbing] as readonly Job[],
    sweep: (listDrafts: () => Promise<readonly DraftRef[]>, signal: AbortSignal) =>
      sweep(deps, destroyKey.name, listDrafts, signal),

    openDraft: (ref: DraftRef): Promise<Draft> => Draft.open(keystore, staging, ref),
    /** Whether all of a draft is here, so that it only waits to be stored. */
    isWhole: (ref: DraftRef): Promise<boolean> => isWhole(staging, ref),
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

    /**
     * Seal a recording that is made here, such as a clip, while `write` appends it: into staging, then into the store,
     * kept there until it is due. Its key is only in what is answered, until `adopt` keeps it: what a crash leaves of it
     * opens no more, and is swept. Rejects as `write` does.
     */
    async sealMade(
      corpsId: CorpsId,
      recordingId: RecordingId,
      dueAt: Date,
      write: (append: Append) => Promise<void>,
    ): Promise<MadePayload> {
      const fileKey = randomBytes(fileKeyBytes)
      const staged = `made-${randomUUID()}.age`
      try {
        const { plainBytes, payloadSha256 } = await sealStream(staging, staged, fileKey, write)
        const objectKey = `${objectFolder(corpsId, recordingId)}/payload.age`
        const protection = { sha256: payloadSha256, until: dueAt, isHeld: false }
        await objects.put(objectKey, { file: staging.pathOf(staged) }, protection)
        return { ref: { objectKey, sizeBytes: plainBytes }, fileKey, payloadSha256 }
      } finally {
        await staging.remove(staged)
      }
    },
    /** What was sealed so becomes nobody's recording. What cannot be removed now is swept. */
    async discardMade({ ref }: MadePayload): Promise<void> {
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
        ref: Pick<DraftRef, 'objectKey' | 'sizeBytes'>
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
      if (second !== undefined) await deps.enqueue(tx, copy.name, {})
    },

    /** Throws `vault/damaged` while the recording's own bytes are known to be damaged: it is shown and handed to nobody. */
    async requireSound(reader: Reader, recordingId: RecordingId): Promise<void> {
      const [rows, damaged] = await Promise.all([
        listObjects(reader, recordingId),
        listDamagedKeys(reader, recordingId),
      ])
      const payload = rows.find(({ kind }) => kind === 'payload')
      if (payload !== undefined && damaged.has(payload.objectKey)) throw new AppError('vault/damaged')
    },

    /**
     * Undefined when there is no such object, or its key was destroyed. Throws `vault/damaged`, now or when it is read,
     * when its bytes are not what was sealed.
     */
    async find(reader: Reader, recordingId: RecordingId, kind: ObjectKind): Promise<PlainSource | undefined> {
      const opening = await findOpening(reader, recordingId, kind)
      if (opening === undefined) return undefined
      const { objectKey, plainBytes, key, isDamaged } = opening
      const { fileKey } = await unwrapFileKey(keystore, key)
      if (isDamaged) throw new AppError('vault/damaged')
      const source = openSealed({ plainBytes, fileKey, read: (start, end) => objects.read(objectKey, start, end) })
      return {
        sizeBytes: source.sizeBytes,
        read: (start, end) => source.read(start, end).catch((error: unknown) => refuseDamaged(objectKey, error)),
      }
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
      const payloadSha256 = hash.digest()
      const objectKey = derivedKey(corpsId, recordingId, kind, payloadSha256)
      await objects.put(objectKey, contentOf(parts), { ...unprotected, sha256: payloadSha256 })
      return { recordingId, kind, objectKey, plainBytes: plain.length, payloadSha256 }
    },
    /**
     * As `writeDerived`, for what is too large for memory: sealed while `write` appends, into staging and then to the
     * store. What a crash leaves of it is swept, and so is an object that nobody claims. Rejects as `write` does.
     */
    async writeDerivedStream(
      reader: Reader,
      recordingId: RecordingId,
      corpsId: CorpsId,
      kind: Exclude<ObjectKind, 'payload'>,
      write: (append: Append) => Promise<void>,
    ): Promise<ObjectRow | undefined> {
      const key = await findKey(reader, recordingId)
      if (key === undefined) return undefined
      const { fileKey } = await unwrapFileKey(keystore, key)
      const staged = `derived-${randomUUID()}.age`
      try {
        const { plainBytes, payloadSha256 } = await sealStream(staging, staged, fileKey, write)
        const objectKey = derivedKey(corpsId, recordingId, kind, payloadSha256)
        await objects.put(objectKey, { file: staging.pathOf(staged) }, { ...unprotected, sha256: payloadSha256 })
        return { recordingId, kind, objectKey, plainBytes, payloadSha256 }
      } finally {
        await staging.remove(staged)
      }
    },
    /**
     * Bytes of a recording that are needed once more before something is made of them: sealed in staging under a key
     * that only this process has, until disposed. What a crash leaves of them opens no more, and is swept.
     */
    async setAside(write: (append: Append) => Promise<void>): Promise<PlainSource & AsyncDisposable> {
      const fileKey = randomBytes(fileKeyBytes)
      const staged = `aside-${randomUUID()}.age`
      const dispose = () => staging.remove(staged)
      try {
        const { plainBytes } = await sealStream(staging, staged, fileKey, write)
        const read = (start: number, end: number) => staging.read(staged, start, end)
        return { ...openSealed({ plainBytes, fileKey, read }), [Symbol.asyncDispose]: dispose }
      } catch (error) {
        await dispose()
        throw error
      }
    },
    /**
     * Before anything is made: what a killed server was making when it died, which no key opens any more, or nobody goes
     * on with. Recordings that are being received stay.
     */
    async clearMaking(): Promise<void> {
      for (const name of await staging.list()) if (beingMade.test(name)) await staging.remove(name)
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
      for (const bucket of new Set(buckets.values())) {
        await deps.enqueue(tx, destroyKey.name, await describeKey(deps, tx, bucket))
      }
      return buckets
    },
    /**
     * The sealed bytes of recordings that no key opens any more. Answers how many objects of each are gone: what a lock
     * still keeps is removed later. May run twice.
     */
    async removeObjects(recordingIds: readonly RecordingId[]): Promise<ReadonlyMap<RecordingId, number>> {
      const rows = await listObjectsOf(db.everyCorps, recordingIds)
      const locked = await removeErased(
        deps,
        rows.map(({ objectKey }) => objectKey),
      )
      const gone = rows.filter(({ objectKey }) => !locked.has(objectKey))
      const removed = Map.groupBy(gone, ({ recordingId }) => recordingId)
      return new Map(recordingIds.map((id) => [id, removed.get(id)?.length ?? 0]))
    },
    forgetObjects: deleteObjects,

    /** The detached header and the payload's place: `cat header payload | age -d -i escrow.key` gives the recording. */
    async escrowView(
      recordingId: RecordingId,
    ): Promise<{ header: Uint8Array; objectKey: string; identity: string } | undefined> {
      const key = await findKey(db.everyCorps, recordingId)
      const object = (await listObjects(db.everyCorps, recordingId)).find((row) => row.kind === 'payload')
      if (key === undefined || object === undefined) return undefined
      const { header } = await unwrapFileKey(keystore, key)
      const { identity } = await requireRecipientSet(keystore, header.recipientSet)
      return { header: header.bytes, objectKey: object.objectKey, identity }
    },

    /** Recordings of a corps that are neither shown nor exported, because their bytes are damaged. */
    damaged: (corpsId: CorpsId) => listDamagedRecordings(db.of(corpsId), corpsId),
    storedBytes: (corpsId: CorpsId) => sumPayloadBytes(db.of(corpsId)),
    /** Of a corps, newest first. */
    alarms: (corpsId: CorpsId): Promise<Alarm[]> => listAlarms(db.of(corpsId), corpsId, 200),
    /** How the objects of a corps are: what is damaged now, what waits, and since when every one was read again. */
    async condition(corpsId: CorpsId) {
      const [damaged, figures, copies] = await Promise.all([
        countOpenAlarms(db.of(corpsId), corpsId),
        findFigures(db.of(corpsId)),
        second === undefined ? null : countCopies(db.of(corpsId), second.address),
      ])
      return { ...figures, damaged, waitingCopies: copies === null ? null : copies.objects - copies.copied }
    },
    /** Of the disk on which recordings are received, and of the store where it says so: whichever has less. */
    async freeBytes(): Promise<number> {
      const [here, there] = await Promise.all([staging.freeBytes(), objects.freeBytes()])
      return Math.min(here, there ?? here)
    },
  }
}

/** Names in staging of what is made here: see `sealMade`, `writeDerivedStream` and `setAside`. */
const beingMade = /^(?:made|derived|aside)-/

/** Where the objects of a recording lie: two levels, so that no folder grows beyond what file systems like. */
export function objectFolder(corpsId: CorpsId, recordingId: RecordingId): string {
  return `${corpsId}/${recordingId.slice(-2)}/${recordingId}`
}

/** Named by content: a job that runs twice writes another object, and the one no row names is swept. */
function derivedKey(corpsId: CorpsId, recordingId: RecordingId, kind: ObjectKind, payloadSha256: Uint8Array): string {
  return `${objectFolder(corpsId, recordingId)}/${kind}-${Buffer.from(payloadSha256).toString('hex', 0, 8)}.age`
}
