import {
  type Actor,
  type CorpsId,
  equalBytes,
  fromHex,
  newId,
  type RecordingId,
  toHex,
  type UploadId,
} from '@getuige/base'
import type { Announcement } from '@getuige/contract'
import { AppError } from '#platform/errors'
import { StoreUnreachable } from '#platform/object-store'
import { type Draft, objectFolder } from '#vault'
import type { IngestDeps } from './deps.ts'
import { decideRecordedAt, isMisleading, measureDrift } from './rules.ts'
import {
  deleteUpload,
  draftRefOf,
  findUpload,
  insertUpload,
  listExpiredUploads,
  listUploads,
  type Upload,
  updateUploadExpiry,
} from './store.ts'

/** An upload that got no byte for this long is given up. */
const patienceMs = 24 * 3_600_000
const headBytes = 64 * 1024
const traceBytes = 1024 * 1024

/** Recordings whose claims are read at once: each takes tens of MiB, and a shift that docks ends many at one moment. */
const readAtOnce = 2

export type Ingest = ReturnType<typeof openIngest>

/** Ingested: recordings announced, received in one streaming pass, and entered in the register once whole and right. */
export function openIngest(deps: IngestDeps) {
  const { db, clock, custody, recordings, vault, devices } = deps
  /** Drafts that go on without being read again. One that failed is dropped, and the disk says how far it came. */
  const drafts = new Map<UploadId, Promise<Draft>>()
  const storing = new Map<UploadId, Promise<void>>()
  const inTurn = newQueue(readAtOnce)

  function draftOf(upload: Upload): Promise<Draft> {
    let draft = drafts.get(upload.id)
    if (draft === undefined) {
      draft = vault.openDraft(draftRefOf(upload))
      drafts.set(upload.id, draft)
      draft.catch(() => drafts.delete(upload.id))
    }
    return draft
  }

  async function dropDraft(uploadId: UploadId): Promise<void> {
    const draft = drafts.get(uploadId)
    drafts.delete(uploadId)
    await (await draft?.catch(() => undefined))?.[Symbol.asyncDispose]()
  }

  /** Also refuses what is somebody else's: that it exists is not told. */
  async function requireUpload(actor: Actor, uploadId: UploadId): Promise<Upload> {
    const upload = await findUpload(db.of(actor.corpsId), uploadId)
    const isOwn = upload !== undefined && upload.corpsId === actor.corpsId && idOf(upload.actor) === idOf(actor)
    if (!isOwn || upload.expiresAt <= clock.now()) throw new AppError('ingest/upload-not-found')
    return upload
  }

  async function announce(actor: Actor, announcement: Announcement, sizeBytes: number): Promise<Upload> {
    if (sizeBytes === 0) throw new AppError('ingest/empty')
    if (isMisleading(announcement.filename)) throw new AppError('ingest/name-misleading')
    const dockDrift = measureDrift(announcement)
    if (dockDrift === undefined) throw new AppError('ingest/announcement-invalid')
    const camera = await devices.findBySerial(actor.corpsId, announcement.camera)
    if (camera === undefined) throw new AppError('ingest/camera-unknown')
    const sha256 = fromHex(announcement.sha256)
    await refuseKnown(actor.corpsId, sha256)
    if ((await vault.freeBytes()) < sizeBytes + 64 * 1024 * 1024) throw new AppError('ingest/disk-full')

    const createdAt = clock.now()
    const recordingId = newId('recording', createdAt)
    const upload: Upload = {
      id: newId('upload', createdAt),
      corpsId: actor.corpsId,
      recordingId,
      cameraId: camera.id,
      actor,
      originalName: announcement.filename,
      dockDrift,
      announcedSha256: sha256,
      sizeBytes,
      objectKey: `${objectFolder(actor.corpsId, recordingId)}/payload.age`,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + patienceMs),
    }
    await insertUpload(db.of(upload.corpsId), upload)
    return upload
  }

  async function refuseKnown(corpsId: CorpsId, sha256: Uint8Array): Promise<void> {
    const known = await recordings.findByDigest(corpsId, sha256)
    if (known === undefined) return
    if (known.state === 'erasing' || known.state === 'erased') throw new AppError('ingest/already-erased')
    throw new AppError('ingest/already-received', { recordingId: known.id })
  }

  /** How far an upload has come, on disk. One that is whole, but was cut off before it was stored, is stored now. */
  async function findOffset(actor: Actor, uploadId: UploadId): Promise<{ upload: Upload; offset: number }> {
    const upload = await requireUpload(actor, uploadId)
    const draft = await draftOf(upload)
    if (draft.isComplete) await storeOnce(upload, draft)
    return { upload, offset: draft.durableBytes }
  }

  /**
   * Take in a piece of a recording that begins at `offset`: one pass, constant memory, back-pressure end to end. Answers
   * the new offset once all of it is on disk; after the last piece, once the recording is stored. Bytes that came before
   * a hang-up are kept. Throws a refusal after which nothing of the upload is left, or a fault after which it goes on.
   */
  async function append(
    actor: Actor,
    uploadId: UploadId,
    body: AsyncIterable<Uint8Array>,
    offset: number,
  ): Promise<number> {
    const upload = await requireUpload(actor, uploadId)
    const draft = await draftOf(upload)
    if (draft.offset !== offset) throw new AppError('ingest/offset-mismatch', { offset: draft.offset })
    try {
      await take(upload, draft, body)
    } catch (error) {
      if (!draft.isSound) await dropDraft(uploadId)
      if (draft.durableBytes > offset) await prolong(upload)
      if (error instanceof RangeError) throw new AppError('ingest/offset-mismatch', { offset: draft.durableBytes })
      throw asDiskFull(error)
    }
    await prolong(upload)
    if (draft.isComplete) await storeOnce(upload, draft)
    return draft.durableBytes
  }

  function prolong(upload: Upload): Promise<void> {
    return updateUploadExpiry(db.of(upload.corpsId), upload.id, new Date(clock.now().getTime() + patienceMs))
  }

  async function take(upload: Upload, draft: Draft, body: AsyncIterable<Uint8Array>): Promise<void> {
    let isFirst = draft.offset === 0
    try {
      for await (const piece of body) {
        // A look at the first bytes spares the rest of what is plainly no recording. The whole head decides in `store`.
        if (isFirst && piece.length >= 1024) await requireMedia(upload, piece)
        isFirst = false
        await draft.append(piece)
      }
    } finally {
      // Also after a hang-up: what came is kept, and the next piece begins after it.
      if (drafts.has(upload.id)) await draft.flush()
    }
  }

  async function requireMedia(upload: Upload, head: Uint8Array): Promise<void> {
    const recognition = await deps.recogniseHead(head)
    if (recognition.verdict === 'not-media') await refuse(upload, 'ingest/not-media', { because: recognition.because })
  }

  /** Leave nothing of the upload but an entry that it was refused. Custody: `upload-refused`. */
  async function refuse(
    upload: Upload,
    code: 'ingest/not-media' | 'ingest/digest-mismatch' | 'ingest/already-erased',
    details: Readonly<Record<string, string>>,
  ): Promise<never> {
    await dropDraft(upload.id)
    await custody.act(upload.actor, async (tx, record) => {
      await deleteUpload(tx, upload.id)
      await record({
        type: 'upload-refused',
        recordingId: null,
        details: { because: code, cameraId: upload.cameraId, sizeBytes: upload.sizeBytes, ...details },
      })
    })
    await vault.discardDraft(draftRefOf(upload))
    throw new AppError(code, details)
  }

  /** Handing over takes long where the object store is far: whoever asks meanwhile waits for the same end. */
  function storeOnce(upload: Upload, draft: Draft): Promise<void> {
    let underway = storing.get(upload.id)
    if (underway === undefined) {
      underway = store(upload, draft).finally(() => storing.delete(upload.id))
      storing.set(upload.id, underway)
    }
    return underway
  }

  /**
   * Enter a whole recording in the register. Order: sealed bytes in staging, then in the object store, then register,
   * key and custody entry in one transaction, then the draft and its own key go. A crash before the transaction leaves
   * a whole draft, which the next look at it stores; a crash after it leaves what the sweep removes. Custody:
   * `recording-received`.
   */
  async function store(upload: Upload, draft: Draft): Promise<void> {
    const { sha256, payloadSha256, fileKey } = draft.finish()
    if (!equalBytes(sha256, upload.announcedSha256)) {
      await refuse(upload, 'ingest/digest-mismatch', { received: toHex(sha256) })
    }
    const ref = draftRefOf(upload)
    const source = vault.draftSource(ref, fileKey)
    const head = await source.read(0, Math.min(traceBytes, upload.sizeBytes))
    await requireMedia(upload, head.subarray(0, headBytes))
    const claims = await inTurn(() => deps.readClaims(source, AbortSignal.timeout(120_000)))
    const { verdict } = await deps.recogniseHead(head.subarray(0, headBytes))
    if (verdict === 'unknown' && claims.isUnreadable && !deps.hasMediaTraces(head)) {
      await refuse(upload, 'ingest/not-media', { because: 'unknown' })
    }

    const receivedAt = clock.now()
    const { corpsId, recordingId, cameraId } = upload
    const ifClaimed = claims.recordedAt === null ? null : await deps.decideKeeping(corpsId, claims.recordedAt)
    const moment = decideRecordedAt(claims.recordedAt, receivedAt, ifClaimed?.dueAt ?? null)
    const keeping = await deps.decideKeeping(corpsId, moment.recordedAt)
    const wearerId = await devices.findWearerAt(corpsId, cameraId, moment.recordedAt)
    await vault.handOver(ref, payloadSha256, keeping.dueAt)

    const isNew = await custody
      .act(upload.actor, async (tx, record) => {
        const inserted = await recordings.insert(tx, {
          ...keeping,
          ...moment,
          id: recordingId,
          corpsId,
          cameraId,
          wearerId,
          receivedAt,
          sizeBytes: upload.sizeBytes,
          sha256,
          payloadSha256,
          originalName: upload.originalName,
          dockDrift: upload.dockDrift,
        })
        if (!inserted) throw new AppError('ingest/already-received')
        await vault.adopt(tx, { corpsId, recordingId, dueOn: keeping.dueOn, ref, fileKey, payloadSha256 })
        await deleteUpload(tx, upload.id)
        await record({
          type: 'recording-received',
          recordingId,
          details: {
            cameraId,
            wearerId,
            sha256: toHex(sha256),
            payloadSha256: toHex(payloadSha256),
            sizeBytes: upload.sizeBytes,
            recordedAt: moment.recordedAt.toISOString(),
            recordedAtFrom: moment.recordedAtFrom,
            dueAt: keeping.dueAt.toISOString(),
            law: keeping.law,
          },
        })
        return true
      })
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'ingest/already-received') return false
        throw error
      })
    await dropDraft(upload.id)
    if (isNew) return vault.closeDraft(ref)

    // The same recording came twice at once: the other one is it, and this one leaves nothing.
    await deleteUpload(db.of(corpsId), upload.id)
    await vault.discardDraft(ref)
    const known = await recordings.findByDigest(corpsId, sha256)
    if (known !== undefined && (known.state === 'erasing' || known.state === 'erased')) {
      throw new AppError('ingest/already-erased')
    }
  }

  return {
    announce,
    append,
    findOffset,

    /** The person or dock gives the upload up. */
    async cancel(actor: Actor, uploadId: UploadId): Promise<void> {
      const upload = await requireUpload(actor, uploadId)
      await dropDraft(uploadId)
      await deleteUpload(db.of(upload.corpsId), uploadId)
      await vault.discardDraft(draftRefOf(upload))
    },

    /** Store what came in whole but could not be stored then, such as while the object store did not answer. */
    async storeWaiting(): Promise<number> {
      let stored = 0
      for (const upload of await listUploads(db.everyCorps)) {
        if (storing.has(upload.id) || !(await vault.isWhole(draftRefOf(upload)))) continue
        const draft = await draftOf(upload)
        if (!draft.isComplete) continue
        try {
          await storeOnce(upload, draft)
          stored += 1
        } catch (error) {
          if (error instanceof StoreUnreachable) {
            deps.log.warn('ingest/storing-waits', { because: error.message })
            return stored
          }
          // A refusal, after which nothing of the upload is left.
          if (!(error instanceof AppError)) throw error
        }
      }
      return stored
    },

    /** Give up what nobody went on with; what is whole only waits for its store, and stays. May run twice. */
    async discardExpired(): Promise<number> {
      const expired = await listExpiredUploads(db.everyCorps, clock.now())
      for (const upload of expired) {
        if (storing.has(upload.id) || (await vault.isWhole(draftRefOf(upload)))) continue
        await dropDraft(upload.id)
        await deleteUpload(db.of(upload.corpsId), upload.id)
        await vault.discardDraft(draftRefOf(upload))
      }
      return expired.length
    },

    /** Throws `ingest/not-received` until the recording is stored, `ingest/already-erased` once it is erased. */
    async requireReceived(
      corpsId: CorpsId,
      sha256: Uint8Array,
    ): Promise<{ id: RecordingId; sizeBytes: number; receivedAt: Date }> {
      const recording = await recordings.findByDigest(corpsId, sha256)
      if (recording === undefined) throw new AppError('ingest/not-received')
      if (recording.state === 'erasing' || recording.state === 'erased') throw new AppError('ingest/already-erased')
      return recording
    },

    async close(): Promise<void> {
      for (const uploadId of drafts.keys()) await dropDraft(uploadId)
    },
  }
}

/** Runs what it is given, at most `atOnce` of it at any time, first come first served. */
function newQueue(atOnce: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // The place goes straight to the next in line.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

function idOf(actor: Actor): string {
  return actor.kind === 'system' ? 'system' : actor.id
}

function asDiskFull(error: unknown): unknown {
  const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  return isFull ? new AppError('ingest/disk-full', {}, { cause: error }) : error
}
