import { EncodedPacket } from 'mediabunny'
import type { Rotation } from './rules.ts'

/**
 * H.264 pictures that were found in a file without its index: where the units of each lie, in the order in which they
 * were written. Nothing says when each was shown, so all are as far apart as those of the reference.
 */
export type Gathered = Readonly<{
  codec: string
  codedWidth: number
  codedHeight: number
  rotation: Rotation
  /** ISO/IEC 14496-15, 5.3.3.1: the parameter sets, as a player is told them. */
  description: Uint8Array
  framesPerSecond: number
  /** Bytes of the source, units with their lengths before them, as a picture of an MP4 has them. */
  pictures: Readonly<{ at: Float64Array; sizeBytes: Uint32Array; isKey: Uint8Array }>
}>

export async function* packetsOf(
  { pictures, framesPerSecond }: Gathered,
  read: (start: number, end: number) => Promise<Uint8Array>,
): AsyncGenerator<EncodedPacket> {
  const seconds = 1 / framesPerSecond
  for (const [place, at] of pictures.at.entries()) {
    const data = await read(at, at + (pictures.sizeBytes[place] ?? 0))
    const type = pictures.isKey[place] === 1 ? 'key' : 'delta'
    yield new EncodedPacket(data, type, place * seconds, seconds)
  }
}
