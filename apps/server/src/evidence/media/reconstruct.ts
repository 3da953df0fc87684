import type { RecordingId } from '@getuige/base'
import type { RegisteredRecording } from '#recordings'
import { type ByteSource, limitReads } from './byte-source.ts'
import type { MediaDeps } from './deps.ts'
import type { Coding, Gathered, GatheredAvc, GatheredHevc } from './gathered.ts'
import * as avc from './h264-units.ts'
import { describeParameters, readSequenceParameters } from './h264-units.ts'
import * as hevc from './h265-units.ts'
import type { MediaFacts } from './media-facts.ts'
import type { Rotation } from './rules.ts'

/** How another recording of the same camera tells its player to decode, for one that lost the words. */
export type Reference = Readonly<{
  coding: Coding
  description: Uint8Array
  framesPerSecond: number | null
  rotation: Rotation
  /** Null: the lost recording itself. */
  recordingId: RecordingId | null
}>

const mostTried = 5
const mostIndexBytes = 64 * 1024 * 1024
const nominalFramesPerSecond = 25

/**
 * Of the same camera, and so of the same corps, the sound recordings nearest in time whose parameters can be read: what was
 * set since, or another firmware, encodes by others. See `chooseReferences`.
 */
export async function findReferences(
  { db, recordings, vault }: Pick<MediaDeps, 'db' | 'recordings' | 'vault'>,
  lost: RegisteredRecording,
  signal: AbortSignal,
): Promise<readonly Reference[]> {
  const found: Reference[] = []
  for (const other of await recordings.listSoundOf(lost, mostTried)) {
    signal.throwIfAborted()
    const source = await vault.find(db.of(lost.corpsId), other.id, 'payload').catch(() => undefined)
    const parameters = source === undefined ? null : await findParameters(source)
    if (parameters === null) continue
    const { framesPerSecond = null } = other.facts?.video ?? {}
    found.push({ ...parameters, framesPerSecond, rotation: other.facts?.rotation ?? 0, recordingId: other.id })
  }
  return chooseReferences(found)
}

/** Of each coding the first, which is the nearest: a camera that was set otherwise may have made the lost one with either. */
export const chooseReferences = (found: readonly Reference[]): readonly Reference[] =>
  found.filter(({ coding }, place) => found.findIndex((other) => other.coding === coding) === place)

/** What is left of the words in a recording whose index leads nowhere; at most one. */
export async function ownReferences(
  source: ByteSource,
  { video }: Pick<MediaFacts, 'video'>,
): Promise<readonly Reference[]> {
  const parameters = await findParameters(source)
  const { framesPerSecond = null, rotation = 0 } = video ?? {}
  return parameters === null ? [] : [{ ...parameters, framesPerSecond, rotation, recordingId: null }]
}

/** Of each record of parameter sets the byte that says in its last two bits how long the lengths of units are, less one. */
const records = { avcC: ['avc', 4], hvcC: ['hevc', 21] } as const

/** The record of parameter sets in the index of a sound MP4: ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1. */
async function findParameters(source: ByteSource): Promise<Pick<Reference, 'coding' | 'description'> | null> {
  for await (const { type, start, end } of boxesOf(source)) {
    if (type !== 'moov') continue
    if (end > source.sizeBytes || end - start > mostIndexBytes) return null
    const index = Buffer.from(await source.read(start, end))
    for (const [name, [coding, lengthsAt]] of Object.entries(records)) {
      const at = index.indexOf(name)
      if (at < 4) continue
      const record = index.subarray(at + 4, at - 4 + index.readUInt32BE(at - 4))
      // Version 1, and lengths of four bytes, as every camera has them.
      const isUsual = record.length > lengthsAt + 2 && record[0] === 1 && ((record[lengthsAt] ?? 0) & 3) === 3
      if (isUsual) return { coding, description: Uint8Array.from(record) }
    }
    return null
  }
  return null
}

/**
 * Gather the pictures of an MP4 whose index is missing by the chain of their units: each says how long it is. What lies
 * between them, such as sound, is passed over. Null when no picture is found, or nothing says how to decode them.
 * Everything is read once, and little is held.
 */
export async function gatherAvc(
  source: ByteSource,
  references: References,
  signal: AbortSignal,
): Promise<GatheredAvc | null> {
  const reference = references.find(({ coding }) => coding === 'avc')
  const { pictures, sets } = await collect(source, classifyAvc, signal)
  const [sps, pps] = [sets.get('sps'), sets.get('pps')]
  const isInBand = sps !== undefined && pps !== undefined
  const description = isInBand ? describeParameters(sps, pps) : reference?.description
  const own = isInBand ? sps : description?.subarray(8, 8 + ((description[6] ?? 0) << 8) + (description[7] ?? 0))
  const sequence = own === undefined ? null : readSequenceParameters(own)
  if (description === undefined || sequence === null || !pictures.isKey.includes(1)) return null
  const { codec, widthPx, heightPx } = sequence
  return { codec, codedWidth: widthPx, codedHeight: heightPx, description, pictures, ...nominal(reference) }
}

/** As `gatherAvc`, of H.265. */
export async function gatherHevc(
  source: ByteSource,
  references: References,
  signal: AbortSignal,
): Promise<GatheredHevc | null> {
  const reference = references.find(({ coding }) => coding === 'hevc')
  const { pictures, sets } = await collect(source, classifyHevc, signal)
  const isInBand = sets.has('sps') && sets.has('pps')
  if ((!isInBand && reference === undefined) || !pictures.isKey.includes(1)) return null
  const parameters = reference === undefined ? new Uint8Array() : hevc.streamOf(reference.description)
  return { parameters, pictures, ...nominal(reference) }
}

type References = readonly Reference[]

