import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { truncated, withoutMoov } from '../../demo/clips/damage.ts'
import type { ByteSource } from './byte-source.ts'
import type { CodecEngine } from './codec-engine.ts'
import { probe } from './probe.ts'
import { isEnough, methods, runWay, waysOf } from './proxy.ts'
import { ownReferences, type Reference } from './reconstruct.ts'
import { decideRendition } from './rules.ts'

const run = promisify(execFile)
const signal = new AbortController().signal
const words = (line: string): string[] => line.split(' ')

export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})

const picture = (rate: string, seconds: number) => `-f lavfi -i testsrc=size=160x120:rate=${rate}:duration=${seconds}`
const tone = (hertz: number, seconds: number) =>
  `-f lavfi -i sine=frequency=${hertz}:sample_rate=48000:duration=${seconds}`
/** 0: pictures, 1: sound, 2: pictures at an odd rate, 3: other sound. */
const inputs = (seconds: number) =>
  [picture('25', seconds), tone(440, seconds), picture('30000/1001', seconds), tone(660, seconds)].flatMap(words)
const quiet = words('-y -nostdin -loglevel error')

/** Files of that length, each as its options say; pictures and one sound unless they name other inputs. */
export async function makeFiles<Name extends string>(
  recipes: Readonly<Record<Name, string>>,
  seconds = 2,
): Promise<Readonly<Record<Name, Uint8Array>>> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-made-'))
  try {
    const made = Object.entries<string>(recipes).map(([name, options]) => ({ name, options, path: join(folder, name) }))
    const outputs = made.flatMap(({ options, path }) => [
      ...words(options.includes('-map ') ? options : `-map 0 -map 1 ${options}`),
      ...words('-threads 1 -shortest'),
      path,
    ])
    await run('ffmpeg', [...quiet, ...inputs(seconds), ...outputs])
    const read = await Promise.all(
      made.map(async ({ name, path }) => [name, Uint8Array.from(await readFile(path))] as const),
    )
    return Object.fromEntries(read) as Record<Name, Uint8Array> // one of each name that was asked for
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The same MP4, told to be shown a quarter turned: the matrix of its first track. ISO/IEC 14496-12, 8.3.2. */
function turned(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes)
  const at = file.indexOf('tkhd') + 44
  for (const [place, value] of [0, 1, 0, -1, 0, 0, 120, 0].entries()) file.writeInt32BE(value * 65_536, at + place * 4)
  return Uint8Array.from(file)
}

const h264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 12'
const hevc = '-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params log-level=none:keyint=12'

/** Made by options, or of the bytes of another row. */
type Row = Readonly<
  { container: string; holds: string; also?: 'damaged' } & (
    | { options: string }
    | { of: string; with?: string; change: (bytes: Uint8Array, other?: Uint8Array) => Uint8Array }
  )
>

/** Two recordings behind one another, as some cameras and all who join files leave them: the clock begins anew. */
const joined = (bytes: Uint8Array, other = bytes): Uint8Array => Uint8Array.from([...bytes, ...other])

/** Without some bytes of its middle, so that what follows does not stand where it should. */
const holed = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, bytes.length / 2), ...bytes.subarray(bytes.length / 2 + 512)])

