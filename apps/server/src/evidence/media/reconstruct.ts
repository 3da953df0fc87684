import type { RegisteredRecording } from '#recordings'
import { type ByteSource, limitReads } from './byte-source.ts'
import type { MediaDeps } from './deps.ts'
import type { Gathered } from './gathered.ts'
import { describeParameters, readSequenceParameters, readSlice, unitType } from './h264-units.ts'
import type { MediaFacts } from './media-facts.ts'
import type { Rotation } from './rules.ts'

/** How another recording of the same camera tells its player to decode, for one that lost the words. */
export type Reference = Readonly<{
  description: Uint8Array
  framesPerSecond: number | null
  rotation: Rotation
}>

const mostTried = 5
const mostIndexBytes = 64 * 1024 * 1024
const nominalFramesPerSecond = 25

/**
 * Of the same camera the sound recording nearest in time whose parameters can be read, itself an MP4 or MOV of H.264: what
 * was set since, or another firmware, encodes by others.
 */
export async function findReference(
  { db, recordings, vault }: Pick<MediaDeps, 'db' | 'recordings' | 'vault'>,
  lost: RegisteredRecording,
  signal: AbortSignal,
): Promise<Reference | null> {
  for (const other of await recordings.listSoundOf(lost, mostTried)) {
    signal.throwIfAborted()
    const source = await vault.find(db.of(lost.corpsId), other.id, 'payload').catch(() => undefined)
    const description = source === undefined ? null : await findParameters(source)
    if (description === null) continue
    const { framesPerSecond = null } = other.facts?.video ?? {}
    return { description, framesPerSecond, rotation: other.facts?.rotation ?? 0 }
  }
  return null
}

/** What is left of the words in a recording whose index leads nowhere. */
export async function ownReference(
  source: ByteSource,
  { video }: Pick<MediaFacts, 'video'>,
): Promise<Reference | null> {
  const description = await findParameters(source)
  const { framesPerSecond = null, rotation = 0 } = video ?? {}
  return description === null ? null : { description, framesPerSecond, rotation }
}

/** The record of parameter sets (`avcC`) in the index of a sound MP4. */
export async function findParameters(source: ByteSource): Promise<Uint8Array | null> {
  for await (const { type, start, end } of boxesOf(source)) {
    if (type !== 'moov') continue
    if (end > source.sizeBytes || end - start > mostIndexBytes) return null
    const index = Buffer.from(await source.read(start, end))
    const at = index.indexOf('avcC')
    if (at < 4) return null
    const record = index.subarray(at + 4, at - 4 + index.readUInt32BE(at - 4))
    // Version 1, and lengths of four bytes, as every camera has them.
    return record.length > 7 && record[0] === 1 && ((record[4] ?? 0) & 3) === 3 ? Uint8Array.from(record) : null
  }
  return null
}

/**
 * Gather the H.264 pictures of an MP4 whose index is missing by the chain of their units: each says how long it is.
 * What lies between them, such as sound, is passed over. Null when no picture is found, or nothing says how to decode
 * them. Everything is read once, and little is held.
 */
export async function gather(
  source: ByteSource,
  reference: Reference | null,
  signal: AbortSignal,
): Promise<Gathered | null> {
  const limits = {
    reads: 10_000 + source.sizeBytes / 65_536,
    bytes: source.sizeBytes * 3 + (1 << 24),
    bytesAtOnce: windowBytes,
  }
  const window = new Window(limitReads(source, limits, signal))
  const found = new Pictures()
  const endAt = source.sizeBytes
  let at = await samplesAt(source)
  let isChained = false
  while (at + 5 <= endAt) {
    const unit = await unitAt(window, at, endAt)
    // Where the chain is broken, another unit behind it begins it again, or one that can hardly be chance.
    const isUnit =
      unit !== null &&
      (isChained || (await unitAt(window, unit.end, endAt)) !== null || (await standsAlone(window, unit, at)))
    if (unit === null || !isUnit) {
      isChained = false
      at += 1
      continue
    }
    found.add(unit, at, isChained)
    isChained = true
    at = unit.end
  }
  return found.describe(reference)
}

const windowBytes = 4 * 1024 * 1024
const longestUnit = 8 * 1024 * 1024
const longestAlone = 512 * 1024

type Unit = Readonly<{ type: number; end: number; head: Uint8Array; isFirst: boolean; pps: number }>

/** A picture of one unit between stretches of sound has no other behind it: it must be well formed to its end. */
async function standsAlone(window: Window, { isFirst, pps, end }: Unit, at: number): Promise<boolean> {
  if (!isFirst || pps !== 0 || end - at > longestAlone) return false
  const unit = await window.at(at + 4, end - at - 4)
  // ISO/IEC 14496-10, 7.4.1: never two zero bytes and then one below three, and none at the end.
  for (let place = 2; place < unit.length; place += 1) {
    if ((unit[place] ?? 0) < 3 && unit[place - 1] === 0 && unit[place - 2] === 0) return false
  }
  return unit.at(-1) !== 0
}

