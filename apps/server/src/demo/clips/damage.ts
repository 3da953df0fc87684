/** Damage as it happens to real recordings, made from sound MP4 files that fit in memory. */

/** The file without its index: what remains when a camera lost power before it wrote the `moov` box. */
export function withoutMoov(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = view.getUint32(at) || bytes.length - at
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (type !== 'moov') kept.push(bytes.subarray(at, at + size))
    at += size
  }
  return new Uint8Array(Buffer.concat(kept))
}

/** The first part of the file: a copy that stopped half way. */
export const truncated = (bytes: Uint8Array, fraction: number): Uint8Array =>
  bytes.slice(0, Math.floor(bytes.length * fraction))

/** The file with zeros between two fractions of its length: blocks that a flash card could not read any more. */
export const zeroFilled = (bytes: Uint8Array, fromFraction: number, toFraction: number): Uint8Array =>
  bytes.slice().fill(0, Math.floor(bytes.length * fromFraction), Math.floor(bytes.length * toFraction))
