import type { ByteSource } from './byte-source.ts'

/** What the boxes of an MP4, QuickTime or 3GP file say without its samples (ISO/IEC 14496-12). */
export type Mp4Structure = Readonly<{
  hasIndex: boolean
  hasMediaData: boolean
  /** What of its samples is there. */
  mediaBytes: number
  /** A box, or the last chunk that the index names, lies past the end of the file. */
  isCut: boolean
  createdAt: Date | null
  tracks: readonly Mp4Track[]
  /** Its pictures lie in fragments: the index in front holds none of them. */
  isFragmented: boolean
  /** What its headers say of the whole of it; 0 where they say nothing. */
  headerMs: number
  /** It carries a manifest of C2PA. */
  hasManifest: boolean
  /** The table of places that recorders with a Novatek chip write into their index. */
  placesAt: Readonly<{ start: number; end: number }> | null
}>

/** One track, with where its tables lie: see `readSamples`. */
export type Mp4Track = {
  /** `vide`, `soun`, `meta` … */
  handler: string
  /** Of its samples: `avc1`, `gpmd` … */
  format: string
  /** Ticks a second. */
  timescale: number
  tables: Partial<Record<'stts' | 'stsz' | 'stsc' | 'stco' | 'co64', Readonly<{ start: number; end: number }>>>
}

const maxTracks = 64

/** A file with more boxes on one level than this is not one that a camera wrote. */
const maxBoxes = 20_000
const maxDepth = 6

type Box = Readonly<{ type: string; start: number; bodyStart: number; end: number }>

/** Walk the boxes of `source`, reading headers only. Rejects when a read is refused, never for what the bytes say. */
export async function readMp4Structure(source: ByteSource): Promise<Mp4Structure> {
  const tracks: Mp4Track[] = []
  let hasIndex = false
  let hasMediaData = false
  let mediaBytes = 0
  let hasManifest = false
  let isCut = false
  let isFragmented = false
  let createdAt: Date | null = null
  let placesAt: Mp4Structure['placesAt'] = null
  let timescale = 0
  let headerTicks = 0
  let lastChunkAt = 0

  const walkMovie = async (parent: Box, depth: number, track: Mp4Track | undefined): Promise<void> => {
    for await (const box of boxesIn(source, parent.bodyStart, Math.min(parent.end, source.sizeBytes))) {
      const place = { start: box.bodyStart, end: Math.min(box.end, source.sizeBytes) }
      let within = track
      if (box.type === 'trak' && depth === 0 && tracks.length < maxTracks) {
        within = { handler: '', format: '', timescale: 0, tables: {} }
        tracks.push(within)
      }
      if (['trak', 'mdia', 'minf', 'stbl', 'mvex'].includes(box.type) && depth < maxDepth) {
        await walkMovie(box, depth + 1, within)
      }
      if (box.type === 'mvhd') {
        createdAt ??= await readCreationTime(source, box)
        const header = await readTimeHeader(source, place)
        timescale = header.timescale
        headerTicks = Math.max(headerTicks, header.ticks)
      }
      if (box.type === 'mvex') isFragmented = true
      if (box.type === 'mehd') headerTicks = Math.max(headerTicks, await readLastNumber(source, place))
      if (box.type === 'gps ' && depth === 0) placesAt = place
      if (box.type === 'stco' || box.type === 'co64') {
        lastChunkAt = Math.max(lastChunkAt, await readLastChunk(source, box))
      }
      if (track === undefined) continue
      if (box.type === 'mdhd') track.timescale = (await readTimeHeader(source, place)).timescale
      // QuickTime has a second one, of how its data is reached.
      if (box.type === 'hdlr') track.handler ||= await readName(source, place, 8)
      if (box.type === 'stsd') track.format = await readName(source, place, 12)
      if (isTable(box.type)) track.tables[box.type] = place
    }
  }

  for await (const box of boxesIn(source, 0, source.sizeBytes)) {
    if (box.end > source.sizeBytes) isCut = true
    if (box.type === 'mdat' || box.type === 'moof') hasMediaData = true
    if (box.type === 'mdat') mediaBytes += Math.max(0, Math.min(box.end, source.sizeBytes) - box.bodyStart)
    if (box.type === 'jumb') hasManifest = true
    if (box.type === 'uuid' && box.bodyStart + 16 <= source.sizeBytes) {
      const id = await source.read(box.bodyStart, box.bodyStart + 16)
      if (Buffer.from(id).toString('hex') === manifestBox) hasManifest = true
    }
    if (box.type === 'moov') {
      hasIndex = box.end <= source.sizeBytes
      await walkMovie(box, 0, undefined)
    }
  }
  return {
    hasIndex,
    hasMediaData,
    mediaBytes,
    isCut: isCut || lastChunkAt >= source.sizeBytes,
    createdAt,
    tracks,
    isFragmented,
    headerMs: timescale > 0 ? (headerTicks / timescale) * 1000 : 0,
    hasManifest,
    placesAt,
  }
}

