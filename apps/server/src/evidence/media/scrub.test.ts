import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { clips, readClip } from '../../demo/clips/clips.ts'
import { truncated } from '../../demo/clips/damage.ts'
import { readFrameNumber } from '../../demo/clips/frame-code.ts'
import { createWorld } from '../../testing/world.ts'
import type { ByteSource } from './byte-source.ts'
import { type CodecEngine, findCodecEngine } from './codec-engine.ts'
import { decodeKeyFrames } from './key-frames.ts'
import { makeScrub, planSheet } from './scrub.ts'
import { makeWaveform, PeakMeter, waveformStretches } from './waveform.ts'

const [clip] = clips
if (clip === undefined) throw new Error('there are no clips')
const recording = await readClip(clip)
const shown = { widthPx: 480, heightPx: 270, durationMs: 10_000 }
const signal = new AbortController().signal
const quiet = (): void => undefined

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})

async function engineNamed(name: 'ffmpeg' | 'node-av'): Promise<CodecEngine | undefined> {
  const isThere = name === 'node-av' || findTool('ffmpeg') !== undefined
  const engine = isThere ? await findCodecEngine(name) : undefined
  if (engine !== undefined && engine.name === name) return engine
  reportMissingTool(name, `sheets for scrubbing made with ${name}`)
  return undefined
}

property.prop([
  fc.integer({ min: 16, max: 8192 }),
  fc.integer({ min: 16, max: 8192 }),
  fc.integer({ min: 1, max: 24 * 3_600_000 }),
])(
  'a sheet has at most 240 tiles of at most 160 px, and reaches the end of the recording',
  (widthPx, heightPx, durationMs) => {
    const { frames, everyMs, columns, tileWidthPx, tileHeightPx } = planSheet({ widthPx, heightPx, durationMs })
    expect(frames).toBeLessThanOrEqual(240)
    expect(columns).toBeLessThanOrEqual(frames)
    expect(Math.max(tileWidthPx, tileHeightPx)).toBeLessThanOrEqual(160)
    expect(frames * everyMs).toBeGreaterThanOrEqual(durationMs)
    expect((frames - 1) * everyMs).toBeLessThan(durationMs)
  },
)

test('each moment of a long recording is shown by the key frame at or before it, and none is shown after its end', async () => {
  const engine = await engineNamed('ffmpeg')
  if (engine?.ffmpegPath == null) return
  const atMs = [0, 500, 2900, 3100, 9900]
  const asked = { atMs, widthPx: 480, limitMs: 60_000 }
  const numberOf = (picture: Awaited<ReturnType<typeof decodeKeyFrames>>[number]) =>
    picture === null
      ? null
      : readFrameNumber({ data: picture.rgb, width: picture.widthPx, height: picture.heightPx, channels: 3 })
  const pictures = await decodeKeyFrames(engine.ffmpegPath, sourceOf(recording), asked, signal)
  expect(pictures.map(numberOf)).toEqual([0, 0, 25, 38, 113]) // a second apart, at 12.5 a second

  const cut = await decodeKeyFrames(engine.ffmpegPath, sourceOf(truncated(recording, 0.5)), asked, signal)
  expect(cut.map(numberOf).slice(0, 3)).toEqual([0, 0, 25])
  expect(cut.at(-1)).toBeNull()
  const noise = sourceOf(new Uint8Array(50_000).fill(7))
  expect(await decodeKeyFrames(engine.ffmpegPath, noise, asked, signal)).toEqual(atMs.map(() => null))
})

