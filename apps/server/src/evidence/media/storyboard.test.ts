import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { clips, readClip } from '../../demo/clips/clips.ts'
import { truncated, withoutMoov } from '../../demo/clips/damage.ts'
import { readFrameNumber } from '../../demo/clips/frame-code.ts'
import type { ByteSource } from './byte-source.ts'
import { type CodecEngine, findCodecEngine } from './codec-engine.ts'
import { probe } from './probe.ts'
import { makeStoryboard } from './storyboard.ts'

const [clip] = clips
if (clip === undefined) throw new Error('there are no clips')
const recording = await readClip(clip)
const signal = new AbortController().signal

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})

async function storyboardOf(engine: CodecEngine, bytes: Uint8Array) {
  const source = sourceOf(bytes)
  return makeStoryboard(engine, source, await probe(source, signal), signal)
}

/** The engine itself, or undefined after its absence was reported. */
async function engineNamed(name: 'ffmpeg' | 'node-av'): Promise<CodecEngine | undefined> {
  const isThere = name === 'node-av' || findTool('ffmpeg') !== undefined
  const engine = isThere ? await findCodecEngine(name) : undefined
  if (engine !== undefined && engine.name === name) return engine
  reportMissingTool(name, `storyboards made with ${name}`)
  return undefined
}

/** Width and height from the frame header of a baseline JPEG. */
function jpegSize(jpeg: Uint8Array): { widthPx: number; heightPx: number } {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength)
  for (let at = 2; at < jpeg.length; at += 2 + view.getUint16(at + 2)) {
    if (jpeg[at + 1] === 0xc0) return { widthPx: view.getUint16(at + 7), heightPx: view.getUint16(at + 5) }
  }
  throw new Error('no frame header')
}

/** Eight moments of the clip, as its frame numbers read from the decoded pictures. */
async function frameNumbers(engine: CodecEngine): Promise<(number | null)[]> {
  const atMs = Array.from({ length: 8 }, (_, index) => 500 + index * 1000)
  const pictures = await engine.pictures(sourceOf(recording), { atMs, widthPx: 480, seek: 'exact' }, signal)
  return pictures.map((picture) =>
    picture === null
      ? null
      : readFrameNumber({ data: picture.rgb, width: picture.widthPx, height: picture.heightPx, channels: 3 }),
  )
}

test.each(['ffmpeg', 'node-av'] as const)('%s decodes the frames that were asked for', async (name) => {
  const engine = await engineNamed(name)
  if (engine === undefined) return
  const asked = Array.from({ length: 8 }, (_, index) => (500 + index * 1000) / 80)
  for (const [index, number] of (await frameNumbers(engine)).entries()) {
    // The frame shown at that moment, or the first that begins after it.
    expect(Math.abs((number ?? -10) - (asked[index] ?? 0))).toBeLessThanOrEqual(1)
  }
})

test.each(['ffmpeg', 'node-av'] as const)('%s makes a poster and eight frames side by side', async (name) => {
  const engine = await engineNamed(name)
  if (engine === undefined) return
  const made = await storyboardOf(engine, recording)
  if ('none' in made) throw new Error(made.none)
  expect(made).toMatchObject({ frameCount: 8, darkCount: 0 })
  expect(jpegSize(made.poster)).toEqual({ widthPx: 480, heightPx: 270 })
  expect(jpegSize(made.storyboard)).toEqual({ widthPx: 1280, heightPx: 90 })

  const [small] = await engine.frames(sourceOf(recording), [3000], 320, signal)
  expect(jpegSize(small ?? new Uint8Array())).toEqual({ widthPx: 320, heightPx: 180 })
})

test.each(['ffmpeg', 'node-av'] as const)('%s shows what there is of a recording that ends early', async (name) => {
  const engine = await engineNamed(name)
  if (engine === undefined) return
  const made = await storyboardOf(engine, truncated(recording, 0.5))
  if ('none' in made) throw new Error(made.none)
  expect(made.frameCount).toBe(8)
  expect(made.darkCount).toBeGreaterThanOrEqual(2)
  expect(made.darkCount).toBeLessThanOrEqual(5)
})

test.each(['ffmpeg', 'node-av'] as const)(
  '%s answers null to bytes it cannot decode, and a child is gone after an abort',
  async (name) => {
    const engine = await engineNamed(name)
    if (engine === undefined) return
    const noise = new Uint8Array(50_000).map((_, index) => (index * 2_654_435_761) >>> 24)
    expect(await engine.frames(sourceOf(noise), [0, 500], 160, signal)).toEqual([null, null])

    const stop = new AbortController()
    const endless: ByteSource = {
      sizeBytes: recording.length,
      read: () => {
        stop.abort()
        return new Promise(() => undefined)
      },
    }
    await expect(engine.frames(endless, [0], 160, stop.signal)).rejects.toThrow()
  },
)

test('a recording without an index, sound alone or a machine without an engine has no storyboard, and says why', async () => {
  const none = await findCodecEngine('none')
  expect(none).toMatchObject({ name: 'none', reason: 'pictures are switched off' })
  expect(await storyboardOf(none, recording)).toEqual({ none: 'no-engine' })
  expect(await storyboardOf(none, withoutMoov(recording))).toEqual({ none: 'not-decodable' })

  const source = sourceOf(recording)
  const facts = { ...(await probe(source, signal)), video: null }
  expect(await makeStoryboard(none, source, facts, signal)).toEqual({ none: 'no-video' })
  expect(await findCodecEngine('ffmpeg', '/nowhere')).toMatchObject({ name: 'none' })
})
