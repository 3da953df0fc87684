import { Bits } from './h264-units.ts'

/** What an H.265 unit is by its first two bytes; ITU-T H.265, 7.3.1.2. Negative for what no camera writes. */
export function unitType(first: number, second: number): number {
  const isOfBaseLayer = (first & 0x81) === 0 && second >= 1 && second <= 7
  const type = first >> 1
  return isOfBaseLayer && (isPicture(type) || (type >= 32 && type <= 40)) ? type : -1
}

export const isPicture = (type: number): boolean => (type >= 0 && type <= 9) || isKey(type)
/** Pictures at which decoding may begin (7.4.2.2). */
export const isKey = (type: number): boolean => type >= 16 && type <= 21

/** The beginning of a slice (7.3.6.1): whether it begins a picture, and the parameters it names. Null for what is none. */
export function readSlice(unit: Uint8Array, type: number): Readonly<{ isFirst: boolean; pps: number }> | null {
  try {
    const bits = new Bits(unit.subarray(2, 16))
    const isFirst = bits.read(1) === 1
    if (isKey(type)) bits.read(1)
    const pps = bits.ue()
    return pps > 63 ? null : { isFirst, pps }
  } catch {
    return null
  }
}

const startCode = Uint8Array.of(0, 0, 0, 1)

/** The parameter sets in the record of an MP4 (ISO/IEC 14496-15, 8.3.3.1), as a stream has them; empty for no such record. */
export function streamOf(record: Uint8Array): Uint8Array {
  const sets: Uint8Array[] = []
  const word = (at: number) => ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0)
  let at = 23
  for (let array = 0; array < (record[22] ?? 0); array += 1) {
    const count = word(at + 1)
    at += 3
    for (let unit = 0; unit < count && at + 2 <= record.length; unit += 1) {
      sets.push(startCode, record.subarray(at + 2, at + 2 + word(at)))
      at += 2 + word(at)
    }
  }
  return new Uint8Array(Buffer.concat(sets))
}
