import type { ByteSource } from '../byte-source.ts'
import { findParts, packetBytes, packetsIn, readTimeStamp, type TransportStreamPart } from '../transport-stream.ts'
import { type Fix, maxFixes, toTime } from './track.ts'

/** MISB ST 0601: the key of the UAS datalink set, before every packet of it. */
const setKey = Buffer.from('060e2b34020b01010e01030101000000', 'hex')
const maxPacketBytes = 64 * 1024

/** Every place of the camera in packets of MISB ST 0601, in the order in which they stand. */
export function readKlv(bytes: Uint8Array): Fix[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fixes: Fix[] = []
  for (let at = all.indexOf(setKey); at !== -1 && fixes.length < maxFixes; at = all.indexOf(setKey, at + 16)) {
    const length = readLength(all, at + 16)
    if (length === null || length.value > maxPacketBytes || length.next + length.value > all.length) continue
    const fix = readSet(all.subarray(length.next, length.next + length.value))
    if (fix !== undefined) fixes.push(fix)
  }
  return fixes
}

/** SMPTE 336M, a length by BER: one byte, or how many bytes hold it. */
function readLength(bytes: Buffer, at: number): { value: number; next: number } | null {
  const first = bytes[at]
  if (first === undefined) return null
  if (first < 0x80) return { value: first, next: at + 1 }
  const width = first & 0x7f
  if (width === 0 || width > 4 || at + 1 + width > bytes.length) return null
  return { value: bytes.readUIntBE(at + 1, width), next: at + 1 + width }
}

function readSet(set: Buffer): Fix | undefined {
  let time: Date | undefined
  let latitude: number | undefined
  let longitude: number | undefined
  for (let at = 0; at < set.length;) {
    const tag = set[at] ?? 0
    const length = readLength(set, at + 1)
    if (length === null || length.next + length.value > set.length) break
    const value = set.subarray(length.next, length.next + length.value)
    if (tag === 2 && value.length === 8) time = toTime(Number(value.readBigUInt64BE() / 1000n))
    if (tag === 13 && value.length === 4) latitude = toDegrees(value.readInt32BE(), 180)
    if (tag === 14 && value.length === 4) longitude = toDegrees(value.readInt32BE(), 360)
    at = length.next + length.value
  }
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude, time }
}

/** The lowest number stands for an error; the rest covers `range` degrees. */
const toDegrees = (value: number, range: number): number =>
  value === -0x8000_0000 ? Number.NaN : (value * range) / 0xffff_fffe

const pieceBytes = packetBytes * 5000
/** Of one stream of places in a transport stream. */
const maxStreamBytes = 32 * 1024 * 1024

/**
 * Places in a transport stream that carries them beside its pictures (MISB ST 1402), at their moments after
 * `firstSeconds`. Reads the whole stream, at most `maxBytes` of it, and only where its tables name such a thing.
 */
export async function readKlvOfTransportStream(
  source: ByteSource,
  firstSeconds: number,
  maxBytes: number,
): Promise<Fix[]> {
  const head = await source.read(0, Math.min(source.sizeBytes, pieceBytes))
  const start = head.indexOf(0x47)
  const pid = start === -1 ? undefined : findParts(head.subarray(start)).find(isKlv)?.pid
  if (pid === undefined) return []

  const fixes: Fix[] = []
  let unit: Uint8Array[] = []
  let unitBytes = 0
  const finish = () => {
    if (unit.length > 0) for (const fix of readUnit(Buffer.concat(unit), firstSeconds)) fixes.push(fix)
    unit = []
    unitBytes = 0
  }
  const until = Math.min(source.sizeBytes, start + maxBytes)
  for (let from = start; from + packetBytes <= until && fixes.length < maxFixes; from += pieceBytes) {
    const piece = await source.read(from, Math.min(until, from + pieceBytes))
    for (const packet of packetsIn(piece)) {
      if (packet.pid !== pid) continue
      if (packet.isStart) finish()
      unitBytes += packet.payload.length
      if (unitBytes <= maxStreamBytes) unit.push(packet.payload)
    }
  }
  finish()
  return fixes
}

/** A packet of its stream: perhaps with a time in its header, and the set behind it. */
function readUnit(unit: Buffer, firstSeconds: number): Fix[] {
  const hasTime = unit.length >= 14 && unit.readUInt32BE(0) >>> 8 === 1 && ((unit[7] ?? 0) & 0x80) !== 0
  const atMs = hasTime ? readTimeStamp(unit, 9) / 90 - firstSeconds * 1000 : undefined
  return readKlv(unit).map((fix) => ({ ...fix, atMs }))
}

/** Type 0x15, or private data that registers itself as `KLVA`. */
const isKlv = ({ type, words }: TransportStreamPart): boolean => type === 0x15 || (type === 6 && words.includes('KLVA'))
