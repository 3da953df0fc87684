import type { ScrubSheet } from '@getuige/contract'
import type { ByteSource } from './byte-source.ts'
import type { CodecEngine } from './codec-engine.ts'
import { allowedCodecs, allowedFormats, type DecodedPicture, maxPixels } from './codec-picture.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { cutFrames, decodeKeyFrames, readMoments } from './key-frames.ts'
import { serveOnce } from './range-endpoint.ts'

const mostTiles = 240
const columns = 16
/** The longer side of a tile, when the picture is as long. */
const tilePx = 160
/** Up to this length every picture is decoded, beyond it key frames alone. */
const exactUpToMs = 60_000
/** How close together tiles stand at most: of what is decoded whole, and of key frames, which are a second apart. */
const closestMs = { exact: 250, keyFrames: 1000 }
/** All work on one sheet ends within this time, however hostile its bytes are; what was decoded until then counts. */
const limitMs = 300_000

/** What the register knows of the pictures of a recording, turned upright. */
export type Shown = Readonly<{ widthPx: number; heightPx: number; durationMs: number }>

/** A sheet of small pictures for scrubbing, as JPEG; dark tiles show what could not be decoded. */
export type Scrub = Readonly<{ jpeg: Uint8Array; sheet: ScrubSheet }>

/**
 * Undefined when nothing could be decoded, or the engine is none. Reads key frames alone of what is longer than a
 * minute. Rejects only when `signal` fires.
 */
export async function makeScrub(
  engine: CodecEngine,
  source: ByteSource,
  shown: Shown,
  signal: AbortSignal,
  report: (fraction: number) => void,
): Promise<Scrub | undefined> {
  const layout = planSheet(shown)
  const canvas = new Canvas(layout)
  const tell = (tiles: number): void => report(Math.min(0.95, tiles / layout.frames))
  if (engine.ffmpegPath === null) await seekTiles(engine, source, canvas, signal)
  else {
    const asked: Asked = { path: engine.ffmpegPath, source, canvas, signal, tell }
    if (layout.isExact) await drawThrough(asked)
    else {
      await drawKeyFrames(asked)
      // A container that is not taken apart here, such as AVI: its reader in ffmpeg goes through all of it.
      if (canvas.drawn === 0) await drawThrough(asked)
    }
  }
  if (canvas.drawn === 0) return undefined
  const jpeg = await engine.encodeJpeg(canvas.picture, signal)
  const { frames, everyMs, tileWidthPx, tileHeightPx } = layout
  return jpeg === null
    ? undefined
    : { jpeg, sheet: { frames, columns: layout.columns, everyMs, tileWidthPx, tileHeightPx } }
}

type Layout = ScrubSheet & Readonly<{ isExact: boolean }>

/** How many tiles a recording of that length has, how far apart and how large. */
export function planSheet({ widthPx, heightPx, durationMs }: Shown): Layout {
  const isExact = durationMs <= exactUpToMs
  const everyMs = Math.max(isExact ? closestMs.exact : closestMs.keyFrames, Math.ceil(durationMs / mostTiles))
  const frames = Math.min(mostTiles, Math.max(1, Math.ceil(durationMs / everyMs)))
  const shrink = Math.min(1, tilePx / Math.max(widthPx, heightPx, 1))
  const even = (length: number): number => Math.max(2, Math.round(length / 2) * 2)
  const tileWidthPx = even(widthPx * shrink)
  return {
    frames,
    columns: Math.min(columns, frames),
    everyMs,
    tileWidthPx,
    tileHeightPx: Math.min(tilePx, even((tileWidthPx * heightPx) / widthPx)),
    isExact,
  }
}

const dark = 0x1c

/** The sheet while it is drawn. */
class Canvas {
  readonly picture: DecodedPicture
  /** How many tiles show something. */
  drawn = 0
  readonly layout: Layout

  constructor(layout: Layout) {
    this.layout = layout
    const widthPx = layout.columns * layout.tileWidthPx
    const heightPx = Math.ceil(layout.frames / layout.columns) * layout.tileHeightPx
    this.picture = { widthPx, heightPx, rgb: new Uint8Array(widthPx * heightPx * 3).fill(dark) }
  }