/** What is tried. */
const rows = {
  mp4: { container: 'MP4', holds: 'H.264, AAC', options: `${h264} -c:a aac -f mp4`, also: 'damaged' },
  turned: { container: 'MP4', holds: 'H.264 turned, AAC', of: 'mp4', change: turned },
  vfr: {
    container: 'MP4',
    holds: 'H.264 at a variable rate, no sound',
    options: `-map 0 -vf select=gt(mod(n\\,5)\\,1)+eq(mod(n\\,7)\\,0) -vsync vfr ${h264} -f mp4`,
  },
  odd: {
    container: 'MP4',
    holds: 'H.264 at 29.97 a second, two AAC tracks',
    options: `-map 2 -map 1 -map 3 ${h264} -c:a aac -f mp4`,
  },
  opus: { container: 'MP4', holds: 'H.264, Opus', options: `${h264} -c:a libopus -f mp4` },
  deep: {
    container: 'MP4',
    holds: 'H.264 of ten bits, AAC',
    options: '-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le -c:a aac -f mp4',
  },
  hevc: { container: 'MP4', holds: 'H.265, AAC', options: `${hevc} -c:a aac -f mp4`, also: 'damaged' },
  hevcTurned: { container: 'MP4', holds: 'H.265 turned, AAC', of: 'hevc', change: turned },
  fragments: {
    container: 'MP4 in fragments',
    holds: 'H.264, AAC',
    options: `${h264} -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof -f mp4`,
    also: 'damaged',
  },
  mov: { container: 'MOV', holds: 'H.264, PCM', options: `${h264} -c:a pcm_s16le -f mov`, also: 'damaged' },
  movMjpeg: { container: 'MOV', holds: 'MJPEG, PCM', options: '-c:v mjpeg -c:a pcm_s16le -f mov' },
  mkv: { container: 'MKV', holds: 'H.264, AAC', options: `${h264} -c:a aac -f matroska`, also: 'damaged' },
  mkvTracks: {
    container: 'MKV',
    holds: 'H.264, AAC and Opus',
    options: `-map 0 -map 1 -map 3 ${h264} -c:a:0 aac -c:a:1 libopus -f matroska`,
  },
  mkvHevc: { container: 'MKV', holds: 'H.265, no sound', options: `-map 0 ${hevc} -f matroska` },
  ts: { container: 'MPEG-TS', holds: 'H.264, AAC', options: `${h264} -c:a aac -f mpegts`, also: 'damaged' },
  tsJoined: { container: 'MPEG-TS', holds: 'H.264, AAC, its clock set anew', of: 'ts', change: joined },
  small: { container: 'MPEG-TS', holds: 'H.264, AAC, smaller', options: `-vf scale=96:72 ${h264} -c:a aac -f mpegts` },
  tsSizes: {
    container: 'MPEG-TS',
    holds: 'H.264 of one size and then of another, AAC',
    of: 'ts',
    with: 'small',
    change: joined,
  },
  tsHoled: { container: 'MPEG-TS', holds: 'H.264, AAC, 512 bytes gone from its middle', of: 'ts', change: holed },
  tsMp2: { container: 'MPEG-TS', holds: 'H.264, MP2', options: `${h264} -c:a mp2 -f mpegts` },
  tsMpeg2: { container: 'MPEG-TS', holds: 'MPEG-2, MP2', options: '-c:v mpeg2video -c:a mp2 -f mpegts' },
  tsHevc: { container: 'MPEG-TS', holds: 'H.265, AAC', options: `${hevc} -c:a aac -f mpegts` },
  avi: { container: 'AVI', holds: 'H.264, PCM', options: `${h264} -c:a pcm_s16le -f avi`, also: 'damaged' },
  aviMjpeg: { container: 'AVI', holds: 'MJPEG, PCM', options: '-c:v mjpeg -c:a pcm_s16le -f avi', also: 'damaged' },
  webm: {
    container: 'WebM',
    holds: 'VP9, Opus',
    options: '-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 12 -c:a libopus -f webm',
    also: 'damaged',
  },
  ps: { container: 'MPEG-PS', holds: 'MPEG-2, MP2', options: '-c:v mpeg2video -c:a mp2 -f vob', also: 'damaged' },
  flv: { container: 'FLV', holds: 'H.264, AAC', options: `${h264} -c:a aac -f flv`, also: 'damaged' },
  asf: { container: 'ASF (WMV)', holds: 'WMV 2, WMA 2', options: '-c:v wmv2 -c:a wmav2 -f asf', also: 'damaged' },
} as const satisfies Record<string, Row>

/** Places that lead nowhere, where the file has a table of them; null where it has none. */
export function withBrokenIndex(bytes: Uint8Array): Uint8Array | null {
  const broken = Buffer.from(bytes)
  const fragment = broken.indexOf('moof', broken.indexOf('moof') + 4)
  if (fragment > 0) return Uint8Array.from(broken.fill(0x5a, fragment, fragment + 40))
  let isBroken = false
  for (let at = broken.indexOf('stco'); at > 0; at = broken.indexOf('stco', at + 4)) {
    broken.fill(0x5a, at + 12, at - 4 + broken.readUInt32BE(at - 4))
    isBroken = true
  }
  for (const mark of [Buffer.from('idx1'), Buffer.from([0x1c, 0x53, 0xbb, 0x6b])]) {
    const at = broken.lastIndexOf(mark)
    if (at > 0 && broken.length - at > 40) {
      broken.fill(0x5a, at + 8, at + 40)
      isBroken = true
    }
  }
  return isBroken ? Uint8Array.from(broken) : null
}

