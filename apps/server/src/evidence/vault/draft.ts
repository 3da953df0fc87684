import { createHash, type Hash, randomBytes } from 'node:crypto'
import { chunkPlainBytes, chunkTagBytes, fileKeyBytes, payloadNonceBytes, payloadSize } from '@getuige/proof'
import { type Keystore, openBox, sealBox } from '#platform/keystore'
import type { Staging, StagingWriter } from '#platform/object-store'
import { openSealed, type PlainSource } from './payload.ts'
import { type Batch, batchPlainBytes, giveBatchBack, openSealing, type Sealing, takeBatch } from './sealing.ts'

/** A recording that is being received: what names it, and how long it was announced to be. */
export type DraftRef = Readonly<{ draftId: string; objectKey: string; sizeBytes: number }>

/** What a draft holds, as far as it is sealed. Opened as of the announced size: its last chunk only if it is there. */
export function draftSource(staging: Staging, ref: DraftRef, fileKey: Uint8Array): PlainSource {
  return openSealed({
    plainBytes: ref.sizeBytes,
    fileKey,
    read: (start, end) => staging.read(stagedName(ref), start, end),
  })
}

const strideBytes = chunkPlainBytes + chunkTagBytes
/** How much is read at once when a draft is gone on with. */
const readBytes = 16 * strideBytes
/** Batches being sealed and written while the next one is filled. */
const mostUnderway = 4
/** Written and not asked to be on disk yet: beyond this the disk is set to work while bytes still come. */
const syncAheadBytes = 32 * 1024 * 1024

/**
 * Receives a recording in pieces, over hours and restarts if need be: one pass that digests and seals, constant memory.
 * Whole chunks go to the payload; what is left of the last one is kept beside it in a box of its own, so that no plain
 * byte touches the disk and no acknowledged byte is lost. Its key is in the keystore, not in the database.
 *
 * Sealing runs in a thread beside: `append` may return before its bytes are sealed, `flush` returns after all are on disk.
 */
export class Draft implements AsyncDisposable {
  readonly ref: DraftRef
  readonly #staging: Staging
  readonly #fileKey: Uint8Array
  readonly #sealing: Sealing
  readonly #sha256: Hash
  readonly #writer: StagingWriter
  /** Plain bytes after the last chunk that was handed to sealing: here, or while the draft waits in `#tail`. */
  #batch: Batch | undefined
  #tail: Uint8Array
  #batchBytes: number
  /** Chunks handed to sealing. */
  #chunks: number
  #underway: Promise<void>[] = []
  #unsyncedBytes = 0
  #syncing: Promise<unknown> | undefined
  #lastWrite: Promise<void> = Promise.resolve()
  #durableBytes: number
  #tailSlot: number
  #payloadSha256: Uint8Array | undefined
  #failure: { error: unknown } | undefined

  private constructor(state: {
    ref: DraftRef
    staging: Staging
    fileKey: Uint8Array
    sealing: Sealing
    writer: StagingWriter
    sha256: Hash
    chunks: number
    tail: Uint8Array
    tailSlot: number
    payloadSha256: Uint8Array | undefined
  }) {
    this.ref = state.ref
    this.#staging = state.staging
    this.#fileKey = state.fileKey
    this.#sealing = state.sealing
    this.#writer = state.writer
    this.#sha256 = state.sha256
    this.#chunks = state.chunks
    this.#batchBytes = state.tail.length
    this.#tail = state.tail
    this.#tailSlot = state.tailSlot
    this.#payloadSha256 = state.payloadSha256
    this.#durableBytes = this.offset
  }

  /** Bytes received, and all on disk once `flush` has returned. */
  get offset(): number {
    return Math.min(this.#chunks * chunkPlainBytes + this.#batchBytes, this.ref.sizeBytes)
  }

  /** Bytes that a crash now would leave. */
  get durableBytes(): number {
    return this.#durableBytes
  }

  /** False once a write failed: what is in memory and on disk may differ, so only the disk can be gone on from. */
  get isSound(): boolean {
    return this.#failure === undefined
  }

  /** True once every byte announced is sealed and on disk. */
  get isComplete(): boolean {
    return this.#payloadSha256 !== undefined && this.isSound
  }

  get #isSealed(): boolean {
    return this.#chunks === countChunks(this.ref)
  }

  /** Begin, or go on where the disk says. Going on opens and digests what is there again: 1 GiB takes about 2 s. */
  static async open(keystore: Keystore, staging: Staging, ref: DraftRef): Promise<Draft> {
    const keyName = draftKeyName(ref)
    const known = await keystore.find(keyName)
    const fileKey = known ?? randomBytes(fileKeyBytes)
    if (known === undefined) await keystore.keep(keyName, fileKey)

    const storedBytes = (await staging.sizeOf(stagedName(ref))) ?? 0
    if (known === undefined || storedBytes < payloadNonceBytes) {
      const nonce = randomBytes(payloadNonceBytes)
      const writer = await staging.append(stagedName(ref), 0)
      await writer.write([nonce]).catch(async (error: unknown) => {
        await writer.close()
        throw error
      })
      return new Draft({
        ref,
        staging,
        fileKey,
        sealing: openSealing(fileKey, nonce),
        writer,
        sha256: createHash('sha256'),
        chunks: 0,
        tail: new Uint8Array(0),
        tailSlot: 0,
        payloadSha256: undefined,
      })
    }
    return Draft.#resume(staging, ref, fileKey, storedBytes)
  }

