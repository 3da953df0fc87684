/**
 * Render the synthetic recordings of the demo into `clips/`, with `clips.json` describing them. Run by a maintainer
 * with ffmpeg at hand: `node apps/server/src/demo/render-clips.ts [NUMBER …]`. Every picture and tone is computed
 * here: no person, no real place.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { frameCode } from './clips/frame-code.ts'
import { drawOverlay, drawScene, newPicture, type Scene } from './clips/street.ts'

const folder = join(import.meta.dirname, 'clips')
const framesPerSecond = 12.5
const frameMs = 1000 / framesPerSecond
const sampleRateHz = 16_000

/** `startsAt` is the wall clock of the first frame, local to the place of recording. */
type Plan = Readonly<{ startsAt: string; seconds: number; toneHz: number; scene: Scene; story?: Part }>
/** A clip that the story of the demonstration names. `fromSeconds`: how long the scene had lasted when it begins. */
type Part = Readonly<{ name: string; fromSeconds?: number; isHevc?: boolean }>

/** Whole frames only, so that picture and sound end together. */
const frameCountOf = (plan: Plan): number => Math.floor(plan.seconds * framesPerSecond)

const plan = (startsAt: string, seconds: number, toneHz: number, scene: Scene): Plan => ({
  startsAt,
  seconds,
  toneHz,
  scene,
})

const plans: readonly Plan[] = [
  plan('10:06:12.040', 10, 220.0, {
    seed: 3,
    palette: 'morning',
    ground: 'street',
    panPxPerSecond: 22,
    traffic: 3,
    hasTram: false,
  }),
  plan('11:31:47.600', 9, 246.9, {
    seed: 14,
    palette: 'overcast',
    ground: 'square',
    panPxPerSecond: -18,
    traffic: 1,
    hasTram: true,
  }),
  plan('12:18:03.280', 11, 261.6, {
    seed: 15,
    palette: 'clear',
    ground: 'canal',
    panPxPerSecond: 16,
    traffic: 2,
    hasTram: false,
  }),
  plan('13:44:55.920', 8, 293.7, {
    seed: 92,
    palette: 'overcast',
    ground: 'street',
    panPxPerSecond: 34,
    traffic: 4,
    hasTram: false,
  }),
  plan('14:02:31.120', 12, 329.6, {
    seed: 65,
    palette: 'clear',
    ground: 'street',
    panPxPerSecond: 12,
    traffic: 2,
    hasTram: true,
  }),
  plan('15:27:19.480', 9, 349.2, {
    seed: 35,
    palette: 'clear',
    towards: 'golden',
    ground: 'square',
    panPxPerSecond: 26,
    traffic: 2,
    hasTram: false,
  }),
  plan('16:09:40.760', 10, 392.0, {
    seed: 89,
    palette: 'golden',
    ground: 'canal',
    panPxPerSecond: -20,
    traffic: 1,
    hasTram: false,
  }),
  plan('16:52:08.200', 11, 440.0, {
    seed: 79,
    palette: 'golden',
    towards: 'dusk',
    ground: 'street',
    panPxPerSecond: -28,
    traffic: 4,
    hasTram: false,
  }),
  plan('17:35:26.640', 10, 493.9, {
    seed: 32,
    palette: 'dusk',
    ground: 'square',
    panPxPerSecond: 14,
    traffic: 2,
    hasTram: true,
  }),
  plan('18:03:51.360', 9, 523.3, {
    seed: 38,
    palette: 'dusk',
    towards: 'violet',
    ground: 'canal',
    panPxPerSecond: 24,
    traffic: 3,
    hasTram: false,
  }),
  plan('18:48:14.880', 12, 207.7, {
    seed: 46,
    palette: 'violet',
    ground: 'street',
    panPxPerSecond: 20,
    traffic: 5,
    hasTram: false,
  }),
  plan('19:20:37.000', 10, 233.1, {
    seed: 26,
    palette: 'violet',
    towards: 'blue',
    ground: 'square',
    panPxPerSecond: -24,
    traffic: 3,
    hasTram: true,
  }),
  plan('20:05:09.440', 11, 277.2, {
    seed: 43,
    palette: 'blue',
    ground: 'street',
    panPxPerSecond: 30,
    traffic: 4,
    hasTram: false,
  }),
  plan('20:41:58.160', 8, 311.1, {
    seed: 83,
    palette: 'blue',
    ground: 'canal',
    panPxPerSecond: -14,
    traffic: 2,
    hasTram: false,
  }),
  plan('21:33:22.520', 10, 370.0, {
    seed: 27,
    palette: 'teal',
    ground: 'square',
    panPxPerSecond: 22,
    traffic: 3,
    hasTram: false,
  }),
  plan('22:14:45.840', 9, 415.3, {
    seed: 95,
    palette: 'night',
    ground: 'street',
    panPxPerSecond: -32,
    traffic: 5,
    hasTram: false,
  }),
  plan('22:57:30.320', 14, 466.2, {
    seed: 2,
    palette: 'teal',
    towards: 'night',
    ground: 'canal',
    panPxPerSecond: 18,
    traffic: 3,
    hasTram: false,
  }),
  plan('23:38:16.080', 10, 184.9, {
    seed: 88,
    palette: 'sodium',
    ground: 'street',
    panPxPerSecond: 24,
    traffic: 3,
    hasTram: true,
  }),
  plan('00:46:54.720', 9, 196.0, {
    seed: 41,
    palette: 'night',
    ground: 'square',
    panPxPerSecond: 16,
    traffic: 2,
    hasTram: false,
  }),
  plan('01:51:07.960', 11, 174.6, {
    seed: 97,
    palette: 'sodium',
    towards: 'night',
    ground: 'canal',
    panPxPerSecond: -22,
    traffic: 2,
    hasTram: false,
  }),
]

