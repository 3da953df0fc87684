import type { ClipOrigin } from '@getuige/contract'
import { TaskProblem } from '#tasks'
import type { Append, Vault } from '#vault'
import type { ByteSource } from './byte-source.ts'
import type { CodecEngine } from './codec-engine.ts'
import { allowedCodecs, allowedFormats, maxPixels } from './codec-picture.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { serveOnce } from './range-endpoint.ts'
import { muxer, remux, type Remuxed } from './remux.ts'
import { asTimed, ffmpegPieces, findFfmpegVersion } from './transcode.ts'
import { allowedSound } from './waveform.ts'

export type Cut = Readonly<{
  /** In ms of the recording; `outMs` is not in it. */
  inMs: number
  outMs: number
  method: ClipOrigin['method']
  /** What the file says of itself, and when it says that it began. */
  comment: string
  createdAt: Date | null
}>
export type CutWork = Readonly<{ append: Append; signal: AbortSignal; report(fraction: number): void }>
/** What the file holds, in ms of the recording, and how it was made. */
export type CutFacts = Readonly<{ fromMs: number; toMs: number; madeBy: string; container: 'mp4' | 'mkv' }>

type Facts = Readonly<{ facts: Readonly<{ container: string | null }> | null }>

/** Containers out of which packets are taken without an engine. */
const opened = new Set(['mp4', 'mov', '3gp', 'mkv', 'webm', 'mpeg-ts'])

export function canCut(engine: CodecEngine, { facts }: Facts, method: Cut['method']): boolean {
  return engine.ffmpegPath !== null || (method === 'key-frames' && opened.has(facts?.container ?? ''))
}

const limitMs = 5 * 3_600_000
const pieceBytes = 4 * 1024 * 1024

/**
 * Write a part of a recording as a file of its own: packets copied from a key frame on, or pictures and sound decoded and
 * encoded, exactly. Nothing of it is plain on a disk. Before the first byte is appended it is known that it can be done.
 */
export async function cutOut(
  { engine, vault }: Readonly<{ engine: CodecEngine; vault: Pick<Vault, 'setAside'> }>,
  source: ByteSource,
  cut: Cut,
  work: CutWork,
): Promise<CutFacts> {
  let made: Remuxed | null = null
  const tell = (atMs: number) => work.report(Math.min(0.95, (0.95 * atMs) / (cut.outMs - cut.inMs)))
  await using samples = await vault.setAside(async (write) => {
    made =
      cut.method === 'exact'
        ? await encode(engine, source, cut, { write, tell }, work.signal)
        : await remux({ from: source, cut, comment: cut.comment, write, tell }, work.signal)
  })
  const remuxed = made as Remuxed | null
  if (remuxed === null || remuxed.durationMs === 0) {
    if (cut.method === 'exact') throw new TaskProblem('not-decodable')
    return await copyByFfmpeg(engine, source, cut, work)
  }

  for (const part of [remuxed.head, remuxed.tail]) stampCreation(part, cut.createdAt)
  await work.append(remuxed.head)
  for (let at = 0; at < samples.sizeBytes; at += pieceBytes) {
    work.signal.throwIfAborted()
    await work.append(await samples.read(at, Math.min(at + pieceBytes, samples.sizeBytes)))
  }
  await work.append(remuxed.tail)
  const firstMs = offsetsOf(cut).zeroMs + remuxed.beginsAtMs
  const fromMs = cut.method === 'exact' ? Math.max(cut.inMs, Math.round(firstMs)) : remuxed.fromMs
  const madeBy = cut.method === 'exact' ? `${await nameOf(engine)}: ${optionsOf(cut)}; ${muxer}` : muxer
  // The last packet of sound may reach a little beyond what was asked for; its pictures do not.
  const endsAt = fromMs + remuxed.durationMs
  const toMs = cut.method === 'exact' ? Math.min(endsAt, Math.max(cut.outMs, fromMs)) : endsAt
  return { fromMs, toMs, madeBy, container: 'mp4' }
}

