import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { personaliseClip, startOfClip } from '../personalise-clip.ts'
import { clips, readClip, storyClips } from './clips.ts'
import { readFrameNumber } from './frame-code.ts'
import { drawOverlay, newPicture } from './street.ts'

const personal = {
  recordedOn: '2026-07-05', // summer time: two hours ahead of UTC
  timeZone: 'Europe/Amsterdam',
  location: { latitude: 52.0786, longitude: -4.3125 },
  cameraSerial: 'SYN-0042',
  nonce: 'first',
}

/** Clips by place in the list, which must have it. */
const clipAt = (index: number) => {
  const clip = clips[index]
  if (clip === undefined) throw new Error('no such clip')
  return clip
}

test('the clips are as described, and together stay under 2.9 MB', async () => {
  expect(clips).toHaveLength(20)
  for (const clip of clips) {
    const bytes = await readClip(clip)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(clip.sha256)
    using input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
    expect(Math.round((await input.computeDuration()) * 1000)).toBeGreaterThanOrEqual(clip.durationMs)
    expect(await (await input.getPrimaryVideoTrack())?.getCodec()).toBe('avc')
    expect(await (await input.getPrimaryAudioTrack())?.getCodec()).toBe('aac')
  }
  expect(clips.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(2_900_000)
})

test('the clips of the story are as described, and together stay under 1.6 MB', async () => {
  for (const clip of Object.values(storyClips))
    expect(createHash('sha256').update(await readClip(clip)).digest('hex')).toBe(clip.sha256)
  expect(Object.values(storyClips).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(1_600_000)
})

test('a personalised clip says when, where and by which camera it was made', async () => {
  const clip = clipAt(4)
  const bytes = await personaliseClip(clip, personal)
  using input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const { raw, comment, date } = await input.getMetadataTags()
  expect(date).toEqual(new Date('2026-07-05T12:02:31.120Z'))
  expect(date).toEqual(startOfClip(clip, personal.recordedOn, personal.timeZone))
  expect(comment).toBe('first')
  expect(raw).toMatchObject({
    'com.apple.quicktime.location.ISO6709': '+52.0786-004.3125/',
    'com.apple.proapps.serialno': 'SYN-0042',
  })
})

test('pictures and sound of a personalised clip are those of the clip, and each nonce gives another digest', async () => {
  const clip = clipAt(0)
  const [original, first, again, second] = await Promise.all([
    readClip(clip),
    personaliseClip(clip, personal),
    personaliseClip(clip, personal),
    personaliseClip(clip, { ...personal, nonce: 'second' }),
  ])
  expect(first).toEqual(again)
  expect(first).not.toEqual(second)
  expect(await samplesOf(first)).toEqual(await samplesOf(original))
})

test('ffprobe reads the same creation time and place', async () => {
  const ffprobe = findTool('ffprobe')
  if (ffprobe === undefined) {
    reportMissingTool('ffprobe', 'whether ffprobe reads what a personalised clip says')
    return
  }
  const input = await personaliseClip(clipAt(4), personal)
  const options = ['-v', 'error', '-show_format', '-of', 'json', '-i', 'pipe:0']
  const { format } = JSON.parse(execFileSync(ffprobe, options, { input, encoding: 'utf8' })) as {
    format: { tags: Record<string, string> }
  }
  expect(format.tags).toMatchObject({
    creation_time: '2026-07-05T12:02:31.000000Z',
    'com.apple.quicktime.location.ISO6709': '+52.0786-004.3125/',
  })
})

test('a machine reads the frame number from the pixels, and refuses a picture in which it is not whole', () => {
  for (const number of [0, 1, 77, 174, 4095]) {
    const picture = newPicture()
    drawOverlay(picture, 1, '14:02:31.120', number)
    const data = picture.toRgb24()
    expect(readFrameNumber({ data, width: 480, height: 270, channels: 3 })).toBe(number)
    picture.fillRect(284, 240, 12, 16, number >= 2048 ? [0, 0, 0] : [1, 1, 1], 1) // the highest bit turned over
    expect(readFrameNumber({ data: picture.toRgb24(), width: 480, height: 270, channels: 3 })).toBeNull()
  }
  expect(readFrameNumber({ data: newPicture().toRgb24(), width: 480, height: 270, channels: 3 })).toBeNull()
})

test('ffmpeg decodes every frame of a clip with its own number', () => {
  const ffmpeg = findTool('ffmpeg')
  if (ffmpeg === undefined) {
    reportMissingTool('ffmpeg', 'whether every frame of a clip carries its number')
    return
  }
  const clip = clipAt(12)
  const path = fileURLToPath(new URL(clip.file, import.meta.url))
  const options = ['-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']
  const frames = execFileSync(ffmpeg, options, { maxBuffer: 2 ** 28 })
  const length = clip.widthPx * clip.heightPx * 3
  const numbers = Array.from({ length: frames.length / length }, (_, index) => {
    const data = frames.subarray(index * length, (index + 1) * length)
    return readFrameNumber({ data, width: clip.widthPx, height: clip.heightPx, channels: 3 })
  })
  expect(numbers).toEqual(Array.from({ length: clip.frameCount }, (_, index) => index))
})

/** Digests of all coded samples in order, found through the file's own index. */
async function samplesOf(bytes: Uint8Array): Promise<string[]> {
  using input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const digests: string[] = []
  for (const track of await input.getTracks()) {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      digests.push(`${packet.timestamp} ${createHash('sha256').update(packet.data).digest('hex')}`)
    }
  }
  return digests
}