  /** From the top left of its tile, as much of it as there is place for: engines differ by a line. */
  draw(index: number, { widthPx, heightPx, rgb }: DecodedPicture): void {
    const { columns: across, tileWidthPx, tileHeightPx } = this.layout
    const left = (index % across) * tileWidthPx
    const top = Math.floor(index / across) * tileHeightPx
    for (let row = 0; row < Math.min(heightPx, tileHeightPx); row += 1) {
      const line = rgb.subarray(row * widthPx * 3, (row * widthPx + Math.min(widthPx, tileWidthPx)) * 3)
      this.picture.rgb.set(line, ((top + row) * this.picture.widthPx + left) * 3)
    }
    this.drawn += 1
  }
}

type Asked = Readonly<{
  path: string
  source: ByteSource
  canvas: Canvas
  signal: AbortSignal
  tell: (tiles: number) => void
}>

/** Key frames found by the index of the recording, and one decoder for all of them. */
async function drawKeyFrames({ path, source, canvas, signal, tell }: Asked): Promise<void> {
  const asked = { atMs: momentsOf(canvas.layout), widthPx: canvas.layout.tileWidthPx, limitMs }
  for (const [index, picture] of (await decodeKeyFrames(path, source, asked, signal, tell)).entries()) {
    if (picture !== null) canvas.draw(index, picture)
  }
}

/** From the first byte to the last: short recordings, every picture; others, the key frames that their reader finds. */
async function drawThrough({ path, source, canvas, signal, tell }: Asked): Promise<void> {
  const { frames, everyMs, isExact, tileWidthPx, tileHeightPx } = canvas.layout
  await using served = await serveOnce(source)
  const only = isExact ? '' : '-skip_frame nokey -discard nokey '
  const input = `${only}-an -sn -dn -protocol_whitelist http,tcp -format_whitelist ${allowedFormats} -codec_whitelist ${allowedCodecs} -http_proxy none -i ${served.url}`
  const seconds = everyMs / 1000
  const first = `select='isnan(prev_selected_t)+gt(floor(t/${seconds}),floor(prev_selected_t/${seconds}))',`
  const filter = `[0:V:0]${first}scale=${tileWidthPx}:${tileHeightPx}:flags=area,format=rgb24,split[tiles][moments]`
  const options = [
    ...`-threads 2 -max_pixels ${maxPixels} ${input}`.split(' '),
    '-filter_complex',
    filter,
    ...`-map [tiles] -vsync passthrough -frames:v ${frames} -c:v rawvideo -f rawvideo pipe:1`.split(' '),
    ...`-map [moments] -vsync passthrough -frames:v ${frames} -c:v rawvideo -f framecrc pipe:3`.split(' '),
  ]
  const { cut: tiles, hear } = cutFrames({ widthPx: tileWidthPx, heightPx: tileHeightPx }, tell)
  const { notes } = await runFfmpeg(path, { options, hear, limitMs }, signal)
  const shownAt = readMoments(notes).map((seconds) => seconds * 1000)
  let order = 0
  for (let index = 0; index < frames; index += 1) {
    // The first of what was selected within this tile, else what stood still since a moment ago.
    while (order + 1 < tiles.length && (shownAt[order + 1] ?? 0) < (index + 1) * everyMs) order += 1
    const tile = tiles[order]
    const at = shownAt[order] ?? 0
    const isNear = at < (index + 1) * everyMs && at > index * everyMs - standsStillMs(canvas.layout)
    if (tile !== undefined && isNear) canvas.draw(index, tile)
  }
}

/** For how long a picture may stand for those after it: no longer than key frames are apart, where only they are seen. */
const standsStillMs = ({ isExact, everyMs }: Layout): number => (isExact ? 1000 : Math.max(10_000, everyMs))

const momentsOf = ({ frames, everyMs }: Layout): number[] =>
  Array.from({ length: frames }, (_, index) => index * everyMs)

/** Where ffmpeg is not there: the engine seeks to every tile. */
async function seekTiles(engine: CodecEngine, source: ByteSource, canvas: Canvas, signal: AbortSignal): Promise<void> {
  const { isExact, tileWidthPx } = canvas.layout
  const asked = { atMs: momentsOf(canvas.layout), widthPx: tileWidthPx, seek: isExact ? 'exact' : 'key-frame' } as const
  for (const [index, picture] of (await engine.pictures(source, asked, signal)).entries()) {
    if (picture !== null) canvas.draw(index, picture)
  }
}
