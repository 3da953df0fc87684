import { type ByteSource, limitReads, type ReadLimits } from './byte-source.ts'
import { allowedCodecs, type DecodedPicture, maxHeightRatio, maxPixels } from './codec-picture.ts'
import { runFfmpeg } from './ffmpeg.ts'
import type { FromKeyFrames, KeyFrameLook, ToKeyFrames } from './key-frames-worker.ts'
import { startParserThread } from './parser-thread.ts'

const limits: ReadLimits = { reads: 60_000, bytes: 4 * 1024 ** 3, bytesAtOnce: 64 * 1024 * 1024 }

export type AskedKeyFrames = Readonly<{ atMs: readonly number[]; widthPx: number; limitMs: number }>

/**
 * The key frame at or before each of these moments (ms from the first frame, rising), at most `widthPx` wide, as shown:
 * turned upright, pixels square. They are found by the index of the recording and go through one decoder, so of an hour
 * one part in thirty is read. Null where none can be found or decoded, and everywhere in containers without an index.
 * Rejects only when `signal` fires.
 *
 * The container is parsed in a worker thread, as in `probe`; ffmpeg sees nothing but the frames.
 */
export async function decodeKeyFrames(
  ffmpegPath: string,
  source: ByteSource,
  { atMs, widthPx, limitMs }: AskedKeyFrames,
  signal: AbortSignal,
  hear: (frame: number) => void = () => undefined,
): Promise<(DecodedPicture | null)[]> {
  const over = new AbortController()
  const limited = AbortSignal.any([signal, over.signal, AbortSignal.timeout(limitMs)])
  const found = streamKeyFrames(source, atMs, limited)
  try {
    const look = await found.look
    signal.throwIfAborted()
    if (look === undefined) return atMs.map(() => null)
    const size = sizeOf(look, widthPx)
    const frames = cutFrames(size, hear)
    const run = { options: optionsFor(look, size, atMs.length), input: found.pieces, hear: frames.hear, limitMs }
    const { notes } = await runFfmpeg(ffmpegPath, run, signal)
    const atSecond = new Map(readMoments(notes).map((second, order) => [Math.round(second), frames.cut[order] ?? null]))
    return found.frameOf.map((frame) => (frame === null ? null : (atSecond.get(frame) ?? null)))
  } finally {
    over.abort()
  }
}

type Size = Readonly<{ widthPx: number; heightPx: number }>

/** As both engines reckon it. */
function sizeOf(look: KeyFrameLook, mostPx: number): Size {
  const even = (length: number): number => Math.max(2, Math.floor(length / 2) * 2)
  const widthPx = even(Math.min(mostPx, look.widthPx))
  return { widthPx, heightPx: even(Math.min((widthPx * look.heightPx) / look.widthPx, mostPx * maxHeightRatio)) }
}

function optionsFor({ rotation }: KeyFrameLook, { widthPx, heightPx }: Size, most: number): string[] {
  const turned = { 0: '', 90: 'transpose=clock,', 180: 'hflip,vflip,', 270: 'transpose=cclock,' }[rotation]
  const filter = `[0:V:0]${turned}scale=${widthPx}:${heightPx}:flags=area,format=rgb24,split[frames][moments]`
  return [
    `-threads 2 -max_pixels ${maxPixels} -f matroska -codec_whitelist ${allowedCodecs} -protocol_whitelist pipe`,
    `-i pipe:0 -filter_complex ${filter}`,
    `-map [frames] -vsync passthrough -frames:v ${most} -c:v rawvideo -f rawvideo pipe:1`,
    `-map [moments] -vsync passthrough -frames:v ${most} -c:v rawvideo -f framecrc pipe:3`,
  ].flatMap((line) => line.split(' '))
}

/** Bare pictures of one size out of a stream of them, in the order in which they come. */
export function cutFrames(
  { widthPx, heightPx }: Size,
  hear: (frame: number) => void,
): { cut: DecodedPicture[]; hear: (piece: Uint8Array) => void } {
  const frameBytes = widthPx * heightPx * 3
  const cut: DecodedPicture[] = []
  let filling = new Uint8Array(frameBytes)
  let filled = 0
  return {
    cut,
    hear: (piece) => {
      for (let at = 0; at < piece.length;) {
        const part = piece.subarray(at, at + frameBytes - filled)
        filling.set(part, filled)
        filled += part.length
        at += part.length
        if (filled < frameBytes) continue
        cut.push({ widthPx, heightPx, rgb: filling })
        hear(cut.length)
        filling = new Uint8Array(frameBytes)
        filled = 0
      }
    },
  }
}

/** Seconds at which each picture stands, in the order in which they came, from ffmpeg's table of frames. */
export function readMoments(framecrc: string): number[] {
  const [, ticks, per] = /^#tb 0: (\d+)\/(\d+)$/m.exec(framecrc) ?? []
  const lines = framecrc.split('\n').filter((line) => /^\d/.test(line))
  return lines.map((line) => (Number(line.split(',')[2]) * Number(ticks)) / Number(per))
}

/** `look`: undefined when there are no pictures. `frameOf`, filled as `pieces` come: the frame that shows each moment. */
type KeyFrames = Readonly<{
  look: Promise<KeyFrameLook | undefined>
  pieces: AsyncIterable<Uint8Array>
  frameOf: readonly (number | null)[]
}>

/**
 * The key frames of these moments, each once, as a Matroska stream in which frame n stands at n seconds. What is damaged
 * ends it early; the thread ends with `signal`, and nothing here rejects.
 */
function streamKeyFrames(source: ByteSource, atMs: readonly number[], signal: AbortSignal): KeyFrames {
  const limited = limitReads(source, limits, signal)
  const frameOf: (number | null)[] = atMs.map(() => null)
  const look = Promise.withResolvers<KeyFrameLook | undefined>()
  const worker = startParserThread(new URL('key-frames-worker.ts', import.meta.url))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (message: ToKeyFrames): void => worker.postMessage(message)
  const ready: Extract<FromKeyFrames, { say: 'piece' }>[] = []
  let hasEnded = false
  let wake = (): void => undefined
  const end = (): void => {
    hasEnded = true
    look.resolve(undefined)
    wake()
    void worker.terminate()
  }
  worker.on('message', (message: FromKeyFrames) => {
    if (message.say === 'read') {
      const { id, start, end: to } = message
      limited.read(start, to).then(
        (bytes) => tell({ id, bytes }),
        () => tell({ id, bytes: null }),
      )
    } else if (message.say === 'piece') {
      ready.push(message)
      wake()
    } else if (message.say === 'found') look.resolve(message.look)
    else if (message.say === 'shown') frameOf[message.index] = message.frame
    else end()
  })
  worker.on('error', end)
  worker.on('exit', end)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  tell({ sizeBytes: source.sizeBytes, atMs })

  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = ready.shift()
      if (next !== undefined) {
        yield next.piece
        // Not before it was taken: the thread waits, and holds no more than one.
        tell({ id: next.id })
      } else if (hasEnded) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { look: look.promise, pieces: pieces(), frameOf }
}
