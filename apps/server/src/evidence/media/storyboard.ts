import type { ByteSource } from './byte-source.ts'
import type { AskedPictures, CodecEngine } from './codec-engine.ts'
import type { DecodedPicture, Seek } from './codec-picture.ts'
import type { MediaFacts } from './media-facts.ts'

export const storyboardFrameCount = 8
export const storyboardFrameWidthPx = 160
const posterWidthPx = 960

export type Storyboard = Readonly<{
  /** JPEG, at most 960 px wide. */
  poster: Uint8Array
  /** JPEG: `frameCount` frames of 160 px side by side, spread evenly over the recording. */
  storyboard: Uint8Array
  frameCount: number
  /** How many of the frames could not be decoded and are left dark. */
  darkCount: number
}>

/** Why there is no storyboard; the recording itself is kept all the same. */
export type NoStoryboard = Readonly<{ none: 'no-engine' | 'no-video' | 'not-decodable' }>

/** All work on one recording ends within this time, however hostile its bytes are. */
const timeLimitMs = 120_000

/** Pictures by which people recognise a recording. Rejects only when `signal` fires. */
export async function makeStoryboard(
  engine: CodecEngine,
  source: ByteSource,
  facts: MediaFacts,
  signal: AbortSignal,
): Promise<Storyboard | NoStoryboard> {
  if (facts.damage === 'no-index' || facts.damage === 'unreadable') return { none: 'not-decodable' }
  if (facts.video === null) return { none: 'no-video' }
  if (engine.name === 'none') return { none: 'no-engine' }

  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)])
  try {
    return await decodeAndCompose(engine, source, facts.durationMs ?? 0, limited)
  } catch (error) {
    signal.throwIfAborted()
    if (limited.aborted) return { none: 'not-decodable' }
    throw error
  }
}

async function decodeAndCompose(
  engine: CodecEngine,
  source: ByteSource,
  durationMs: number,
  signal: AbortSignal,
): Promise<Storyboard | NoStoryboard> {
  const atMs = momentsOf(durationMs)
  const seek = seekFor(durationMs)
  // In one go they all come as large as the poster, and no other program is started for it.
  const widthPx = seek === 'through' ? posterWidthPx : storyboardFrameWidthPx
  const decoded = await decodeTiles(engine, source, { atMs, widthPx, seek }, durationMs, signal)
  const tiles = decoded.map((tile) => tile && shrinkTo(tile, storyboardFrameWidthPx))
  const posterAt = choosePoster(tiles)
  if (posterAt === undefined) return { none: 'not-decodable' }

  const asked = { atMs: [atMs[posterAt] ?? 0], widthPx: posterWidthPx, seek }
  const [large] = seek === 'through' ? [] : await engine.pictures(source, asked, signal)
  const chosen = large ?? decoded[posterAt]
  const [poster, storyboard] = await Promise.all([
    chosen == null ? null : engine.encodeJpeg(chosen, signal),
    engine.encodeJpeg(sideBySide(tiles), signal),
  ])
  if (poster === null || storyboard === null) return { none: 'not-decodable' }
  const darkCount = tiles.filter((tile) => tile === null).length
  return { poster, storyboard, frameCount: tiles.length, darkCount }
}

/** The middle of each eighth; the start alone, eight times, when nobody knows how long it lasts. */
const momentsOf = (durationMs: number): number[] =>
  Array.from({ length: storyboardFrameCount }, (_, index) =>
    Math.round((durationMs * (index + 0.5)) / storyboardFrameCount),
  )

/** Up to this length all of it is decoded sooner than eight programs are started. */
const throughUpToMs = 20_000

/** Key frames stand a second or two apart: enough for a long recording, too coarse for a short one. */
const seekFor = (durationMs: number): Seek =>
  durationMs <= throughUpToMs ? 'through' : durationMs / storyboardFrameCount < 4000 ? 'exact' : 'key-frame'

/** Up to this length, frames that landed on the same key frame are decoded again, exactly. */
const exactUpToMs = 10 * 60_000
/** Up to this length, frames that could not be reached are looked for from the beginning. */
const fromStartUpToMs = 60_000

