import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withoutMoov } from '../../demo/clips/damage.ts'
import type { ByteSource } from './byte-source.ts'
import type { CodecEngine } from './codec-engine.ts'
import { probe } from './probe.ts'
import { isEnough, methods, runWay, waysOf } from './proxy.ts'
import { findParameters, type Reference } from './reconstruct.ts'
import { decideRendition } from './rules.ts'

const run = promisify(execFile)
const signal = new AbortController().signal

export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})

const picture = (rate: string) => `-f lavfi -i testsrc=size=160x120:rate=${rate}:duration=1`
const tone = '-f lavfi -i sine=frequency=440:sample_rate=16000:duration=1'
const h264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 12'
const hevc = '-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params log-level=none'

type Made = Readonly<{ container: string; holds: string; options: string; isDamagedToo: boolean }>
const plain = `${picture('25')} ${tone}`
const sound = { aac: '-c:a aac', pcm: '-c:a pcm_s16le', opus: '-c:a libopus -ar 48000', mp3: '-c:a libmp3lame' }

/** What is tried: each is a file of one second. */
const made: readonly Made[] = [
  ['MP4', 'H.264, AAC', `${plain} ${h264} ${sound.aac} -f mp4`, true],
  ['MP4', 'H.264, MP3', `${plain} ${h264} ${sound.mp3} -f mp4`],
  ['MP4', 'H.264, Opus', `${plain} ${h264} ${sound.opus} -f mp4`],
  ['MP4', 'H.264, no sound', `${picture('25')} ${h264} -f mp4`],
  ['MP4', 'H.264, two AAC tracks', `${plain} ${tone} -map 0 -map 1 -map 2 ${h264} ${sound.aac} -f mp4`],
  ['MP4', 'H.264 at 29.97 a second, AAC', `${picture('30000/1001')} ${tone} ${h264} ${sound.aac} -f mp4`],
  ['MP4', 'H.264 at 12.5 a second, AAC', `${picture('25/2')} ${tone} ${h264} ${sound.aac} -f mp4`],
  [
    'MP4',
    'H.264 at a variable rate',
    `${picture('25')} -vf select='not(mod(n\\,5)-mod(n\\,3))' -vsync vfr ${h264} -f mp4`,
  ],
  ['MP4', 'H.264 of ten bits, AAC', `${plain} -c:v libx264 -preset ultrafast -pix_fmt yuv420p10le ${sound.aac} -f mp4`],
  ['MP4', 'H.265, AAC', `${plain} ${hevc} ${sound.aac} -f mp4`, true],
  ['MP4', 'MPEG-4, AAC', `${plain} -c:v mpeg4 ${sound.aac} -f mp4`],
  ['MP4 in fragments', 'H.264, AAC', `${plain} ${h264} ${sound.aac} -movflags frag_keyframe+empty_moov -f mp4`, true],
  ['MOV', 'H.264, AAC', `${plain} ${h264} ${sound.aac} -f mov`, true],
  ['MOV', 'H.264, PCM', `${plain} ${h264} ${sound.pcm} -f mov`],
  ['MOV', 'MJPEG, PCM', `${plain} -c:v mjpeg ${sound.pcm} -f mov`],
  ['MKV', 'H.264, AAC', `${plain} ${h264} ${sound.aac} -f matroska`, true],
  ['MKV', 'H.264, Opus', `${plain} ${h264} ${sound.opus} -f matroska`],
  ['MKV', 'H.264, two AAC tracks', `${plain} ${tone} -map 0 -map 1 -map 2 ${h264} ${sound.aac} -f matroska`],
  ['MKV', 'H.265, no sound', `${picture('25')} ${hevc} -f matroska`],
  ['MPEG-TS', 'H.264, AAC', `${plain} ${h264} ${sound.aac} -f mpegts`, true],
  ['MPEG-TS', 'H.265, AAC', `${plain} ${hevc} ${sound.aac} -f mpegts`],
  ['AVI', 'H.264, PCM', `${plain} ${h264} ${sound.pcm} -f avi`, true],
  ['AVI', 'MJPEG, PCM', `${plain} -c:v mjpeg ${sound.pcm} -f avi`, true],
  ['AVI', 'MPEG-4, MP3', `${plain} -c:v mpeg4 ${sound.mp3} -f avi`],
  ['WebM', 'VP9, Opus', `${plain} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 ${sound.opus} -f webm`, true],
].map(([container, holds, options, isDamagedToo]) => ({
  container: String(container),
  holds: String(holds),
  options: String(options),
  isDamagedToo: isDamagedToo === true,
}))

