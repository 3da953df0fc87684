import type { ByteSource } from '../byte-source.ts'
import { type Fix, maxFixes, toTime } from './track.ts'

/**
 * Recorders with a Novatek chip write one block of places a second beside the pictures, and a table of them, pairs of
 * offset and size, in the index. A block is a `free` box that begins with `GPS `; then, lowest byte first, hour, minute,
 * second, year, month and day, `A` while the place is known, the letters of the hemispheres, and as floats degrees and
 * minutes of both, and knots.
 */
export async function readNovatekTrack(
  source: ByteSource,
  table: Readonly<{ start: number; end: number }>,
): Promise<Fix[]> {
  const blocks = viewOf(await source.read(table.start, Math.min(table.end, table.start + maxTableBytes)))
  const fixes: Fix[] = []
  for (let at = 8; at + 8 <= blocks.byteLength && fixes.length < maxFixes; at += 8) {
    const [offset, size] = [blocks.getUint32(at), blocks.getUint32(at + 4)]
    if (size < 48 || size > maxBlockBytes || offset + size > source.sizeBytes) continue
    const block = viewOf(await source.read(offset, Math.min(offset + size, offset + 128)))
    // Where the clock begins depends on the firmware.
    const fix = [48, 16].map((place) => readBlock(block, place)).find((found) => found !== undefined)
    if (fix !== undefined) fixes.push({ ...fix, atMs: ((at - 8) / 8) * 1000 })
  }
  return fixes
}

const maxTableBytes = 1024 * 1024
const maxBlockBytes = 1024 * 1024

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function readBlock(block: DataView, at: number): Fix | undefined {
  if (block.byteLength < at + 40 || letters(block, 4, 8) !== 'freeGPS ') return undefined
  const number = (index: number) => block.getUint32(at + index * 4, true)
  const [hour, minute, second] = [number(0), number(1), number(2)]
  const year = number(3) < 100 ? 2000 + number(3) : number(3)
  if (hour > 23 || minute > 59 || second > 60 || number(4) < 1 || number(4) > 12 || number(5) > 31) return undefined
  const [known, northSouth, eastWest] = letters(block, at + 24, 3)
  if (known !== 'A' || !/[NS]/.test(northSouth ?? '') || !/[EW]/.test(eastWest ?? '')) return undefined
  return {
    latitude: degrees(block.getFloat32(at + 28, true)) * (northSouth === 'S' ? -1 : 1),
    longitude: degrees(block.getFloat32(at + 32, true)) * (eastWest === 'W' ? -1 : 1),
    speed: block.getFloat32(at + 36, true) * 0.514_444,
    time: toTime(Date.UTC(year, number(4) - 1, number(5), hour, minute, second)),
  }
}

/** `ddmm.mmmm` */
function degrees(value: number): number {
  const whole = Math.trunc(value / 100)
  return whole + (value - whole * 100) / 60
}

const letters = (view: DataView, at: number, length: number): string =>
  Buffer.from(view.buffer, view.byteOffset + at, length).toString('latin1')
