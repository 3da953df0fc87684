import type { ByteSource } from './byte-source.ts'
import { allowedCodecs, allowedFormats, type DecodedPicture, maxHeightRatio, maxPixels } from './codec-picture.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { type AskedKeyFrames, readMoments } from './key-frames.ts'
import { serveOnce } from './range-endpoint.ts'

const mostBytes = 64 * 1024 * 1024

/** At most so wide, upright, with square pixels; as the filters of ffmpeg say it. */
export function scaledTo(widthPx: number): string {
  const width = `max(2,trunc(min(${widthPx},iw*sar)/2)*2)`
  const height = `max(2,trunc(min(ow*ih/(iw*sar),${widthPx * maxHeightRatio})/2)*2)`
  return `scale=w='${width}':h='${height}':flags=area,format=rgb24`
}

/**
 * The first picture at or after each of these moments, by one decoder that begins at the first picture of all. Null where
 * none comes. Rejects only when `signal` fires.
 */
export async function decodeThrough(
  path: string,
  source: ByteSource,
  { atMs, widthPx, limitMs }: AskedKeyFrames,
  signal: AbortSignal,
): Promise<(DecodedPicture | null)[]> {
  await using served = await serveOnce(source)
  const moments = [...new Set(atMs)].map((ms) => ms / 1000)
  const wanted = moments.map((at) => `gte(t,${at})*(isnan(prev_selected_t)+lt(prev_selected_t,${at}))`).join('+')
  const filter = `[0:V:0]select='${wanted}',${scaledTo(widthPx)},split[pictures][moments]`
  const options = [
    `-threads 2 -max_pixels ${maxPixels} -an -sn -dn -protocol_whitelist http,tcp -format_whitelist ${allowedFormats}`,
    `-codec_whitelist ${allowedCodecs} -http_proxy none -i ${served.url} -filter_complex ${filter}`,
    `-map [pictures] -vsync passthrough -frames:v ${moments.length} -c:v ppm -f image2pipe pipe:1`,
    `-map [moments] -vsync passthrough -frames:v ${moments.length} -c:v rawvideo -f framecrc pipe:3`,
  ].flatMap((line) => line.split(' '))
  const pieces: Uint8Array[] = []
  let length = 0
  const hear = (piece: Uint8Array): void => {
    length += piece.length
    if (length <= mostBytes) pieces.push(piece)
  }
  const { notes } = await runFfmpeg(path, { options, hear, limitMs }, signal)
  const shownAt = readMoments(notes)
  const pictures: DecodedPicture[] = []
  let rest = new Uint8Array(Buffer.concat(pieces))
  for (let next = parsePixmap(rest); next !== null; next = parsePixmap(rest)) {
    pictures.push(next.picture)
    rest = rest.subarray(next.sizeBytes)
  }
  return atMs.map((ms) => pictures[shownAt.findIndex((second) => second >= ms / 1000 - 0.001)] ?? null)
}

/** A binary portable pixmap with eight bits each, as ffmpeg writes it, with which the bytes begin; null for anything else. */
export function parsePixmap(bytes: Uint8Array): Readonly<{ picture: DecodedPicture; sizeBytes: number }> | null {
  const match = /^P6\n(\d{1,5}) (\d{1,5})\n255\n/.exec(String.fromCharCode(...bytes.subarray(0, 24)))
  if (match === null) return null
  const [header, width = '', height = ''] = match
  const [widthPx, heightPx] = [Number(width), Number(height)]
  const sizeBytes = header.length + widthPx * heightPx * 3
  const rgb = bytes.subarray(header.length, sizeBytes)
  return bytes.length < sizeBytes ? null : { picture: { widthPx, heightPx, rgb }, sizeBytes }
}