async function unitAt(window: Window, at: number, endAt: number): Promise<Unit | null> {
  if (at + 5 > endAt) return null
  const head = await window.at(at, 512)
  const sizeBytes = head[0] === 0 ? ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0) : 0
  const type = unitType(head[4] ?? 0xff)
  const end = at + 4 + sizeBytes
  if (sizeBytes < 2 || sizeBytes > longestUnit || type === 0 || end > endAt) return null
  const unit = head.subarray(4, 4 + sizeBytes)
  if (type === 1 || type === 5) {
    const slice = sizeBytes < 8 ? null : readSlice(unit)
    return slice === null ? null : { type, end, head: unit, ...slice }
  }
  if (type === 7 && readSequenceParameters(unit) === null) return null
  if ((type === 7 || type === 8) && sizeBytes > 500) return null
  if (type === 9 && sizeBytes > 4) return null
  return { type, end, head: unit, isFirst: false, pps: -1 }
}

/** Units as they are found, put together to pictures. */
class Pictures {
  readonly #at: number[] = []
  readonly #sizeBytes: number[] = []
  readonly #isKey: number[] = []
  #sps: Uint8Array | undefined
  #pps: Uint8Array | undefined
  /** Where the units before the next slice begin; undefined when they belong to nothing yet. */
  #headAt: number | undefined

  add({ type, end, head, isFirst }: Unit, at: number, isChained: boolean): void {
    if (!isChained) this.#headAt = undefined
    if (type === 7) this.#sps ??= Uint8Array.from(head)
    if (type === 8) this.#pps ??= Uint8Array.from(head)
    if (type !== 1 && type !== 5) {
      this.#headAt ??= at
      return
    }
    const last = this.#at.length - 1
    if (isFirst) {
      this.#at.push(this.#headAt ?? at)
      this.#sizeBytes.push(end - (this.#headAt ?? at))
      this.#isKey.push(type === 5 ? 1 : 0)
    } else if (isChained && last >= 0 && this.#headAt === undefined) {
      // Another slice of the same picture.
      this.#sizeBytes[last] = end - (this.#at[last] ?? 0)
    }
    this.#headAt = undefined
  }

  describe(reference: Reference | null): Gathered | null {
    const isInBand = this.#sps !== undefined && this.#pps !== undefined
    const description =
      this.#sps !== undefined && this.#pps !== undefined
        ? describeParameters(this.#sps, this.#pps)
        : (reference?.description ?? null)
    const sps = isInBand
      ? this.#sps
      : description?.subarray(8, 8 + ((description[6] ?? 0) << 8) + (description[7] ?? 0))
    const sequence = sps === undefined ? null : readSequenceParameters(sps)
    if (description === null || sequence === null || !this.#isKey.includes(1)) return null
    return {
      codec: sequence.codec,
      codedWidth: sequence.widthPx,
      codedHeight: sequence.heightPx,
      rotation: reference?.rotation ?? 0,
      description,
      framesPerSecond: reference?.framesPerSecond ?? nominalFramesPerSecond,
      pictures: {
        at: Float64Array.from(this.#at),
        sizeBytes: Uint32Array.from(this.#sizeBytes),
        isKey: Uint8Array.from(this.#isKey),
      },
    }
  }
}

/** Bytes from one place on, read in large pieces. */
class Window {
  readonly #source: ByteSource
  #start = 0
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** As many as there are, up to `count`. */
  async at(start: number, count: number): Promise<Uint8Array> {
    const end = Math.min(start + count, this.#source.sizeBytes)
    if (start < this.#start || end > this.#start + this.#bytes.length) {
      this.#start = start
      this.#bytes = await this.#source.read(start, Math.min(start + windowBytes, this.#source.sizeBytes))
    }
    return this.#bytes.subarray(start - this.#start, end - this.#start)
  }
}

const mostBoxes = 1000

/** Where the samples begin: after the header of the first box of them, however long it says to be. */
async function samplesAt(source: ByteSource): Promise<number> {
  for await (const { type, bodyAt } of boxesOf(source)) if (type === 'mdat') return bodyAt
  return 0
}

/** Boxes of the file itself, as long as they are boxes; the last may reach beyond the end. */
async function* boxesOf(
  source: ByteSource,
): AsyncGenerator<{ type: string; start: number; bodyAt: number; end: number }> {
  let start = 0
  for (let count = 0; count < mostBoxes && start + 8 <= source.sizeBytes; count += 1) {
    const head = Buffer.from(await source.read(start, Math.min(start + 16, source.sizeBytes)))
    const type = head.toString('latin1', 4, 8)
    const short = head.readUInt32BE(0)
    if (!/^[\x20-\x7e]{4}$/.test(type)) return
    const isLong = short === 1 && head.length === 16
    const size = isLong ? Number(head.readBigUInt64BE(8)) : short
    const end = size === 0 ? source.sizeBytes : start + size
    yield { type, start, bodyAt: start + (isLong ? 16 : 8), end }
    if (end <= start) return
    start = end
  }
}
