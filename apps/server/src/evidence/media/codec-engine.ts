import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { ByteSource } from './byte-source.ts'
import {
  allowedCodecs,
  allowedFormats,
  type ChildAnswer,
  type ChildRequest,
  type DecodedPicture,
  maxPixels,
  type Seek,
} from './codec-picture.ts'
import { decodeThrough, parsePixmap, scaledTo } from './decode-through.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { decodeKeyFrames } from './key-frames.ts'
import { lowerPriority } from './low-priority.ts'
import { serveOnce } from './range-endpoint.ts'
import type { EngineName } from './rules.ts'

/**
 * What decodes and encodes pictures: a program or a process of its own, never this one. No picture touches the disk.
 * Every call ends within its time limit; what cannot be decoded is null. Rejects only when `signal` fires.
 */
export interface CodecEngine {
  readonly name: EngineName
  /** Why there is no engine; null when there is one. */
  readonly reason: string | null
  /** Where the system's ffmpeg is looked for, for work that is streamed through it; null when it is not the engine. */
  readonly ffmpegPath: string | null
  /** A JPEG for each moment (ms from the start), at most `widthPx` wide, as shown: turned upright, pixels square. */
  frames(
    source: ByteSource,
    atMs: readonly number[],
    widthPx: number,
    signal: AbortSignal,
  ): Promise<(Uint8Array | null)[]>
  /** The same as bare pictures, to be put together before they are encoded. */
  pictures(source: ByteSource, asked: AskedPictures, signal: AbortSignal): Promise<(DecodedPicture | null)[]>
  encodeJpeg(picture: DecodedPicture, signal: AbortSignal): Promise<Uint8Array | null>
}

export type AskedPictures = Readonly<{ atMs: readonly number[]; widthPx: number; seek: Seek }>

const pictureLimitMs = 20_000
const encodeLimitMs = 15_000
const helloLimitMs = 10_000
const maxOutputBytes = 64 * 1024 * 1024

/**
 * The engine of this machine: the system's ffmpeg, else node-av, else one that answers null to everything and says
 * why. With a preference, that one or none. Each is tried before it is chosen. The children see `path` and nothing
 * else of the environment.
 */
export async function findCodecEngine(
  preference?: 'ffmpeg' | 'node-av' | 'none',
  path: string = process.env['PATH'] ?? '',
): Promise<CodecEngine> {
  const wants = (name: 'ffmpeg' | 'node-av'): boolean => preference === undefined || preference === name
  if (wants('ffmpeg') && (await isFfmpegThere(path))) return ffmpegEngine(path)
  if (wants('node-av') && (await isNodeAvThere())) return nodeAvEngine()
  return noEngine(
    preference === undefined
      ? 'neither ffmpeg nor the optional package node-av works on this machine'
      : preference === 'none'
        ? 'pictures are switched off'
        : `${preference} does not work on this machine`,
  )
}

type Bare = Pick<CodecEngine, 'name' | 'pictures' | 'encodeJpeg'> & Readonly<{ ffmpegPath?: string | null }>

const engine = (
  { name, ffmpegPath = null, pictures, encodeJpeg }: Bare,
  reason: string | null = null,
): CodecEngine => ({
  name,
  reason,
  ffmpegPath,
  pictures,
  encodeJpeg,
  frames: async (source, atMs, widthPx, signal) => {
    const jpegs: (Uint8Array | null)[] = []
    for (const picture of await pictures(source, { atMs, widthPx, seek: 'exact' }, signal)) {
      jpegs.push(picture === null ? null : await encodeJpeg(picture, signal))
    }
    return jpegs
  },
})

const noEngine = (reason: string): CodecEngine =>
  engine(
    {
      name: 'none',
      pictures: (_source, { atMs }) => Promise.resolve(atMs.map(() => null)),
      encodeJpeg: () => Promise.resolve(null),
    },
    reason,
  )

// ffmpeg