/** A file that finds its way badly is decoded from so much earlier: what comes out is exact all the same. */
const earlierMs = 10_000
/** Moments are told in whole milliseconds, and a frame a little before one is the frame that was meant. */
const roundedMs = 1

/** Where decoding begins, and the part on the clock of what is decoded. `zeroMs`: where that part begins. */
function offsetsOf({ inMs, outMs }: Pick<Cut, 'inMs' | 'outMs'>) {
  const zeroMs = Math.max(0, inMs - roundedMs)
  const seekMs = Math.max(0, zeroMs - earlierMs)
  return { zeroMs, seekMs, startMs: zeroMs - seekMs, endMs: outMs - roundedMs - seekMs }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** How pictures and sound are made anew, as it is told with the clip. */
function optionsOf(cut: Cut): string {
  const { startMs, endMs } = offsetsOf(cut)
  const [start, end] = [seconds(startMs), seconds(endMs)]
  return [
    `-vf trim=start=${start}:end=${end},setpts=PTS-${start}/TB,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p`,
    `-af atrim=start=${start}:end=${end},asetpts=PTS-${start}/TB`,
    `-c:v libx264 -preset medium -crf 16 -profile:v high -bf 0 -force_key_frames expr:gte(t,n_forced) ${asTimed}`,
    '-c:a aac -b:a 192k',
  ].join(' ')
}

const guarded = (url: string): string =>
  `-max_pixels ${maxPixels} -protocol_whitelist http,tcp -format_whitelist ${allowedFormats} ` +
  `-codec_whitelist ${allowedCodecs},${allowedSound} -http_proxy none -i ${url}`
const tracks = '-map 0:V:0? -map 0:a? -sn -dn -map_metadata -1 -map_chapters -1'

async function encode(
  { ffmpegPath }: CodecEngine,
  source: ByteSource,
  cut: Cut,
  { write, tell }: Readonly<{ write: Append; tell: (atMs: number) => void }>,
  signal: AbortSignal,
): Promise<Remuxed | null> {
  if (ffmpegPath === null) throw new TaskProblem('no-engine')
  await using served = await serveOnce(source)
  const { seekMs, endMs } = offsetsOf(cut)
  const options = [
    `-fflags +genpts -threads 2 -ss ${seconds(seekMs)} -t ${seconds(endMs + 1000)} ${guarded(served.url)}`,
    `${tracks} -max_muxing_queue_size 4096 ${optionsOf(cut)}`,
    '-threads 2 -video_track_timescale 90000 -movflags +frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets',
    '-f mp4 pipe:1',
  ].flatMap((line) => line.split(' '))
  const stream = ffmpegPieces(ffmpegPath, { options, limitMs }, signal)
  try {
    return await remux({ from: stream, comment: cut.comment, write, tell }, signal)
  } finally {
    await stream.return()
  }
}

/** For containers and codecs that only ffmpeg takes apart: as they are, in Matroska, which holds them all. */
async function copyByFfmpeg(engine: CodecEngine, source: ByteSource, cut: Cut, work: CutWork): Promise<CutFacts> {
  const { ffmpegPath } = engine
  if (ffmpegPath === null) throw new TaskProblem('no-engine')
  await using served = await serveOnce(source)
  const held = await findHeld(ffmpegPath, served.url, cut, work.signal)
  const how = `-fflags +genpts -ss ${seconds(cut.inMs)} -t ${seconds(cut.outMs - cut.inMs)}`
  const options = [
    ...`${how} ${guarded(served.url)} ${tracks} -c copy`.split(' '),
    '-metadata',
    `comment=${cut.comment}`,
    ...'-f matroska pipe:1'.split(' '),
  ]
  let written = 0
  const hear = (piece: Uint8Array) => {
    written += piece.length
    return work.append(piece)
  }
  const { isWhole } = await runFfmpeg(ffmpegPath, { options, hear, limitMs }, work.signal)
  if (!isWhole || written === 0) throw new TaskProblem('not-decodable')
  const madeBy = `${await nameOf(engine)}: ${how} -c copy -f matroska`
  return { fromMs: held?.fromMs ?? cut.inMs, toMs: held?.toMs ?? cut.outMs, madeBy, container: 'mkv' }
}

/** Where in the recording the pictures begin and end that are copied; undefined where nobody can say. */
async function findHeld(
  ffmpegPath: string,
  url: string,
  { inMs, outMs }: Cut,
  signal: AbortSignal,
): Promise<{ fromMs: number; toMs: number } | undefined> {
  const [first, last] = [{ ms: Number.POSITIVE_INFINITY }, { ms: Number.NEGATIVE_INFINITY }]
  let [said, tickMs] = ['', Number.NaN]
  const hear = (piece: Uint8Array): void => {
    const lines = (said + Buffer.from(piece).toString('latin1')).split('\n')
    said = lines.pop()?.slice(0, 1000) ?? ''
    for (const line of lines) {
      const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)$/.exec(line) ?? []
      if (denominator !== undefined) tickMs = (Number(numerator) * 1000) / Number(denominator)
      // Stream, when it is decoded, when it is shown, for how long; reckoned from where the part begins.
      const [, at, ticks] = /^0,\s*-?\d+,\s*(-?\d+),\s*(\d+),/.exec(line) ?? []
      if (ticks === undefined) continue
      first.ms = Math.min(first.ms, Number(at) * tickMs)
      last.ms = Math.max(last.ms, (Number(at) + Number(ticks)) * tickMs)
    }
  }
  const how = `-fflags +genpts -ss ${seconds(inMs)} -t ${seconds(outMs - inMs)}`
  const options = `${how} ${guarded(url)} -map 0:V:0 -c copy -f framecrc pipe:1`.split(' ')
  await runFfmpeg(ffmpegPath, { options, hear, limitMs }, signal)
  if (!Number.isFinite(first.ms) || !Number.isFinite(last.ms)) return undefined
  return { fromMs: Math.max(0, Math.round(inMs + first.ms)), toMs: Math.round(inMs + last.ms) }
}

