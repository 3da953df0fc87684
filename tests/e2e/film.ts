import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { frameCode } from '../../apps/server/src/demo/clips/frame-code.ts'

export const framesPerSecond = 25

/**
 * A grey film with its frame numbers burnt in, and a tone, as a camera would have written it: with its time to the
 * millisecond, and its place. Needs ffmpeg.
 */
export async function makeFilm(
  file: string,
  film: Readonly<{
    seconds: number
    recordedAt: Date
    toneHz: number
    place: Readonly<{ latitude: number; longitude: number }>
  }>,
): Promise<Uint8Array> {
  const { widthPx, heightPx } = frameCode
  const signed = (value: number, digits: number) =>
    `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4).padStart(digits, '0')}`
  const place = `${signed(film.place.latitude, 7)}${signed(film.place.longitude, 8)}/`
  const tags = {
    creation_time: film.recordedAt.toISOString(),
    'com.apple.quicktime.creationdate': film.recordedAt.toISOString().replace('Z', '+0000'),
    'com.apple.quicktime.location.ISO6709': place,
  }
  const size = `${widthPx}x${heightPx}`
  const args = [
    ...`-hide_banner -loglevel error -y -f rawvideo -pix_fmt gray -s ${size} -r ${framesPerSecond} -i pipe:0`.split(
      ' ',
    ),
    ...`-f lavfi -i sine=frequency=${film.toneHz}:sample_rate=16000 -shortest`.split(' '),
    ...`-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g ${framesPerSecond}`.split(' '),
    ...'-c:a aac -b:a 32k -movflags +faststart+use_metadata_tags'.split(' '),
    ...Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]),
    file,
  ]
  const ffmpeg = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'inherit'] })
  const closed = once(ffmpeg, 'close')
  const frames = function* () {
    for (let frame = 0; frame < film.seconds * framesPerSecond; frame++) yield greyWithNumber(frame)
  }
  await pipeline(Readable.from(frames()), ffmpeg.stdin)
  await closed
  if (ffmpeg.exitCode !== 0) throw new Error(`ffmpeg ended with ${String(ffmpeg.exitCode)}`)
  return readFile(file)
}

/** The row of blocks that `readFrameNumber` reads, alone: a film of forty seconds need not be painted. */
function greyWithNumber(number: number): Uint8Array {
  const { widthPx, heightPx, leftPx, topPx, blockWidthPx, blockHeightPx, numberBits } = frameCode
  const bits = Array.from({ length: numberBits }, (_, at) => ((number >> (numberBits - 1 - at)) & 1) === 1)
  const isOdd = bits.filter(Boolean).length % 2 === 1
  const pixels = new Uint8Array(widthPx * heightPx).fill(64)
  for (const [block, isLit] of [true, false, ...bits, isOdd, false, true].entries()) {
    for (let y = topPx; y < topPx + blockHeightPx; y++) {
      const from = y * widthPx + leftPx + block * blockWidthPx
      pixels.fill(isLit ? 255 : 0, from, from + blockWidthPx)
    }
  }
  return pixels
}