async function decodeTiles(
  engine: CodecEngine,
  source: ByteSource,
  asked: AskedPictures,
  durationMs: number,
  signal: AbortSignal,
): Promise<(DecodedPicture | null)[]> {
  const { atMs, widthPx, seek: first } = asked
  const tiles = await engine.pictures(source, asked, signal)

  const tryAgain = async (indexes: readonly number[], seek: Seek): Promise<void> => {
    if (indexes.length === 0) return
    const times = indexes.map((index) => atMs[index] ?? 0)
    const found = await engine.pictures(source, { atMs: times, widthPx, seek }, signal)
    for (const [order, index] of indexes.entries()) tiles[index] = found[order] ?? tiles[index] ?? null
  }
  const missing = (): number[] => tiles.flatMap((tile, index) => (tile === null ? [index] : []))
  const doubled = tiles.flatMap((tile, index) => (index > 0 && isSame(tile, tiles[index - 1]) ? [index] : []))

  if (first === 'key-frame' && durationMs <= exactUpToMs) await tryAgain(doubled, 'exact')
  // What the first picture of all does not lead to is looked for from other ones.
  if (first === 'through' && missing().length === tiles.length) await tryAgain(missing(), 'exact')
  if (first !== 'through' && durationMs <= fromStartUpToMs) await tryAgain(missing(), 'from-start')
  if (first !== 'key-frame') await tryAgain(missing(), 'key-frame') // the last frame may begin before the moment asked
  return tiles
}

const isSame = (a: DecodedPicture | null, b: DecodedPicture | null | undefined): boolean =>
  a !== null && b !== null && b !== undefined && Buffer.compare(a.rgb, b.rgb) === 0

/** The first tile that shows something: not the dark or blank moment in which many recordings begin. */
function choosePoster(tiles: readonly (DecodedPicture | null)[]): number | undefined {
  const contrasts = tiles.map((tile) => (tile === null ? -1 : contrastOf(tile)))
  const clear = contrasts.findIndex((contrast) => contrast > 16)
  if (clear !== -1) return clear
  const best = Math.max(...contrasts)
  return best < 0 ? undefined : contrasts.indexOf(best)
}

/** Standard deviation of the green channel, over every seventh pixel. */
function contrastOf({ rgb }: DecodedPicture): number {
  let count = 0
  let sum = 0
  let squares = 0
  for (let at = 1; at < rgb.length; at += 21) {
    const value = rgb[at] ?? 0
    count++
    sum += value
    squares += value * value
  }
  return count === 0 ? 0 : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
}

const dark = 0x1c

/** The mean of what lies under each of the smaller pixels; itself where it is as small. */
function shrinkTo(picture: DecodedPicture, mostPx: number): DecodedPicture {
  if (picture.widthPx <= mostPx) return picture
  const widthPx = mostPx
  const heightPx = Math.max(2, Math.floor((picture.heightPx * mostPx) / picture.widthPx / 2) * 2)
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  const [across, down] = [picture.widthPx / widthPx, picture.heightPx / heightPx]
  for (let y = 0; y < heightPx; y += 1) {
    const [top, bottom] = [Math.floor(y * down), Math.floor((y + 1) * down)]
    for (let x = 0; x < widthPx; x += 1) {
      const [left, right] = [Math.floor(x * across), Math.floor((x + 1) * across)]
      for (let colour = 0; colour < 3; colour += 1) {
        let sum = 0
        for (let row = top; row < bottom; row += 1) {
          for (let column = left; column < right; column += 1) {
            sum += picture.rgb[(row * picture.widthPx + column) * 3 + colour] ?? 0
          }
        }
        rgb[(y * widthPx + x) * 3 + colour] = sum / ((bottom - top) * (right - left))
      }
    }
  }
  return { widthPx, heightPx, rgb }
}

/** All tiles in one row, each in the middle of its place; a missing one stays dark. */
function sideBySide(tiles: readonly (DecodedPicture | null)[]): DecodedPicture {
  const place = storyboardFrameWidthPx
  const heightPx = Math.max(...tiles.map((tile) => tile?.heightPx ?? 2))
  const widthPx = place * tiles.length
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(dark)
  for (const [index, tile] of tiles.entries()) {
    if (tile === null) continue
    const left = index * place + Math.floor((place - tile.widthPx) / 2)
    const top = Math.floor((heightPx - tile.heightPx) / 2)
    for (let row = 0; row < tile.heightPx; row++) {
      const line = tile.rgb.subarray(row * tile.widthPx * 3, (row + 1) * tile.widthPx * 3)
      rgb.set(line, ((top + row) * widthPx + left) * 3)
    }
  }
  return { widthPx, heightPx, rgb }
}
