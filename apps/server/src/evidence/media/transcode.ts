import type { ByteSource } from './byte-source.ts'
import { allowedCodecs, allowedFormats, maxPixels } from './codec-picture.ts'
import { type FfmpegRun, runFfmpeg } from './ffmpeg.ts'
import { serveOnce } from './range-endpoint.ts'
import { allowedSound } from './waveform.ts'

/** No proxy is larger than this on its shorter side. */
export const proxyHeightPx = 720

export type Transcode = Readonly<{
  /** Pictures as they are, or anew. Sound becomes AAC in both. */
  pictures: 'copied' | 'encoded'
  limitMs: number
}>

/** Each picture once, at its own moment: without both of these ffmpeg repeats them, up to one for every tick of the clock. */
export const asTimed = '-enc_time_base -1 -vsync passthrough'
/** H.264 that every browser decodes: no pictures out of order, and a key frame each second, for exact steps and seeks. */
const encoding = `-c:v libx264 -preset veryfast -crf 23 -profile:v high -bf 0 -force_key_frames expr:gte(t,n_forced) ${asTimed}`
const shrink = `min(1,${proxyHeightPx}/min(iw*sar,ih))`
const scaling = `scale=w='trunc(iw*sar*${shrink}/2)*2':h='trunc(ih*${shrink}/2)*2':out_range=tv,setsar=1,format=yuv420p`
const sound = '-c:a aac -b:a 128k'

/** What makes a proxy, as it is told with it. */
export const optionsOf = (pictures: Transcode['pictures']): string =>
  pictures === 'copied' ? `-c:v copy ${sound}` : `-vf ${scaling} ${encoding} ${sound} -af aresample=async=1`

/**
 * What ffmpeg makes of a recording: an MP4 in fragments, a piece at a time. It reads the sealed object by an address of
 * this machine alone, and writes to a pipe. Ends early, without a word, where ffmpeg does: what came until then counts.
 */
export async function* transcode(
  ffmpegPath: string,
  source: ByteSource,
  asked: Transcode,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  await using served = await serveOnce(source)
  const options = [
    '-fflags +genpts -threads 2',
    `-max_pixels ${maxPixels} -protocol_whitelist http,tcp -format_whitelist ${allowedFormats}`,
    `-codec_whitelist ${allowedCodecs},${allowedSound} -http_proxy none -i ${served.url}`,
    ...outputOf(asked.pictures),
  ].flatMap((line) => line.split(' '))
  yield* ffmpegPieces(ffmpegPath, { options, limitMs: asked.limitMs }, signal)
}

/** The same of bare pictures of H.265, as they come and so far apart. */
export function transcodeStream(
  ffmpegPath: string,
  stream: AsyncIterable<Uint8Array>,
  { framesPerSecond, limitMs }: Readonly<{ framesPerSecond: number; limitMs: number }>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const options = [
    `-threads 2 -max_pixels ${maxPixels} -f hevc -framerate ${framesPerSecond} -codec_whitelist hevc`,
    '-protocol_whitelist pipe -i pipe:0',
    ...outputOf('encoded'),
  ].flatMap((line) => line.split(' '))
  return ffmpegPieces(ffmpegPath, { options, input: stream, limitMs }, signal)
}

const outputOf = (pictures: Transcode['pictures']): readonly string[] => [
  '-map 0:V:0? -map 0:a? -sn -dn -map_metadata -1 -map_chapters -1 -max_muxing_queue_size 4096',
  optionsOf(pictures),
  '-threads 2 -video_track_timescale 90000 -movflags +frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets',
  '-f mp4 pipe:1',
]

/** What ffmpeg writes to `pipe:1`, a piece at a time; it waits while nobody takes one. Ends early where ffmpeg does. */
export async function* ffmpegPieces(
  ffmpegPath: string,
  { options, input, limitMs }: Pick<FfmpegRun, 'options' | 'input' | 'limitMs'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  // One piece at a time goes from the one who writes to the one who reads.
  const stopping = new AbortController()
  const ended = AbortSignal.any([signal, stopping.signal])
  let offered = Promise.withResolvers<Uint8Array | null>()
  let taken = Promise.withResolvers<void>()
  const hear = (piece: Uint8Array): Promise<void> => {
    offered.resolve(piece)
    return taken.promise
  }
  const run = runFfmpeg(ffmpegPath, { options, hear, limitMs, ...(input === undefined ? {} : { input }) }, ended)
  run.then(
    () => offered.resolve(null),
    (error: unknown) => offered.reject(error),
  )
  try {
    for (;;) {
      const piece = await offered.promise
      if (piece === null) return
      yield piece
      offered = Promise.withResolvers()
      taken.resolve()
      taken = Promise.withResolvers()
    }
  } finally {
    stopping.abort()
    taken.resolve()
    await run.catch(() => undefined)
  }
}

/** As it names itself. */
export async function findFfmpegVersion(ffmpegPath: string): Promise<string> {
  let said = ''
  const hear = (piece: Uint8Array): void => void (said += Buffer.from(piece).toString('latin1'))
  await runFfmpeg(ffmpegPath, { options: ['-version'], hear, limitMs: 10_000 }, new AbortController().signal)
  return /^ffmpeg version (\S{1,64})/.exec(said)?.[1] ?? ''
}