  static async #resume(staging: Staging, ref: DraftRef, fileKey: Uint8Array, storedBytes: number): Promise<Draft> {
    const nonce = await staging.read(stagedName(ref), 0, payloadNonceBytes)
    const sealedBytes = storedBytes - payloadNonceBytes
    const chunksAnnounced = countChunks(ref)
    const lastPlainBytes = ref.sizeBytes - (chunksAnnounced - 1) * chunkPlainBytes
    const isWhole = sealedBytes >= (chunksAnnounced - 1) * strideBytes + lastPlainBytes + chunkTagBytes
    const chunks = isWhole ? chunksAnnounced : Math.min(Math.floor(sealedBytes / strideBytes), chunksAnnounced - 1)

    const sha256 = createHash('sha256')
    const sealing = openSealing(fileKey, nonce)
    const plainBytes = isWhole ? ref.sizeBytes : chunks * chunkPlainBytes
    const endOfChunks = payloadNonceBytes + (isWhole ? plainBytes + chunks * chunkTagBytes : chunks * strideBytes)
    const source = draftSource(staging, ref, fileKey)
    try {
      for (let at = 0; at < plainBytes; at += 16 * chunkPlainBytes) {
        sha256.update(await source.read(at, Math.min(at + 16 * chunkPlainBytes, plainBytes)))
      }
      for (let at = payloadNonceBytes; at < endOfChunks; at += readBytes) {
        sealing.digestSealed(await staging.read(stagedName(ref), at, Math.min(at + readBytes, endOfChunks)))
        // Asked now and then, so that no more than a piece waits in memory for the thread.
        await sealing.payloadSha256()
      }

      const { tail, tailSlot } = isWhole
        ? { tail: new Uint8Array(0), tailSlot: 0 }
        : await readTail(staging, ref, fileKey, chunks)
      sha256.update(tail)
      const payloadSha256 = isWhole ? await sealing.payloadSha256() : undefined
      const writer = await staging.append(stagedName(ref), endOfChunks)
      return new Draft({ ref, staging, fileKey, sealing, writer, sha256, chunks, tail, tailSlot, payloadSha256 })
    } catch (error) {
      sealing.close()
      throw error
    }
  }

  /**
   * Take in the next bytes; they are copied. Throws `RangeError`, before taking any, when they are more than was
   * announced, and what went wrong with bytes taken before.
   */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.offset + bytes.length > this.ref.sizeBytes) throw new RangeError('more bytes than were announced')
    this.#requireSound()
    this.#sha256.update(bytes)
    for (let at = 0; at < bytes.length;) {
      const batch = this.#demandBatch()
      const piece = bytes.subarray(at, at + batchPlainBytes - this.#batchBytes)
      batch.plain.set(piece, this.#batchBytes)
      this.#batchBytes += piece.length
      at += piece.length
      if (this.#batchBytes === batchPlainBytes) await this.#seal(this.#batchBytes)
    }
    if (this.offset === this.ref.sizeBytes && !this.#isSealed) await this.#seal(this.#batchBytes)
  }

  #requireSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  #demandBatch(): Batch {
    if (this.#batch === undefined) {
      this.#batch = takeBatch()
      this.#batch.plain.set(this.#tail)
      this.#tail = new Uint8Array(0)
    }
    return this.#batch
  }

  /** After a flush only the tail is kept, so that drafts that wait do not fill the memory. */
  #spareBatch(): void {
    if (this.#batch === undefined) return
    this.#tail = Uint8Array.from(this.#batch.plain.subarray(0, this.#batchBytes))
    giveBatchBack(this.#batch)
    this.#batch = undefined
  }

  /** Hand the first `plainBytes` of the batch to sealing, and what is sealed to the disk. */
  async #seal(plainBytes: number): Promise<void> {
    while (this.#underway.length >= mostUnderway) await this.#underway.shift()
    const batch = this.#demandBatch()
    const firstChunk = this.#chunks
    this.#tail = Uint8Array.from(batch.plain.subarray(plainBytes, this.#batchBytes))
    this.#batch = undefined
    this.#batchBytes = this.#tail.length
    this.#chunks += Math.max(1, Math.ceil(plainBytes / chunkPlainBytes))

    const sealed = this.#sealing.seal(firstChunk, batch, plainBytes, this.#isSealed)
    const write = Promise.all([sealed, this.#lastWrite]).then(async ([bytes]) => {
      await this.#writer.write([bytes])
      giveBatchBack(batch)
      this.#syncAhead(bytes.length)
    })
    // Whoever waits for it meets the failure; nobody may be waiting yet.
    write.catch((error: unknown) => (this.#failure ??= { error }))
    this.#lastWrite = write
    this.#underway.push(write)
  }

  /** Have the disk begin early with what it must have done before the next acknowledgement, one sync at a time. */
  #syncAhead(writtenBytes: number): void {
    this.#unsyncedBytes += writtenBytes
    if (this.#unsyncedBytes < syncAheadBytes || this.#syncing !== undefined) return
    this.#unsyncedBytes = 0
    this.#syncing = this.#writer.sync().then(
      () => (this.#syncing = undefined),
      (error: unknown) => (this.#failure ??= { error }),
    )
  }

  async #soundly<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  /**
   * Put every byte received on disk. Order: payload, then the box of the tail, which opens only after the chunk it
   * belongs to. Throws what went wrong with any byte since the draft was opened.
   */
  async flush(): Promise<void> {
    this.#requireSound()
    const wholeBytes = this.#batchBytes - (this.#batchBytes % chunkPlainBytes)
    if (wholeBytes > 0) await this.#seal(wholeBytes)
    await this.#lastWrite
    this.#underway = []
    this.#spareBatch()
    await this.#syncing
    await this.#soundly(this.#writer.sync())
    this.#unsyncedBytes = 0
    if (this.#batchBytes > 0) await this.#soundly(this.#writeTail())
    if (this.#isSealed) this.#payloadSha256 ??= await this.#soundly(this.#sealing.payloadSha256())
    this.#durableBytes = this.offset
  }

  /** Written in turns to two boxes: a crash that tears one leaves the other, with all that was acknowledged before. */
  async #writeTail(): Promise<void> {
    const box = sealBox(tailKey(this.#fileKey), this.#tail, tailContext(this.ref, this.#chunks))
    this.#tailSlot = 1 - this.#tailSlot
    await using writer = await this.#staging.append(tailName(this.ref, this.#tailSlot), 0)
    await writer.write([box])
    await writer.sync()
  }

  /** Once complete: both digests, and the key that opens the payload. */
  finish(): { sha256: Uint8Array; payloadSha256: Uint8Array; fileKey: Uint8Array } {
    if (!this.isComplete || this.#payloadSha256 === undefined) throw new Error('the recording is not complete')
    return {
      sha256: this.#sha256.copy().digest(),
      payloadSha256: Buffer.from(this.#payloadSha256),
      fileKey: Uint8Array.from(this.#fileKey),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Bytes still being sealed were not acknowledged; the file is theirs until they are done.
    await this.#lastWrite.catch(() => undefined)
    await this.#syncing
    this.#sealing.close()
    this.#spareBatch()
    await this.#writer.close()
  }
}

/** An empty recording has one chunk too. */
function countChunks(ref: DraftRef): number {
  return Math.max(1, Math.ceil(ref.sizeBytes / chunkPlainBytes))
}

/** Whether all of it is sealed here, as far as its size tells. */
export async function isWhole(staging: Staging, ref: DraftRef): Promise<boolean> {
  return (await staging.sizeOf(stagedName(ref))) === payloadSize(ref.sizeBytes)
}

/** The complete draft, as a file that no longer changes. */
export function stagedFile(staging: Staging, ref: DraftRef): string {
  return staging.pathOf(stagedName(ref))
}

/** Leave nothing of a draft here: key, tail, bytes. Its key goes first: what a crash leaves opens no more. May run twice. */
export async function closeDraft(keystore: Keystore, staging: Staging, ref: DraftRef): Promise<void> {
  await keystore.destroy(draftKeyName(ref))
  for (const slot of tailSlots) await staging.remove(tailName(ref, slot))
  await staging.remove(stagedName(ref))
}

function draftKeyName(ref: DraftRef): string {
  return `draft/${ref.draftId}`
}

function stagedName(ref: DraftRef): string {
  return `${ref.draftId}.age`
}

const tailSlots = [0, 1] as const

function tailName(ref: DraftRef, slot: number): string {
  return `${ref.draftId}.tail${slot}`
}

/** Bound to the chunk it comes after: the tail of an earlier moment, whose bytes are in a chunk by now, does not open. */
function tailContext(ref: DraftRef, chunks: number): string {
  return `${ref.draftId}/${chunks}`
}

/** The longest tail that belongs after `chunks`; empty when there is none. */
async function readTail(
  staging: Staging,
  ref: DraftRef,
  fileKey: Uint8Array,
  chunks: number,
): Promise<{ tail: Uint8Array; tailSlot: number }> {
  let found = { tail: new Uint8Array(0), tailSlot: 0 }
  for (const slot of tailSlots) {
    const size = (await staging.sizeOf(tailName(ref, slot))) ?? 0
    if (size === 0) continue
    const box = await staging.read(tailName(ref, slot), 0, size)
    try {
      const tail = openBox(tailKey(fileKey), box, tailContext(ref, chunks))
      if (tail.length > found.tail.length) found = { tail: Uint8Array.from(tail), tailSlot: slot }
    } catch {
      // Of another moment, or torn by a crash while it was written: then its bytes were never acknowledged.
    }
  }
  return found
}

/** The box needs 32 bytes; a domain of its own keeps it apart from every payload key. */
function tailKey(fileKey: Uint8Array): Uint8Array {
  return createHash('sha256').update('getuige/draft-tail/v1').update(fileKey).digest()
}