/**
 * One event, seen by three cameras, of which the second is 7.2 s ahead: lightning is at 15:41:48 and 15:42:00. Then one
 * recording that its camera cut in three, a second lost at each cut; and one that few browsers play.
 */
const square: Scene = {
  seed: 35,
  palette: 'overcast',
  towards: 'dusk',
  ground: 'square',
  panPxPerSecond: 9,
  traffic: 2,
  hasTram: true,
}
const walk: Scene = { seed: 72, palette: 'dusk', ground: 'street', panPxPerSecond: 17, traffic: 4, hasTram: false }
const named: readonly Plan[] = [
  {
    ...plan('15:41:20.080', 46, 329.6, { ...square, flashes: [27.92, 39.92] }),
    story: { name: 'event-first' },
  },
  {
    ...plan('15:41:37.600', 36, 392.0, { ...square, seed: 19, panPxPerSecond: -13, flashes: [17.6, 29.6] }),
    story: { name: 'event-ahead' },
  },
  {
    ...plan('15:41:25.240', 34, 261.6, {
      ...square,
      seed: 51,
      ground: 'street',
      panPxPerSecond: 21,
      traffic: 4,
      flashes: [22.76],
    }),
    story: { name: 'event-third' },
  },
  ...[0, 1, 2].map((piece) => ({
    ...plan(msToClock(clockToMs('17:12:05.000') + piece * 11_000), 10, 293.7, walk),
    story: { name: `cut-${piece + 1}`, fromSeconds: piece * 11 },
  })),
  {
    ...plan('11:02:18.640', 8, 220.0, { ...walk, seed: 24, palette: 'morning', ground: 'canal' }),
    story: { name: 'hevc', isHevc: true },
  },
]

function clockToMs(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000)
}

function msToClock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23)
}

/** A soft tone with its octave, breathing slowly, and a short mark at each full second of the clip. */
function tone(plan: Plan): Uint8Array {
  const endsAfter = (frameCountOf(plan) * frameMs) / 1000
  const count = endsAfter * sampleRateHz
  const samples = new Int16Array(count)
  for (let index = 0; index < count; index++) {
    const t = index / sampleRateHz
    const breath = 0.75 + 0.25 * Math.sin(t * Math.PI * 0.5)
    const fade = Math.min(1, t / 0.3, (endsAfter - t) / 0.3)
    const since = Math.min(...(plan.scene.flashes ?? []).map((at) => (t >= at ? t - at : Infinity)), Infinity)
    const thunder = since < 1.2 ? Math.exp(-since * 3) * Math.sin(t * 5381) * Math.sin(t * 977) * 0.8 : 0
    const mark = Math.exp(-(t % 1) * 40) * Math.sin(2 * Math.PI * plan.toneHz * 3 * t) * 0.25
    const held = Math.sin(2 * Math.PI * plan.toneHz * t) + 0.3 * Math.sin(4 * Math.PI * plan.toneHz * t)
    samples[index] = Math.round((held * breath * 0.12 + mark * 0.5 + thunder) * fade * 32_767)
  }
  return new Uint8Array(samples.buffer)
}

