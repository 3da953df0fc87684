import { createHash, randomBytes } from 'node:crypto'
import { clips } from '../apps/server/src/demo/clips/clips.ts'
import { personaliseClip } from '../apps/server/src/demo/personalise-clip.ts'

/** A playable recording of any size: a synthetic clip, then a `free` box of noise. Its bytes are made as they are read. */
export type PaddedRecording = Readonly<{
  sizeBytes: number
  sha256: string
  /** The bytes `start` to `end`, not included, in pieces of up to 1 MiB. */
  pieces(start: number, end: number): Generator<Uint8Array>
}>

const noiseBytes = 1024 * 1024
const timeZone = 'Europe/Amsterdam'

/** `startedAt`: recorded at that second; yesterday where none is given. */
export async function padRecording(
  sizeBytes: number,
  cameraSerial: string,
  nonce: string,
  startedAt = new Date(Date.now() - 86_400_000),
): Promise<PaddedRecording> {
  const [clip] = clips
  if (clip === undefined) throw new Error('there are no clips')
  // Swedes write a day as ISO 8601 does.
  const [recordedOn = '', startsAt = ''] = startedAt.toLocaleString('sv', { timeZone }).split(' ')
  const playable = await personaliseClip(
    { ...clip, startsAt },
    {
      recordedOn,
      timeZone,
      cameraSerial,
      nonce,
    },
  )
  // A size of 1 says that the true one follows in 64 bits (ISO/IEC 14496-12, 4.2).
  const box = Buffer.alloc(16)
  box.writeUInt32BE(1, 0)
  box.write('free', 4, 'latin1')
  box.writeBigUInt64BE(BigInt(sizeBytes - playable.length), 8)
  const head = Buffer.concat([playable, box])
  const noise = randomBytes(Math.min(noiseBytes, sizeBytes))

  function* pieces(start: number, end: number): Generator<Uint8Array> {
    for (let at = start; at < end;) {
      const isHead = at < head.length
      const inNoise = (at - head.length) % noiseBytes
      const piece = isHead
        ? head.subarray(at, Math.min(head.length, end))
        : noise.subarray(inNoise, Math.min(noiseBytes, inNoise + end - at))
      yield piece
      at += piece.length
    }
  }
  const hash = createHash('sha256')
  for (const piece of pieces(0, sizeBytes)) hash.update(piece)
  return { sizeBytes, sha256: hash.digest('hex'), pieces }
}
