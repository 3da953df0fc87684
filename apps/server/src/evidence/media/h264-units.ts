/** What an H.264 unit is by its first byte; ISO/IEC 14496-10, 7.4.1. Zero for what no camera writes. */
export function unitType(header: number): number {
  const type = header & 0x1f
  const isReference = (header & 0x60) !== 0
  if ((header & 0x80) !== 0) return 0
  if (type === 5 || type === 7 || type === 8) return isReference ? type : 0
  if (type === 6 || type === 9 || type === 12) return isReference ? 0 : type
  return type === 1 ? type : 0
}

/** Bits of a unit, of H.265 too, without the bytes that keep it from looking like the beginning of another (7.3.1). */
export class Bits {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(unit: Uint8Array) {
    this.#bytes = Uint8Array.from(unit).filter(
      (byte, place, all) => !(byte === 3 && place >= 2 && all[place - 1] === 0 && all[place - 2] === 0),
    )
  }

  read(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit += 1, this.#at += 1) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw new RangeError('the unit is too short')
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1)
    }
    return value
  }

  /** Exp-Golomb code without a sign; 9.1. */
  ue(): number {
    let zeros = 0
    while (this.read(1) === 0) {
      zeros += 1
      if (zeros > 31) throw new RangeError('not a code')
    }
    return 2 ** zeros - 1 + this.read(zeros)
  }

  se(): number {
    const code = this.ue()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}

/** The beginning of a slice (7.3.3): whether it begins a picture, and the parameters it names. Null for what is none. */
export function readSlice(unit: Uint8Array): Readonly<{ isFirst: boolean; pps: number }> | null {
  try {
    const bits = new Bits(unit.subarray(1, 24))
    const firstBlock = bits.ue()
    const kind = bits.ue()
    const pps = bits.ue()
    return firstBlock > 139_264 || kind > 9 || pps > 255 ? null : { isFirst: firstBlock === 0, pps }
  } catch {
    return null
  }
}

export type SequenceParameters = Readonly<{ codec: string; widthPx: number; heightPx: number }>

const withChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** Profile and size of the pictures (7.3.2.1.1). Null where the unit does not say, or says what cannot be. */
export function readSequenceParameters(unit: Uint8Array): SequenceParameters | null {
  try {
    const bits = new Bits(unit.subarray(1, 512))
    const [profile, constraints, level] = [bits.read(8), bits.read(8), bits.read(8)]
    bits.ue()
    let chroma = 1
    if (withChroma.has(profile)) {
      chroma = bits.ue()
      if (chroma === 3) bits.read(1)
      bits.ue()
      bits.ue()
      bits.read(1)
      if (bits.read(1) === 1) skipScalingLists(bits, chroma === 3 ? 12 : 8)
    }
    bits.ue()
    const order = bits.ue()
    if (order === 0) bits.ue()
    if (order === 1) {
      bits.read(1)
      bits.se()
      bits.se()
      for (let left = bits.ue(); left > 0; left -= 1) bits.se()
    }
    bits.ue()
    bits.read(1)
    const acrossBlocks = bits.ue() + 1
    const downUnits = bits.ue() + 1
    const isWhole = bits.read(1)
    if (isWhole === 0) bits.read(1)
    bits.read(1)
    const isCropped = bits.read(1) === 1
    const [left, right, top, bottom] = isCropped ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
    const unitX = chroma === 1 || chroma === 2 ? 2 : 1
    const unitY = (chroma === 1 ? 2 : 1) * (2 - isWhole)
    const widthPx = acrossBlocks * 16 - (left + right) * unitX
    const heightPx = downUnits * 16 * (2 - isWhole) - (top + bottom) * unitY
    if (widthPx < 16 || heightPx < 16 || widthPx > 16_384 || heightPx > 16_384) return null
    const hex = [profile, constraints, level].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return { codec: `avc1.${hex}`, widthPx, heightPx }
  } catch {
    return null
  }
}

/** The size of the pictures of a stream whose units begin with start codes (annex B), from the first of it. */
export function findSequenceParameters(stream: Uint8Array): SequenceParameters | null {
  for (let at = 0; at + 8 < stream.length; at += 1) {
    const isStart = stream[at] === 0 && stream[at + 1] === 0 && stream[at + 2] === 1
    if (isStart && unitType(stream[at + 3] ?? 0xff) === 7) return readSequenceParameters(stream.subarray(at + 3))
  }
  return null
}

/** The same of units with their lengths before them, as an MP4 has them. */
export function findFramedParameters(units: Uint8Array): SequenceParameters | null {
  const view = new DataView(units.buffer, units.byteOffset, units.byteLength)
  for (let at = 0; at + 8 < units.length; at += 4 + view.getUint32(at)) {
    if (unitType(view.getUint8(at + 4)) === 7) return readSequenceParameters(units.subarray(at + 4))
  }
  return null
}

function skipScalingLists(bits: Bits, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (bits.read(1) === 0) continue
    let [last, next] = [8, 8]
    for (let place = 0; place < (list < 6 ? 16 : 64); place += 1) {
      if (next !== 0) next = (last + bits.se() + 256) % 256
      last = next === 0 ? last : next
    }
  }
}

/** ISO/IEC 14496-15, 5.3.3.1: the record in which an MP4 keeps parameter sets; lengths of units take four bytes. */
export function describeParameters(sps: Uint8Array, pps: Uint8Array): Uint8Array {
  const head = [1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1, sps.length >> 8, sps.length & 0xff]
  const isHigh = withChroma.has(sps[1] ?? 0)
  // High profiles say chroma and depth again: 4:2:0 and eight bits, all that is gathered here.
  const tail = isHigh ? [0xfd, 0xf8, 0xf8, 0] : []
  return Uint8Array.from([...head, ...sps, 1, pps.length >> 8, pps.length & 0xff, ...pps, ...tail])
}