/** The bytes of one frame of a clip as packed RGB. */
function frame(plan: Plan, clipNumber: number, frameNumber: number): Uint8Array {
  const picture = newPicture()
  drawScene(picture, plan.scene, (plan.story?.fromSeconds ?? 0) + frameNumber / framesPerSecond, plan.seconds)
  drawOverlay(picture, clipNumber, msToClock(clockToMs(plan.startsAt) + frameNumber * frameMs), frameNumber)
  return picture.toRgb24()
}

async function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain')
}

/** None of the values holds a space. A key frame at each second; nothing in the file that depends on the build. */
const encoderOptions = ({ story }: Plan): string[] =>
  [
    '-hide_banner -loglevel error -y',
    `-f rawvideo -pix_fmt rgb24 -video_size ${frameCode.widthPx}x${frameCode.heightPx} -framerate ${framesPerSecond} -i pipe:0`,
    `-f s16le -ar ${sampleRateHz} -ac 1 -i pipe:3`,
    '-map 0:v -map 1:a -map_metadata -1 -fflags +bitexact -flags +bitexact -flags:a +bitexact',
    '-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -colorspace bt709 -color_primaries bt709 -color_trc bt709',
    ...(story?.isHevc === true
      ? ['-c:v libx265 -preset slow -crf 36 -x265-params log-level=none -tag:v hvc1']
      : [
          `-c:v libx264 -profile:v high -preset veryslow -tune animation -crf ${story === undefined ? 31 : 36}`,
          '-x264-params keyint=13:min-keyint=13:scenecut=0 -force_key_frames expr:gte(t,n_forced)',
        ]),
    '-c:a aac -b:a 14k -movflags +faststart -f mp4',
  ].flatMap((line) => line.split(' '))

async function encode(plan: Plan, clipNumber: number, target: string): Promise<void> {
  const ffmpeg = spawn('ffmpeg', [...encoderOptions(plan), target], { stdio: ['pipe', 'inherit', 'inherit', 'pipe'] })
  const closed = once(ffmpeg, 'close')
  const [pictures, , , sound] = ffmpeg.stdio
  if (pictures === null || !(sound instanceof Writable)) throw new Error('no pipes to ffmpeg')
  const sounding = write(sound, tone(plan)).then(() => sound.end())
  for (let number = 0; number < frameCountOf(plan); number++) {
    await write(pictures, frame(plan, clipNumber, number))
  }
  pictures.end()
  await sounding
  await closed
  if (ffmpeg.exitCode !== 0) throw new Error(`ffmpeg ended with ${String(ffmpeg.exitCode)}`)
}

const only = process.argv.slice(2).map(Number)
const scratch = await mkdtemp(join(folder, '.rendering-'))
try {
  const described: unknown[] = []
  const describedByName: Record<string, unknown> = {}
  for (const [index, plan] of [...plans, ...named].entries()) {
    const number = index + 1
    const file = `${plan.story?.name ?? `clip-${String(number).padStart(2, '0')}`}.mp4`
    if (only.length === 0 || only.includes(number)) {
      await encode(plan, number, join(scratch, file))
      await rename(join(scratch, file), join(folder, file))
    }
    const bytes = await readFile(join(folder, file))
    const { startsAt, toneHz } = plan
    const description = {
      file,
      startsAt,
      durationMs: frameCountOf(plan) * frameMs,
      frameCount: frameCountOf(plan),
      framesPerSecond,
      widthPx: frameCode.widthPx,
      heightPx: frameCode.heightPx,
      toneHz,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
    if (plan.story === undefined) described.push(description)
    else describedByName[plan.story.name] = description
    process.stdout.write(`${file} ${bytes.length} bytes\n`)
  }
  await writeFile(join(folder, 'clips.json'), `${JSON.stringify(described, undefined, 2)}\n`)
  await writeFile(join(folder, 'story-clips.json'), `${JSON.stringify(describedByName, undefined, 2)}\n`)
} finally {
  await rm(scratch, { recursive: true })
}
