import type { ByteSource } from './byte-source.ts'
import type { CodecEngine } from './codec-engine.ts'
import { allowedFormats } from './codec-picture.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { serveOnce } from './range-endpoint.ts'

/** Into how many stretches of equal length a recording is divided. */
export const waveformStretches = 2000
/** Decoders of the sound that cameras record. */
export const allowedSound =
  'aac,aac_latm,mp2,mp2float,mp3,mp3float,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,amrnb,amrwb,' +
  'pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_u8,pcm_s8,pcm_f32le,pcm_f32be,pcm_alaw,pcm_mulaw,' +
  'adpcm_ima_wav,adpcm_ms,adpcm_ima_qt,adpcm_g726,wmav2'
const samplesPerSecond = 8000
/** All work on one recording ends within this time; what was heard until then counts. */
const limitMs = 900_000

/**
 * How loud the first sound track of a recording is, at its loudest, in each stretch: 0 silence to 255. The samples stream
 * through and are not kept. What is damaged stays silent. Undefined where no engine decodes sound, or nothing could be
 * decoded; rejects only when `signal` fires.
 */
export async function makeWaveform(
  engine: CodecEngine,
  source: ByteSource,
  durationMs: number,
  signal: AbortSignal,
  report: (fraction: number) => void,
): Promise<Uint8Array | undefined> {
  if (engine.ffmpegPath === null) return undefined
  const meter = new PeakMeter((durationMs * samplesPerSecond) / 1000)
  await using served = await serveOnce(source)
  const options = [
    `-vn -sn -dn -protocol_whitelist http,tcp -format_whitelist ${allowedFormats} -codec_whitelist ${allowedSound}`,
    `-http_proxy none -i ${served.url} -map 0:a:0`,
    // Where the sound begins late or has a gap, silence takes its place: it stays in step with the pictures.
    `-af aresample=${samplesPerSecond}:async=1:first_pts=0 -ac 1 -f s16le pipe:1`,
  ].flatMap((line) => line.split(' '))
  const hear = (piece: Uint8Array): void => {
    meter.add(piece)
    report(Math.min(0.99, meter.fraction))
  }
  await runFfmpeg(engine.ffmpegPath, { options, hear, limitMs }, signal)
  return meter.fraction === 0 ? undefined : meter.peaks
}

/** Keeps the highest of every stretch of samples of 16 bits, little endian, in whatever pieces they come. */
export class PeakMeter {
  readonly peaks = new Uint8Array(waveformStretches)
  readonly #samples: number
  #heard = 0
  #half: number | undefined

  constructor(samples: number) {
    this.#samples = Math.max(1, samples)
  }

  /** How much of what was expected was heard. */
  get fraction(): number {
    return this.#heard / this.#samples
  }

  add(piece: Uint8Array): void {
    let at = 0
    if (this.#half !== undefined && piece.length > 0) {
      this.#hear(((this.#half | ((piece[0] ?? 0) << 8)) << 16) >> 16)
      this.#half = undefined
      at = 1
    }
    for (; at + 1 < piece.length; at += 2) this.#hear((((piece[at] ?? 0) | ((piece[at + 1] ?? 0) << 8)) << 16) >> 16)
    if (at < piece.length) this.#half = piece[at]
  }

  #hear(sample: number): void {
    const stretch = Math.floor((this.#heard * waveformStretches) / this.#samples)
    this.#heard += 1
    if (stretch >= waveformStretches) return
    const loudness = Math.min(255, Math.abs(sample) >> 7)
    if (loudness > (this.peaks[stretch] ?? 0)) this.peaks[stretch] = loudness
  }
}
