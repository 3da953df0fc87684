import { instantOf } from '@getuige/base'
import { type Clip, readClip } from './clips/clips.ts'

/** What makes a clip the recording of one camera on one day. `recordedOn` is a local day, `YYYY-MM-DD`. */
export type Personal = Readonly<{
  recordedOn: string
  timeZone: string
  location?: Readonly<{ latitude: number; longitude: number }>
  cameraSerial: string
  /** Anything that differs for each result, so that no two have the same digest. */
  nonce: string
}>

/** The instant of a clip's first frame on a day: its burnt-in clock, read in that time zone. */
export const startOfClip = (clip: Clip, recordedOn: string, timeZone: string): Date =>
  instantOf(recordedOn, clip.startsAt, timeZone)

/**
 * A clip as a camera would have written it: creation time, place and serial number set, its pictures and sound
 * untouched. Only boxes of the MP4 change, so no codec is needed. The MP4 headers keep whole seconds; the QuickTime
 * key beside them has the milliseconds too.
 */
export async function personaliseClip(clip: Clip, personal: Personal): Promise<Uint8Array> {
  const bytes = await readClip(clip)
  const moov = childrenOf(bytes, 0, bytes.length).find((box) => box.type === 'moov')
  if (moov === undefined) throw new Error(`${clip.file} has no moov box`)

  const startedAt = startOfClip(clip, personal.recordedOn, personal.timeZone)
  const added = metadata(personal, startedAt)
  const head = bytes.slice(0, moov.end)
  setUint32(head, moov.start, moov.end - moov.start + added.length)
  const seconds = Math.floor(startedAt.getTime() / 1000) + mp4Epoch
  patch(head, moov, seconds, added.length)
  return new Uint8Array(Buffer.concat([head, added, bytes.subarray(moov.end)]))
}

/** Seconds from 1904-01-01, where MP4 counts from, to 1970-01-01 (ISO/IEC 14496-12, 8.2.2). */
const mp4Epoch = 2_082_844_800

type Box = Readonly<{ type: string; start: number; end: number }>

function childrenOf(bytes: Uint8Array, start: number, end: number): Box[] {
  const boxes: Box[] = []
  for (let at = start; at + 8 <= end;) {
    const size = viewOf(bytes).getUint32(at)
    if (size < 8) throw new Error('a clip holds only boxes with a plain size')
    boxes.push({ type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), start: at, end: at + size })
    at += size
  }
  return boxes
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const setUint32 = (bytes: Uint8Array, at: number, value: number): void => viewOf(bytes).setUint32(at, value)

/** Write the times into every header below `parent`, and move chunk offsets past the bytes added before `mdat`. */
function patch(bytes: Uint8Array, parent: Box, seconds: number, addedBytes: number): void {
  for (const box of childrenOf(bytes, parent.start + 8, parent.end)) {
    if (['trak', 'mdia', 'minf', 'stbl'].includes(box.type)) patch(bytes, box, seconds, addedBytes)
    if (['mvhd', 'tkhd', 'mdhd'].includes(box.type)) {
      if (bytes[box.start + 8] !== 0) throw new Error('a clip holds only headers of version 0')
      setUint32(bytes, box.start + 12, seconds)
      setUint32(bytes, box.start + 16, seconds)
    }
    if (box.type === 'stco') {
      const view = viewOf(bytes)
      const count = view.getUint32(box.start + 12)
      for (let entry = 0; entry < count; entry++) {
        const at = box.start + 16 + entry * 4
        view.setUint32(at, view.getUint32(at) + addedBytes)
      }
    }
  }
}

/** A `meta` box with keys as QuickTime names them, which mediabunny, ffprobe and exiftool read. */
function metadata({ location, cameraSerial, nonce }: Personal, startedAt: Date): Uint8Array {
  const entries: [key: string, value: string][] = [
    ['com.apple.quicktime.make', 'Getuige'],
    ['com.apple.quicktime.model', 'Synthetic camera'],
    ['com.apple.proapps.serialno', cameraSerial],
    ['com.apple.quicktime.creationdate', startedAt.toISOString()],
    ['com.apple.quicktime.comment', nonce],
  ]
  if (location !== undefined) entries.push(['com.apple.quicktime.location.ISO6709', iso6709(location)])

  const keys = entries.map(([key]) => box('mdta', text(key)))
  const values = entries.map(([, value], index) =>
    boxOf(uint32(index + 1), box('data', uint32(1), uint32(0), text(value))),
  )
  const handler = box('hdlr', uint32(0), uint32(0), text('mdta'), new Uint8Array(13))
  return box(
    'meta',
    uint32(0),
    handler,
    box('keys', uint32(0), uint32(entries.length), ...keys),
    box('ilst', ...values),
  )
}

/** ISO 6709 annex H: signed degrees with a fixed number of digits, closed by a slash. */
function iso6709({ latitude, longitude }: Readonly<{ latitude: number; longitude: number }>): string {
  const signed = (value: number, width: number): string =>
    `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4).padStart(width, '0')}`
  return `${signed(latitude, 7)}${signed(longitude, 8)}/`
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  setUint32(bytes, 0, value)
  return bytes
}

const box = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => boxOf(text(type), ...parts)

function boxOf(type: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([type, ...parts])
  return new Uint8Array(Buffer.concat([uint32(body.length + 4), body]))
}
