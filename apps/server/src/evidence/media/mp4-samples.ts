import type { ByteSource } from './byte-source.ts'
import type { Mp4Track } from './mp4-structure.ts'

/** The samples of one track of an MP4 file, in the order of decoding: where each lies and when it begins. */
export type Mp4Samples = Readonly<{
  count: number
  /** Seconds from the beginning of the track. */
  times: Float64Array
  offsets: Float64Array
  sizes: Uint32Array
}>

/** A day at 100 a second is some nine million; no camera writes one file of that. */
const maxSamples = 4_000_000
const maxTableBytes = 32 * 1024 * 1024

/** From the tables of its index (ISO/IEC 14496-12, 8.6 and 8.7). Null when one is missing or says what cannot be. */
export async function readSamples(source: ByteSource, track: Mp4Track): Promise<Mp4Samples | null> {
  const { stts, stsz, stsc, stco, co64 } = track.tables
  const chunkTable = stco ?? co64
  if (!stts || !stsz || !stsc || !chunkTable || track.timescale === 0) return null
  const [durations, sizeTable, chunkRuns, chunks] = [
    await readTable(source, stts),
    await readTable(source, stsz),
    await readTable(source, stsc),
    await readTable(source, chunkTable),
  ]
  if (durations === null || sizeTable === null || chunkRuns === null || chunks === null) return null
  if (sizeTable.byteLength < 12 || chunkRuns.byteLength < 8 || chunks.byteLength < 8) return null

  const oneSize = sizeTable.getUint32(4)
  const count = sizeTable.getUint32(8)
  if (count > maxSamples || (oneSize === 0 && 12 + count * 4 > sizeTable.byteLength)) return null
  const times = readTimes(durations, count, track.timescale)
  const sizes = new Uint32Array(count)
  for (let index = 0; index < count; index++) {
    sizes[index] = oneSize === 0 ? sizeTable.getUint32(12 + index * 4) : oneSize
  }
  const offsets = readOffsets(chunkRuns, chunks, stco === undefined ? 8 : 4, sizes)
  return times === null || offsets === null ? null : { count, times, offsets, sizes }
}

async function readTable(
  source: ByteSource,
  { start, end }: Readonly<{ start: number; end: number }>,
): Promise<DataView | null> {
  if (end - start > maxTableBytes || end - start < 8) return null
  const bytes = await source.read(start, end)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function readTimes(table: DataView, count: number, timescale: number): Float64Array | null {
  const times = new Float64Array(count)
  const runs = Math.min(table.getUint32(4), Math.floor((table.byteLength - 8) / 8))
  let ticks = 0
  let index = 0
  for (let run = 0; run < runs && index < count; run++) {
    const repeats = table.getUint32(8 + run * 8)
    const delta = table.getUint32(12 + run * 8)
    for (let repeat = 0; repeat < repeats && index < count; repeat++) {
      times[index++] = ticks / timescale
      ticks += delta
    }
  }
  return index === count ? times : null
}

function readOffsets(runs: DataView, chunks: DataView, width: 4 | 8, sizes: Uint32Array): Float64Array | null {
  const runCount = Math.min(runs.getUint32(4), Math.floor((runs.byteLength - 8) / 12))
  const chunkCount = Math.min(chunks.getUint32(4), Math.floor((chunks.byteLength - 8) / width))
  const offsets = new Float64Array(sizes.length)
  let index = 0
  for (let run = 0; run < runCount && index < sizes.length; run++) {
    const first = runs.getUint32(8 + run * 12) - 1
    const perChunk = runs.getUint32(12 + run * 12)
    const next = run + 1 < runCount ? runs.getUint32(8 + (run + 1) * 12) - 1 : chunkCount
    if (first < 0 || next < first || next > chunkCount) return null
    for (let chunk = first; chunk < next && index < sizes.length; chunk++) {
      const at = 8 + chunk * width
      let offset = width === 4 ? chunks.getUint32(at) : Number(chunks.getBigUint64(at))
      for (let within = 0; within < perChunk && index < sizes.length; within++) {
        offsets[index] = offset
        offset += sizes[index++] ?? 0
      }
    }
  }
  return index === sizes.length ? offsets : null
}