const nominal = (reference: Reference | undefined) => ({
  rotation: reference?.rotation ?? 0,
  framesPerSecond: reference?.framesPerSecond ?? nominalFramesPerSecond,
})

async function collect(source: ByteSource, classify: Classify, signal: AbortSignal) {
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
    const unit = await unitAt(window, at, endAt, classify)
    // Where the chain is broken, another unit behind it begins it again, or one that can hardly be chance.
    const isUnit =
      unit !== null &&
      (isChained || (await unitAt(window, unit.end, endAt, classify)) !== null || (await standsAlone(window, unit, at)))
    if (unit === null || !isUnit) {
      isChained = false
      at = window.zeroFrom(at + 1)
      continue
    }
    found.add(unit, at, isChained)
    isChained = true
    at = unit.end
  }
  return found
}

const windowBytes = 4 * 1024 * 1024
const longestUnit = 8 * 1024 * 1024
const longestAlone = 512 * 1024
const longestParameters = 500

/** What a unit is by its first bytes; null for what is none. `head`: as much of it as there is, up to 508 bytes. */
type Classify = (head: Uint8Array, sizeBytes: number) => Kind | null
type Kind = Readonly<{ is: 'slice'; isFirst: boolean; isKey: boolean; pps: number } | { is: 'sps' | 'pps' | 'other' }>
type Unit = Kind & Readonly<{ end: number; head: Uint8Array }>

function classifyAvc(head: Uint8Array, sizeBytes: number): Kind | null {
  const type = avc.unitType(head[0] ?? 0xff)
  if (type === 0) return null
  if (type === 1 || type === 5) {
    const slice = sizeBytes < 8 ? null : avc.readSlice(head)
    return slice && { is: 'slice', isKey: type === 5, ...slice }
  }
  if (type === 7 && readSequenceParameters(head) === null) return null
  if (type === 7 || type === 8) return sizeBytes > longestParameters ? null : { is: type === 7 ? 'sps' : 'pps' }
  return type === 9 && sizeBytes > 4 ? null : { is: 'other' }
}

function classifyHevc(head: Uint8Array, sizeBytes: number): Kind | null {
  const type = hevc.unitType(head[0] ?? 0xff, head[1] ?? 0)
  if (type < 0) return null
  if (hevc.isPicture(type)) {
    const slice = sizeBytes < 8 ? null : hevc.readSlice(head, type)
    return slice && { is: 'slice', isKey: hevc.isKey(type), ...slice }
  }
  if (type <= 34)
    return sizeBytes > longestParameters ? null : { is: type === 33 ? 'sps' : type === 34 ? 'pps' : 'other' }
  return type <= 37 && sizeBytes > 4 ? null : { is: 'other' }
}

/** A picture of one unit between stretches of sound has no other behind it: it must be well formed to its end. */
async function standsAlone(window: Window, found: Unit, at: number): Promise<boolean> {
  const { end } = found
  if (found.is !== 'slice' || !found.isFirst || found.pps !== 0 || end - at > longestAlone) return false
  const unit = await window.at(at + 4, end - at - 4)
  // ISO/IEC 14496-10, 7.4.1: never two zero bytes and then one below three, and none at the end.
  for (let place = 2; place < unit.length; place += 1) {
    if ((unit[place] ?? 0) < 3 && unit[place - 1] === 0 && unit[place - 2] === 0) return false
  }
  return unit.at(-1) !== 0
}

async function unitAt(window: Window, at: number, endAt: number, classify: Classify): Promise<Unit | null> {
  if (at + 5 > endAt) return null
  const head = await window.at(at, 512)
  const sizeBytes = head[0] === 0 ? ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0) : 0
  const end = at + 4 + sizeBytes
  if (sizeBytes < 2 || sizeBytes > longestUnit || end > endAt) return null
  const unit = head.subarray(4, 4 + sizeBytes)
  const kind = classify(unit, sizeBytes)
  return kind && { ...kind, end, head: unit }
}

/** Units as they are found, put together to pictures. */
class Pictures {
  /** The first of each. */
  readonly sets = new Map<'sps' | 'pps', Uint8Array>()
  readonly #at: number[] = []
  readonly #sizeBytes: number[] = []
  readonly #isKey: number[] = []
  /** Where the units before the next slice begin; undefined when they belong to nothing yet. */
  #headAt: number | undefined

  add(unit: Unit, at: number, isChained: boolean): void {
    if (!isChained) this.#headAt = undefined
    if (unit.is !== 'slice') {
      if (unit.is !== 'other' && !this.sets.has(unit.is)) this.sets.set(unit.is, Uint8Array.from(unit.head))
      this.#headAt ??= at
      return
    }
    const last = this.#at.length - 1
    if (unit.isFirst) {
      this.#at.push(this.#headAt ?? at)
      this.#sizeBytes.push(unit.end - (this.#headAt ?? at))
      this.#isKey.push(unit.isKey ? 1 : 0)
    } else if (isChained && last >= 0 && this.#headAt === undefined) {
      // Another slice of the same picture.
      this.#sizeBytes[last] = unit.end - (this.#at[last] ?? 0)
    }
    this.#headAt = undefined
  }

  get pictures(): Gathered['pictures'] {
    return {
      at: Float64Array.from(this.#at),
      sizeBytes: Uint32Array.from(this.#sizeBytes),
      isKey: Uint8Array.from(this.#isKey),
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

  /** The first zero from there on, where alone a length can begin, as far as bytes are held; else where they end. */
  zeroFrom(start: number): number {
    const zero = this.#bytes.indexOf(0, Math.max(0, start - this.#start))
    return zero === -1 ? Math.max(start, this.#start + this.#bytes.length) : this.#start + zero
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
