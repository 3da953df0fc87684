import { createHash, type Hash, randomBytes } from 'node:crypto'
import { chunkPlainBytes, chunkTagBytes, fileKeyBytes, payloadNonceBytes } from '@getuige/proof'
import { type Keystore, openBox, sealBox } from '#platform/keystore'
import type { ObjectStore, ObjectWriter } from '#platform/object-store'
import { newSealer, openSealed } from './payload.ts'

/** A recording that is being received: what names it, and how long it was announced to be. */
export type DraftRef = Readonly<{ draftId: string; objectKey: string; sizeBytes: number }>

const strideBytes = chunkPlainBytes + chunkTagBytes
/** How much is sealed before it is handed to the disk, to write in pieces that disks like. */
const writeBytes = 16 * strideBytes

/**
 * Receives a recording in pieces, over hours and restarts if need be: one pass that digests and seals, constant memory.
 * Whole chunks go to the payload; what is left of the last one is kept beside it in a box of its own, so that no plain
 * byte touches the disk and no acknowledged byte is lost. Its key is in the keystore, not in the database.
 */
export class Draft implements AsyncDisposable {
  readonly ref: DraftRef
  readonly #objects: ObjectStore
  readonly #fileKey: Uint8Array
  readonly #sealer: ReturnType<typeof newSealer>
  readonly #sha256: Hash
  readonly #payloadSha256: Hash
  readonly #tail: Buffer
  #writer: ObjectWriter
  #tailBytes: number
  #chunks: number
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #durableBytes: number
  #tailSlot: number
  #isSound = true

  private constructor(state: {
    ref: DraftRef
    objects: ObjectStore
    fileKey: Uint8Array
    nonce: Uint8Array
    writer: ObjectWriter
    sha256: Hash
    payloadSha256: Hash
    chunks: number
    tail: Uint8Array
    tailSlot: number
  }) {
    this.ref = state.ref
    this.#objects = state.objects
    this.#fileKey = state.fileKey
    this.#sealer = newSealer(state.fileKey, state.nonce)
    this.#writer = state.writer
    this.#sha256 = state.sha256
    this.#payloadSha256 = state.payloadSha256
    this.#chunks = state.chunks
    this.#tail = Buffer.alloc(chunkPlainBytes)
    this.#tail.set(state.tail)
    this.#tailBytes = state.tail.length
    this.#tailSlot = state.tailSlot
    this.#durableBytes = this.offset
  }

  /** Bytes received, and all on disk once `flush` has returned. */
  get offset(): number {
    return Math.min(this.#chunks * chunkPlainBytes + this.#tailBytes, this.ref.sizeBytes)
  }

  /** Bytes that a crash now would leave. */
  get durableBytes(): number {
    return this.#durableBytes
  }

  /** False once a write failed: what is in memory and on disk may differ, so only the disk can be gone on from. */
  get isSound(): boolean {
    return this.#isSound
  }

  get isComplete(): boolean {
    return this.#isSealed && this.offset === this.ref.sizeBytes
  }

  get #isSealed(): boolean {
    return this.#chunks === Math.max(1, Math.ceil(this.ref.sizeBytes / chunkPlainBytes))
  }

  /** Begin, or go on where the disk says. Going on opens and digests what is there again: 1 GiB takes about 2 s. */
  static async open(keystore: Keystore, objects: ObjectStore, ref: DraftRef): Promise<Draft> {
    const keyName = draftKeyName(ref)
    const known = await keystore.find(keyName)
    const fileKey = known ?? randomBytes(fileKeyBytes)
    if (known === undefined) await keystore.keep(keyName, fileKey)

    const storedBytes = (await objects.sizeOf(ref.objectKey)) ?? 0
    if (known === undefined || storedBytes < payloadNonceBytes) {
      const nonce = randomBytes(payloadNonceBytes)
      const writer = await objects.append(ref.objectKey, 0)
      await writer.write([nonce])
      return new Draft({
        ref,
        objects,
        fileKey,
        nonce,
        writer,
        sha256: createHash('sha256'),
        payloadSha256: createHash('sha256').update(nonce),
        chunks: 0,
        tail: new Uint8Array(0),
        tailSlot: 0,
      })
    }
    return Draft.#resume(objects, ref, fileKey, storedBytes)
  }

  static async #resume(objects: ObjectStore, ref: DraftRef, fileKey: Uint8Array, storedBytes: number): Promise<Draft> {
    const nonce = await objects.read(ref.objectKey, 0, payloadNonceBytes)
    const sealedBytes = storedBytes - payloadNonceBytes
    const chunksAnnounced = Math.max(1, Math.ceil(ref.sizeBytes / chunkPlainBytes))
    const lastPlainBytes = ref.sizeBytes - (chunksAnnounced - 1) * chunkPlainBytes
    const isWhole = sealedBytes >= (chunksAnnounced - 1) * strideBytes + lastPlainBytes + chunkTagBytes
    const chunks = isWhole ? chunksAnnounced : Math.min(Math.floor(sealedBytes / strideBytes), chunksAnnounced - 1)

    const sha256 = createHash('sha256')
    const payloadSha256 = createHash('sha256').update(nonce)
    const plainBytes = isWhole ? ref.sizeBytes : chunks * chunkPlainBytes
    const endOfChunks = payloadNonceBytes + (isWhole ? plainBytes + chunks * chunkTagBytes : chunks * strideBytes)
    // Opened as a payload of the announced size, so the last chunk is known as the last only if it is there.
    const source = openSealed(objects, { objectKey: ref.objectKey, plainBytes: ref.sizeBytes, fileKey })
    for (let at = 0; at < plainBytes; at += 16 * chunkPlainBytes) {
      sha256.update(await source.read(at, Math.min(at + 16 * chunkPlainBytes, plainBytes)))
    }
    for (let at = payloadNonceBytes; at < endOfChunks; at += writeBytes) {
      payloadSha256.update(await objects.read(ref.objectKey, at, Math.min(at + writeBytes, endOfChunks)))
    }