/** How a recording comes to be played here, found by doing it; `wholeMs`: how long it was before it was hurt, if it was. */
export async function findOutcome(
  bytes: Uint8Array,
  engine: CodecEngine,
  references: readonly Reference[],
  wholeMs: number | null,
): Promise<string> {
  const source = sourceOf(bytes)
  const facts = await probe(source, signal)
  const loss = (isPartial: boolean, playedMs: number | null) =>
    isPartial ? ', partial' : (playedMs ?? 0) < (wholeMs ?? 0) - 200 ? ', loss not told' : ''
  const decision = decideRendition(facts, engine.name)
  if (decision.rendition === 'direct') return `direct${loss(facts.damage !== 'none', facts.durationMs)}`
  if (decision.rendition === 'none') return 'kept only'
  const ignore = () => undefined
  const write = () => Promise.resolve()
  const own = await ownReferences(source, facts)
  const asked = { engine, source, facts, references: own.length > 0 ? own : references }
  const ways = waysOf(decision, engine, asked.references)
  for (const way of ways) {
    const made = await runWay(way, { ...asked, write, tell: ignore }, signal)
    if (made === null || !isEnough(made, facts, way === ways.at(-1))) continue
    if (facts.video !== null && isTurned(made, facts.video)) return 'proxy, turned wrongly'
    const method = way === 'packets-by-ffmpeg' ? 'remuxed, sound encoded' : methods[way]
    return `proxy: ${method}${loss(facts.damage !== 'none' || made.isPartial, made.durationMs)}`
  }
  return 'kept only'
}

/** Where its height is that of neither the recording nor the largest of a proxy. */
const isTurned = ({ heightPx }: { heightPx: number | null }, video: { widthPx: number; heightPx: number }): boolean =>
  heightPx === video.widthPx && video.widthPx !== video.heightPx

/** At most so many at a time: each is a thread or a program of its own. */
const mostAtOnce = 2

/** What comes of each, in their order. */
async function inTurn<In, Out>(each: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = []
  const left = each.entries()
  const take = async (): Promise<void> => {
    for (const [place, one] of left) results[place] = await work(one)
  }
  await Promise.all(Array.from({ length: mostAtOnce }, take))
  return results
}

const madeSeconds = 1.2

/** The table of files made here, in Markdown. */
export async function tableOfMade(engine: CodecEngine): Promise<string> {
  const all = Object.entries<Row>(rows)
  const recipes = all.flatMap(([name, row]) => ('options' in row ? [[name, row.options] as const] : []))
  const made = await makeFiles(Object.fromEntries(recipes), madeSeconds)
  const lines = await inTurn(all, async ([name, row]) => {
    const { container, holds, also } = row
    const bytes =
      'options' in row
        ? made[name]
        : row.change(made[row.of] ?? new Uint8Array(), row.with === undefined ? undefined : made[row.with])
    if (bytes === undefined) throw new Error(`${name} was not made`)
    const references = await ownReferences(sourceOf(bytes), { video: null })
    const outcome = (damaged: Uint8Array | null) =>
      damaged === null ? '' : findOutcome(damaged, engine, references, also === 'damaged' ? madeSeconds * 1000 : null)
    const hurt = also === 'damaged' ? bytes : null
    const cells = [
      await outcome(bytes),
      await outcome(hurt && truncated(hurt, 0.6)),
      await outcome(/^(?:MP4|MOV)$/.test(container) ? hurt && withoutMoov(hurt) : null),
      await outcome(hurt && withBrokenIndex(hurt)),
    ]
    return `| ${[container, holds, ...cells].join(' | ')} |`
  })
  const head = ['| container | holds | whole | cut at 60 % | no `moov` | broken index |', '|---|---|---|---|---|---|']
  return [...head, ...lines].join('\n')
}

/** The same of files of real cameras, each by its name; one without its index has a sound one of its camera beside it. */
export async function tableOfCameras(engine: CodecEngine, folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.(?:mp4|mov|mkv|ts|avi|3gp)$/.test(name)).toSorted()
  const read = async (name: string) => Uint8Array.from(await readFile(join(folder, name)))
  const lines = await inTurn(names, async (name) => {
    const camera = /^damaged-nomoov-(.+)\.\w+$/.exec(name)?.[1]
    const sound = camera === undefined ? undefined : names.find((other) => other.startsWith(camera))
    const references = sound === undefined ? [] : await ownReferences(sourceOf(await read(sound)), { video: null })
    return `| ${name} | ${await findOutcome(await read(name), engine, references, null)} |`
  })
  return ['| file | outcome |', '|---|---|', ...lines].join('\n')
}