test.each(['ffmpeg', 'node-av'] as const)('%s makes a sheet of what can be decoded', async (name) => {
  const engine = await engineNamed(name)
  if (engine === undefined) return
  const reported: number[] = []
  const sheets = await Promise.all(
    [recording, truncated(recording, 0.5)].map((bytes) =>
      makeScrub(engine, sourceOf(bytes), shown, signal, (part) => reported.push(part)),
    ),
  )
  const [whole, cut] = sheets
  expect(whole?.sheet).toEqual({ frames: 40, columns: 16, everyMs: 250, tileWidthPx: 160, tileHeightPx: 90 })
  expect([...(whole?.jpeg.subarray(0, 2) ?? [])]).toEqual([0xff, 0xd8])
  // Dark tiles take next to nothing: half the sheet is not there.
  expect(cut?.jpeg.length).toBeLessThan((whole?.jpeg.length ?? 0) * 0.75)
  if (name === 'ffmpeg') expect(reported.length).toBeGreaterThan(10)

  const noise = sourceOf(new Uint8Array(50_000).fill(7))
  expect(await makeScrub(engine, noise, shown, signal, quiet)).toBeUndefined()
})

property.prop([fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 12 })])(
  'a waveform does not depend on the pieces in which the samples come',
  (pieces) => {
    const together = Buffer.concat(pieces)
    const inPieces = new PeakMeter(1500)
    for (const piece of pieces) inPieces.add(piece)
    const atOnce = new PeakMeter(1500)
    atOnce.add(together)
    expect(inPieces.peaks).toEqual(atOnce.peaks)
  },
)

test('a waveform shows a loud moment where it is heard, and silence as nothing', () => {
  const meter = new PeakMeter(waveformStretches * 4)
  const samples = new Int16Array(waveformStretches * 4)
  samples[4 * 1234 + 2] = -32_768
  samples[4 * 77] = 1280
  meter.add(new Uint8Array(samples.buffer))
  expect([...meter.peaks.entries()].filter(([, loudness]) => loudness > 0)).toEqual([
    [77, 10],
    [1234, 255],
  ])
})

test('a sheet and a waveform are made once a recording is viewable, and a look at the sheet is entered', async () => {
  if (findTool('ffmpeg') === undefined) return reportMissingTool('ffmpeg', 'pictures made as a task')
  await using world = await createWorld({
    around: (settings) =>
      Promise.resolve({ ...settings, codecEngine: 'ffmpeg', searchPath: process.env['PATH'] ?? '' }),
  })
  const recordingId = await world.viewableRecording()
  const { media, recordings, vault } = world.server.modules
  const { corpsId } = world.officer
  const reports: number[] = []
  const cancelled = new AbortController()
  const work = {
    taskId: 'task_1' as never,
    corpsId,
    recordingId,
    input: null,
    askedBy: null,
    signal,
    report: (part: number) => void reports.push(part),
  }
  const found = async (kind: 'scrub' | 'waveform') => vault.find(world.server.db.of(corpsId), recordingId, kind)

  cancelled.abort()
  await expect(media.makePictures({ ...work, signal: cancelled.signal })).rejects.toThrow()
  expect(await found('scrub')).toBeUndefined()

  await media.makePictures(work)
  await media.makePictures(work) // may run twice
  expect(await recordings.find(corpsId, recordingId)).toMatchObject({ scrub: { everyMs: 250, tileWidthPx: 160 } })
  expect(reports.at(-1)).toBeGreaterThan(0.5)
  const hasSound = (await recordings.find(corpsId, recordingId))?.facts?.audio != null
  expect((await found('waveform'))?.sizeBytes).toBe(hasSound ? waveformStretches : 0)

  const site = await world.listen()
  const path = `/api/recordings/${recordingId}/scrub`
  expect((await site.fetch(path)).status).toBe(401)
  const looks = async () => (await world.trail(recordingId)).filter(({ type }) => type === 'preview-shown').length
  expect(await looks()).toBe(0)
  for (const _again of [1, 2]) {
    const response = await site.fetch(path, { as: world.officer })
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect((await response.bytes()).length).toBe((await found('scrub'))?.sizeBytes)
  }
  expect(await looks()).toBe(1)
  expect((await site.fetch(path, { as: await world.otherCorps() })).status).toBe(404)
})

test('what does not decode sound makes no waveform', async () => {
  const engine = await findCodecEngine('none')
  expect(await makeWaveform(engine, sourceOf(recording), 10_000, signal, quiet)).toBeUndefined()
})