const nameOf = async ({ ffmpegPath }: CodecEngine): Promise<string> =>
  ffmpegPath === null ? 'ffmpeg' : `ffmpeg ${await findFfmpegVersion(ffmpegPath)}`

/** Seconds between the beginning of the clock of ISO files, 1904, and that of Unix. */
const isoEpochSeconds = 2_082_844_800

/** A part began when the camera was at it, not when it was cut: 0 where nobody knows. ISO/IEC 14496-12, 8.2.2. */
function stampCreation(bytes: Uint8Array, at: Date | null): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const moov = findBox(view, 'moov', 0, bytes.length)
  const mvhd = moov === undefined ? undefined : findBox(view, 'mvhd', moov.at + 8, moov.end)
  if (mvhd === undefined) return
  const seconds1904 = at === null ? 0 : Math.max(0, Math.floor(at.getTime() / 1000) + isoEpochSeconds)
  const isLong = view.getUint8(mvhd.at + 8) === 1
  for (const place of [0, 1]) {
    if (isLong) view.setBigUint64(mvhd.at + 12 + 8 * place, BigInt(seconds1904))
    else view.setUint32(mvhd.at + 12 + 4 * place, seconds1904)
  }
}

function findBox(view: DataView, type: string, from: number, to: number): { at: number; end: number } | undefined {
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at)
    const name = String.fromCharCode(...[4, 5, 6, 7].map((place) => view.getUint8(at + place)))
    if (name === type) return { at, end: Math.min(to, at + size) }
    if (size < 8) return undefined
    at += size
  }
  return undefined
}