/** Fragments and streams go to a pipe as they are; the others need to go back in their file. */
async function make({ options }: Made, folder: string): Promise<Uint8Array> {
  const file = join(folder, 'made')
  const quiet = ['-y', '-nostdin', '-loglevel', 'error', '-threads', '1', '-fflags', '+bitexact']
  await run('ffmpeg', [...quiet, ...options.split(' ').map((one) => one.replaceAll("'", '')), '-shortest', file])
  return Uint8Array.from(await readFile(file))
}

/** Another place for every chunk, or none for those who seek. */
function withBrokenIndex(bytes: Uint8Array): Uint8Array | null {
  const broken = Buffer.from(bytes)
  const marks = [
    ['stco', 8, 64],
    ['idx1', 4, 400],
    [Buffer.from([0x1c, 0x53, 0xbb, 0x6b]), 4, 40],
  ] as const
  let isBroken = false
  for (const [mark, after, length] of marks) {
    for (let at = broken.indexOf(mark); at !== -1; at = broken.indexOf(mark, at + 4)) {
      broken.fill(0x5a, at + 4 + after, Math.min(broken.length, at + 4 + after + length))
      isBroken = true
    }
  }
  return isBroken ? Uint8Array.from(broken) : null
}

/** How a recording comes to be played here, found by doing it. */
export async function findOutcome(
  bytes: Uint8Array,
  engine: CodecEngine,
  reference: Reference | null,
): Promise<string> {
  const source = sourceOf(bytes)
  const facts = await probe(source, signal)
  const decision = decideRendition(facts, engine.name)
  if (decision.rendition === 'direct') return facts.damage === 'none' ? 'direct' : 'direct, partial'
  if (decision.rendition === 'none') return 'kept only'
  for (const way of waysOf(decision, engine)) {
    const ignore = () => undefined
    const write = () => Promise.resolve()
    const remuxed = await runWay(way, { engine, source, facts, reference, write, tell: ignore }, signal)
    if (remuxed === null || !isEnough(remuxed, facts)) continue
    const method = way === 'packets-by-ffmpeg' ? 'remuxed, sound encoded' : methods[way]
    return `proxy: ${method}${facts.damage === 'none' && !remuxed.isPartial ? '' : ', partial'}`
  }
  return 'kept only'
}

async function referenceOf(bytes: Uint8Array): Promise<Reference | null> {
  const description = await findParameters(sourceOf(bytes))
  return description === null ? null : { description, framesPerSecond: 25, rotation: 0 }
}

/** The table of files made here, in Markdown. */
export async function tableOfMade(engine: CodecEngine, folder: string): Promise<string> {
  const lines = ['| container | holds | whole | cut at 60 % | no `moov` | broken index |', '|---|---|---|---|---|---|']
  for (const one of made) {
    const bytes = await make(one, folder)
    const reference = await referenceOf(bytes)
    const outcome = (damaged: Uint8Array | null) => (damaged === null ? '' : findOutcome(damaged, engine, reference))
    const isIso = /^(MP4|MOV)/.test(one.container) && one.container !== 'MP4 in fragments'
    const cells = [
      await outcome(bytes),
      one.isDamagedToo ? await outcome(bytes.slice(0, Math.floor(bytes.length * 0.6))) : '',
      one.isDamagedToo && isIso ? await outcome(withoutMoov(bytes)) : '',
      one.isDamagedToo ? await outcome(withBrokenIndex(bytes)) : '',
    ]
    lines.push(`| ${[one.container, one.holds, ...cells].join(' | ')} |`)
  }
  return lines.join('\n')
}

/** The same of files of real cameras, each by its name; a damaged one has a sound one of its camera as reference. */
export async function tableOfCameras(engine: CodecEngine, folder: string): Promise<string> {
  const lines = ['| file | outcome |', '|---|---|']
  const names = (await readdir(folder)).filter((name) => /\.(mp4|mov|mkv|ts|avi|3gp)$/.test(name)).toSorted()
  const read = async (name: string) => Uint8Array.from(await readFile(join(folder, name)))
  for (const name of names) {
    const camera = /^damaged-nomoov-(.+)\.\w+$/.exec(name)?.[1]
    const sound = camera === undefined ? undefined : names.find((other) => other.startsWith(camera))
    const reference = sound === undefined ? null : await referenceOf(await read(sound))
    lines.push(`| ${name} | ${await findOutcome(await read(name), engine, reference)} |`)
  }
  return lines.join('\n')
}