const ffmpegEngine = (path: string): CodecEngine =>
  engine({
    name: 'ffmpeg',
    ffmpegPath: path,
    pictures: async (source, { atMs, widthPx, seek }, signal) => {
      if (seek === 'through') return decodeThrough(path, source, { atMs, widthPx, limitMs: pictureLimitMs }, signal)
      const byIndex = seek === 'key-frame' && { atMs, widthPx, limitMs: pictureLimitMs }
      const pictures = byIndex ? await decodeKeyFrames(path, source, byIndex, signal) : atMs.map(() => null)
      const missing = [...atMs.entries()].filter(([index]) => pictures[index] === null)
      if (missing.length === 0) return pictures
      await using served = await serveOnce(source)
      // Two at a time: a keyframe is small work, and the machine has others to serve.
      const waiting = missing.values()
      const work = async (): Promise<void> => {
        for (const [index, at] of waiting) {
          const output = await outputOf(path, pictureOptions(served.url, at, widthPx, seek), signal, pictureLimitMs)
          pictures[index] = output === null ? null : (parsePixmap(output)?.picture ?? null)
        }
      }
      await Promise.all([work(), work()])
      return pictures
    },
    encodeJpeg: async (picture, signal) => {
      const { widthPx, heightPx, rgb } = picture
      const size = `${widthPx}x${heightPx}`
      const options = [
        `-protocol_whitelist pipe -f rawvideo -pix_fmt rgb24 -video_size ${size} -framerate 1 -i pipe:0`,
        '-frames:v 1 -c:v mjpeg -q:v 4 -pix_fmt yuvj420p -flags +bitexact -fflags +bitexact -f image2pipe pipe:1',
      ].flatMap((line) => line.split(' '))
      const output = await outputOf(path, options, signal, encodeLimitMs, rgb)
      return output !== null && output[0] === 0xff && output[1] === 0xd8 ? output : null
    },
  })

function pictureOptions(url: string, atMs: number, widthPx: number, seek: Seek): string[] {
  const moment = `-ss ${(atMs / 1000).toFixed(3)}`
  return [
    seek === 'key-frame' ? `-noaccurate_seek -skip_frame nokey ${moment}` : seek === 'exact' ? moment : '-an',
    `-threads 2 -max_pixels ${maxPixels} -an -sn -dn`,
    `-protocol_whitelist http,tcp -format_whitelist ${allowedFormats} -codec_whitelist ${allowedCodecs}`,
    `-http_proxy none -i ${url} -map 0:V:0 -frames:v 1`,
    seek === 'from-start' ? moment : '-an',
    `-vf ${scaledTo(widthPx)} -c:v ppm -f image2pipe pipe:1`,
  ].flatMap((line) => line.split(' '))
}

/** What ffmpeg wrote to its standard output, or null when it failed, took too long or wrote too much. */
async function outputOf(
  path: string,
  options: readonly string[],
  signal: AbortSignal,
  limitMs: number,
  input?: Uint8Array,
): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = []
  let length = 0
  const stopping = new AbortController()
  const hear = (piece: Uint8Array) => {
    length += piece.length
    if (length > maxOutputBytes) stopping.abort()
    else pieces.push(piece)
  }
  const all = AbortSignal.any([signal, stopping.signal])
  const run = { options, hear, limitMs, ...(input === undefined ? {} : { input: [input] }) }
  const ended = await runFfmpeg(path, run, all).catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error
  })
  return ended?.isWhole === true ? new Uint8Array(Buffer.concat(pieces)) : null
}

async function isFfmpegThere(path: string): Promise<boolean> {
  const output = await outputOf(path, ['-version'], new AbortController().signal, helloLimitMs)
  return output !== null && output.length > 0
}

// node-av

const nodeAvEngine = (): CodecEngine =>
  engine({
    name: 'node-av',
    pictures: async (source, { atMs, widthPx, seek }, signal) => {
      await using served = await serveOnce(source)
      const pictures: (DecodedPicture | null)[] = atMs.map(() => null)
      const request: ChildRequest = { ask: 'pictures', url: served.url, atMs, widthPx, seek }
      await askChild(request, signal, pictureLimitMs * 3, (answer) => {
        if (answer.answer === 'picture') pictures[answer.index] = answer.picture
      })
      return pictures
    },
    encodeJpeg: async (picture, signal) => {
      let jpeg: Uint8Array | null = null
      await askChild({ ask: 'jpeg', picture }, signal, encodeLimitMs, (answer) => {
        if (answer.answer === 'jpeg') jpeg = answer.jpeg
      })
      return jpeg
    },
  })

async function isNodeAvThere(): Promise<boolean> {
  let isReady = false
  await askChild({ ask: 'hello' }, new AbortController().signal, helloLimitMs, (answer) => {
    if (answer.answer === 'done') isReady = answer.isReady
  })
  return isReady
}

/** Ask a fresh child one thing. Returns when it has ended, however it ended: what it said until then counts. */
async function askChild(
  request: ChildRequest,
  signal: AbortSignal,
  limitMs: number,
  hear: (answer: ChildAnswer) => void,
): Promise<void> {
  signal.throwIfAborted()
  const child = fork(join(import.meta.dirname, 'codec-child.ts'), [], {
    env: {},
    execArgv: ['--max-old-space-size=256'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
    killSignal: 'SIGKILL',
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve()) // aborted: killed, and its exit need not be waited for
  })
  child.on('message', (answer) => hear(answer as ChildAnswer)) // only our own child speaks on this channel
  child.send(request, () => undefined)
  lowerPriority(child.pid)
  await ended
  signal.throwIfAborted()
}