    const { tail, tailSlot } = isWhole
      ? { tail: new Uint8Array(0), tailSlot: 0 }
      : await readTail(objects, ref, fileKey, chunks)
    sha256.update(tail)
    const writer = await objects.append(ref.objectKey, endOfChunks)
    return new Draft({ ref, objects, fileKey, nonce, writer, sha256, payloadSha256, chunks, tail, tailSlot })
  }

  /** Take in the next bytes. Throws `RangeError`, before taking any, when they are more than was announced. */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.offset + bytes.length > this.ref.sizeBytes) throw new RangeError('more bytes than were announced')
    this.#sha256.update(bytes)
    let at = 0
    while (at < bytes.length) {
      const room = chunkPlainBytes - this.#tailBytes
      if (this.#tailBytes === 0 && bytes.length - at >= chunkPlainBytes) {
        // A whole chunk at once needs no copy.
        this.#sealChunk(bytes.subarray(at, at + chunkPlainBytes))
        at += chunkPlainBytes
      } else {
        const piece = bytes.subarray(at, at + room)
        this.#tail.set(piece, this.#tailBytes)
        this.#tailBytes += piece.length
        at += piece.length
        if (this.#tailBytes === chunkPlainBytes) this.#sealTail()
      }
      if (this.#queuedBytes >= writeBytes) await this.#write()
    }
    if (this.offset === this.ref.sizeBytes && !this.#isSealed) this.#sealTail()
  }

  #sealTail(): void {
    const plain = this.#tail.subarray(0, this.#tailBytes)
    this.#tailBytes = 0
    this.#sealChunk(plain)
  }

  #sealChunk(plain: Uint8Array): void {
    const isLast = (this.#chunks + 1) * chunkPlainBytes >= this.ref.sizeBytes
    const sealed = this.#sealer.seal(this.#chunks, plain, isLast)
    for (const part of sealed) {
      this.#payloadSha256.update(part)
      this.#queue.push(part)
      this.#queuedBytes += part.length
    }
    this.#chunks += 1
  }

  async #write(): Promise<void> {
    const parts = this.#queue
    this.#queue = []
    this.#queuedBytes = 0
    await this.#soundly(this.#writer.write(parts))
  }

  async #soundly<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      this.#isSound = false
      throw error
    }
  }

  /**
   * Put every byte received on disk. Order: payload, then the box of the tail, which opens only after the chunk it
   * belongs to.
   */
  async flush(): Promise<void> {
    if (this.#queuedBytes > 0) await this.#write()
    await this.#soundly(this.#writer.sync())
    if (this.#tailBytes > 0) await this.#soundly(this.#writeTail())
    this.#durableBytes = this.offset
  }

  /** Written in turns to two boxes: a crash that tears one leaves the other, with all that was acknowledged before. */
  async #writeTail(): Promise<void> {
    const plain = this.#tail.subarray(0, this.#tailBytes)
    const box = sealBox(tailKey(this.#fileKey), plain, tailContext(this.ref, this.#chunks))
    this.#tailSlot = 1 - this.#tailSlot
    await using writer = await this.#objects.append(tailObject(this.ref, this.#tailSlot), 0)
    await writer.write([box])
    await writer.sync()
  }

  /** Once complete: both digests, and the key that opens the payload. */
  finish(): { sha256: Uint8Array; payloadSha256: Uint8Array; fileKey: Uint8Array } {
    if (!this.isComplete) throw new Error('the recording is not complete')
    return {
      sha256: this.#sha256.copy().digest(),
      payloadSha256: this.#payloadSha256.copy().digest(),
      fileKey: Uint8Array.from(this.#fileKey),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close()
  }
}

/** Leave nothing of a draft: bytes, tail, key. May run twice. */
export async function discardDraft(keystore: Keystore, objects: ObjectStore, ref: DraftRef): Promise<void> {
  await closeDraft(keystore, objects, ref)
  await objects.remove(ref.objectKey)
}

/** After its recording was stored: the key lives on under its bucket, the payload stays. May run twice. */
export async function closeDraft(keystore: Keystore, objects: ObjectStore, ref: DraftRef): Promise<void> {
  await keystore.destroy(draftKeyName(ref))
  for (const slot of tailSlots) await objects.remove(tailObject(ref, slot))
}

function draftKeyName(ref: DraftRef): string {
  return `draft/${ref.draftId}`
}

const tailSlots = [0, 1] as const

function tailObject(ref: DraftRef, slot: number): string {
  return `${ref.objectKey}.tail${slot}`
}

/** Bound to the chunk it comes after: the tail of an earlier moment, whose bytes are in a chunk by now, does not open. */
function tailContext(ref: DraftRef, chunks: number): string {
  return `${ref.draftId}/${chunks}`
}

/** The longest tail that belongs after `chunks`; empty when there is none. */
async function readTail(
  objects: ObjectStore,
  ref: DraftRef,
  fileKey: Uint8Array,
  chunks: number,
): Promise<{ tail: Uint8Array; tailSlot: number }> {
  let found = { tail: new Uint8Array(0), tailSlot: 0 }
  for (const slot of tailSlots) {
    const size = (await objects.sizeOf(tailObject(ref, slot))) ?? 0
    if (size === 0) continue
    const box = await objects.read(tailObject(ref, slot), 0, size)
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
