import type { ByteSource } from './byte-source.ts'

/** What the boxes of an MP4, QuickTime or 3GP file say without its samples (ISO/IEC 14496-12). */
export type Mp4Structure = Readonly<{
  hasIndex: boolean
  hasMediaData: boolean
  /** A box, or the last chunk that the index names, lies past the end of the file. */
  isCut: boolean
  createdAt: Date | null
}>

/** A file with more boxes on one level than this is not one that a camera wrote. */
const maxBoxes = 20_000
const maxDepth = 6

type Box = Readonly<{ type: string; start: number; bodyStart: number; end: number }>

/** Walk the boxes of `source`, reading headers only. Rejects when a read is refused, never for what the bytes say. */
export async function readMp4Structure(source: ByteSource): Promise<Mp4Structure> {
  let hasIndex = false
  let hasMediaData = false
  let isCut = false
  let createdAt: Date | null = null
  let lastChunkAt = 0

  const walkMovie = async (parent: Box, depth: number): Promise<void> => {
    for await (const box of boxesIn(source, parent.bodyStart, Math.min(parent.end, source.sizeBytes))) {
      if (['trak', 'mdia', 'minf', 'stbl'].includes(box.type) && depth < maxDepth) await walkMovie(box, depth + 1)
      if (box.type === 'mvhd') createdAt ??= await readCreationTime(source, box)
      if (box.type === 'stco' || box.type === 'co64') {
        lastChunkAt = Math.max(lastChunkAt, await readLastChunk(source, box))
      }
    }
  }

  for await (const box of boxesIn(source, 0, source.sizeBytes)) {
    if (box.end > source.sizeBytes) isCut = true
    if (box.type === 'mdat' || box.type === 'moof') hasMediaData = true
    if (box.type === 'moov') {
      hasIndex = box.end <= source.sizeBytes
      await walkMovie(box, 0)
    }
  }
  return { hasIndex, hasMediaData, isCut: isCut || lastChunkAt >= source.sizeBytes, createdAt }
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
