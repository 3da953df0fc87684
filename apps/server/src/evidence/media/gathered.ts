import { EncodedPacket } from 'mediabunny'
import type { Rotation } from './rules.ts'

/** Which pictures are looked for where an index is missing. */
export type Coding = 'avc' | 'hevc'

/**
 * Pictures that were found in a file without its index: where the units of each lie, in the order in which they were
 * written. Nothing says when each was shown, so all are as far apart as those of the reference.
 */
export type Gathered = Readonly<{
  rotation: Rotation
  framesPerSecond: number
  /** Bytes of the source, units with their lengths before them, as a picture of an MP4 has them. */
  pictures: Readonly<{ at: Float64Array; sizeBytes: Uint32Array; isKey: Uint8Array }>
}>
/** H.264, which is put in another container as it is. */
export type GatheredAvc = Gathered &
  Readonly<{
    codec: string
    codedWidth: number
    codedHeight: number
    /** ISO/IEC 14496-15, 5.3.3.1: the parameter sets, as a player is told them. */
    description: Uint8Array
  }>
/** H.265, which is decoded: `parameters` are what its stream begins with, none where its pictures have them. */
export type GatheredHevc = Gathered & Readonly<{ parameters: Uint8Array }>

type Read = (start: number, end: number) => Promise<Uint8Array>

export async function* packetsOf({ pictures, framesPerSecond }: Gathered, read: Read): AsyncGenerator<EncodedPacket> {
  const seconds = 1 / framesPerSecond
  for (const [place, at] of pictures.at.entries()) {
    const data = await read(at, at + (pictures.sizeBytes[place] ?? 0))
    const type = pictures.isKey[place] === 1 ? 'key' : 'delta'
    yield new EncodedPacket(data, type, place * seconds, seconds)
  }
}

/** As a decoder takes them: a start code in the place of each length, which is as long (ITU-T H.265, annex B). */
export async function* streamOf({ pictures, parameters }: GatheredHevc, read: Read): AsyncGenerator<Uint8Array> {
  yield parameters
  for (const [place, start] of pictures.at.entries()) {
    const data = Buffer.from(await read(start, start + (pictures.sizeBytes[place] ?? 0)))
    for (let at = 0; at + 4 <= data.length;) {
      const next = at + 4 + data.readUInt32BE(at)
      data.writeUInt32BE(1, at)
      at = next
    }
    yield data
  }
}