/** C2PA 2.1, A.5: the `uuid` box of its manifests. */
const manifestBox = 'd8fec3d61b0e483c92975828877ec481'

const isTable = (type: string): type is keyof Mp4Track['tables'] =>
  ['stts', 'stsz', 'stsc', 'stco', 'co64'].includes(type)

type Place = Readonly<{ start: number; end: number }>

/** `mvhd` and `mdhd` alike: ticks a second, and how many in all. */
async function readTimeHeader(
  source: ByteSource,
  { start, end }: Place,
): Promise<{ timescale: number; ticks: number }> {
  const view = viewOf(await source.read(start, Math.min(start + 32, end)))
  if (view.byteLength < 20) return { timescale: 0, ticks: 0 }
  if (view.getUint8(0) !== 1) return { timescale: view.getUint32(12), ticks: known(view.getUint32(16), 0xffff_ffff) }
  if (view.byteLength < 32) return { timescale: 0, ticks: 0 }
  return { timescale: view.getUint32(20), ticks: known(Number(view.getBigUint64(24)), 2 ** 53) }
}

/** A duration of all ones stands for one that is not known. */
const known = (ticks: number, unknown: number): number => (ticks >= unknown ? 0 : ticks)

/** `mehd`: how long all the fragments are. */
async function readLastNumber(source: ByteSource, { start, end }: Place): Promise<number> {
  const view = viewOf(await source.read(start, Math.min(start + 12, end)))
  if (view.byteLength >= 12 && view.getUint8(0) === 1) return known(Number(view.getBigUint64(4)), 2 ** 53)
  return view.byteLength >= 8 ? known(view.getUint32(4), 0xffff_ffff) : 0
}

async function readName(source: ByteSource, { start, end }: Place, offset: number): Promise<string> {
  if (start + offset + 4 > end) return ''
  return Buffer.from(await source.read(start + offset, start + offset + 4)).toString('latin1')
}

/** The boxes between two places; ends without a word where the bytes are no boxes any more. */
async function* boxesIn(source: ByteSource, start: number, end: number): AsyncGenerator<Box> {
  let at = start
  for (let count = 0; count < maxBoxes && at + 8 <= end; count++) {
    const view = viewOf(await source.read(at, Math.min(at + 16, source.sizeBytes)))
    const type = String.fromCharCode(view.getUint8(4), view.getUint8(5), view.getUint8(6), view.getUint8(7))
    let size = view.getUint32(0)
    let header = 8
    if (size === 1 && view.byteLength === 16) {
      size = Number(view.getBigUint64(8))
      header = 16
    }
    if (size === 0) size = end - at
    if (size < header || !/^[\x20-\x7e\xa9]{4}$/.test(type)) return
    yield { type, start: at, bodyStart: at + header, end: at + size }
    at += size
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Seconds from 1904-01-01, where MP4 counts from, to 1970-01-01. */
const mp4Epoch = 2_082_844_800
const earliest = Date.UTC(1990, 0)
const latest = Date.UTC(2200, 0)

/** Null when the camera wrote none (zero) or a time at which no such file can have been made. */
async function readCreationTime(source: ByteSource, box: Box): Promise<Date | null> {
  if (box.bodyStart + 12 > source.sizeBytes) return null
  const view = viewOf(await source.read(box.bodyStart, box.bodyStart + 12))
  const seconds = view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4)
  const ms = (seconds - mp4Epoch) * 1000
  return ms >= earliest && ms < latest ? new Date(ms) : null
}

/** Where the last chunk of a track begins; 0 when the table is empty or not all there. */
async function readLastChunk(source: ByteSource, box: Box): Promise<number> {
  const tableAt = box.bodyStart + 8
  if (tableAt > source.sizeBytes) return 0
  const width = box.type === 'co64' ? 8 : 4
  const count = viewOf(await source.read(box.bodyStart, tableAt)).getUint32(4)
  const at = tableAt + (count - 1) * width
  if (count === 0 || at + width > Math.min(box.end, source.sizeBytes)) return 0
  const view = viewOf(await source.read(at, at + width))
  return width === 8 ? Number(view.getBigUint64(0)) : view.getUint32(0)
}
