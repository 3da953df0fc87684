import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { clips, readClip } from '../../demo/clips/clips.ts'
import { truncated, withoutMoov, zeroFilled } from '../../demo/clips/damage.ts'
import { personaliseClip } from '../../demo/personalise-clip.ts'
import type { ByteSource } from './byte-source.ts'
import { parseIso6709 } from './embedded-metadata.ts'
import { judgeTimes } from './frame-times.ts'
import { type MediaFacts, probe } from './probe.ts'

const [clip] = clips
if (clip === undefined) throw new Error('there are no clips')
const recording = await readClip(clip)
const signal = new AbortController().signal

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})
/** Places and values that turn the index of that recording into work without end. */
const endless = [
  [3886, 148],
  [2472, 145],
  [3484, 1],
  [3175, 245],
  [2686, 155],
  [2352, 157],
  [4785, 127],
  [4152, 4],
  [3753, 137],
  [1715, 103],
  [1185, 85],
  [4940, 194],
] as const
const probed = (bytes: Uint8Array) => probe(sourceOf(bytes), signal)

test('a recording says what it is; a clip without a date has none', async () => {
  expect(await probed(recording)).toEqual({
    container: 'mp4',
    durationMs: clip.durationMs,
    video: {
      codec: 'avc',
      codecString: 'avc1.64001f',
      widthPx: 480,
      heightPx: 270,
      rotation: 0,
      framesPerSecond: 12.5,
    },
    audio: { codec: 'aac', channels: 1, sampleRateHz: 16_000 },
    pictureTracks: 1,
    audioTracks: 1,
    isFragmented: false,
    isVariableFrameRate: false,
    recordedAt: null,
    location: null,
    track: null,
    cameraSerial: null,
    make: null,
    model: null,
    firmware: null,
    signedVideo: null,
    damage: 'none',
    damages: [],
  })
})

test('date, place and serial number come back exactly as they were set', async () => {
  const bytes = await personaliseClip(clip, {
    recordedOn: '2026-01-31',
    timeZone: 'Europe/Amsterdam',
    location: { latitude: -33.4489, longitude: 4.3007 },
    cameraSerial: 'SYN-0007',
    nonce: 'n',
  })
  expect(await probed(bytes)).toMatchObject({
    recordedAt: new Date(`2026-01-31T${clip.startsAt}+01:00`),
    location: { latitude: -33.4489, longitude: 4.3007 },
    track: { from: 'file-place', points: [{ atMs: 0, latitude: -33.4489, longitude: 4.3007 }], satelliteTime: null },
    cameraSerial: 'SYN-0007',
    damage: 'none',
  })
})

test.each([
  ['without an index has no index', withoutMoov(recording), 'no-index'],
  ['that lost its last byte is truncated', recording.slice(0, -1), 'truncated'],
  ['cut in half is truncated', truncated(recording, 0.5), 'truncated'],
  ['cut inside its index has no index', recording.slice(0, 600), 'no-index'],
  ['with zeros in the middle still has its index', zeroFilled(recording, 0.4, 0.6), 'none'],
  ['whose first sectors were lost is unreadable', zeroFilled(recording, 0, 0.1), 'unreadable'],
])('a recording %s', async (_what, bytes, damage) => {
  expect(await probed(bytes)).toMatchObject({ damage })
})

test('where a recording was cut is stated on its own time line', async () => {
  const { damages } = await probed(truncated(recording, 0.5))
  expect(damages).toMatchObject([{ kind: 'missing', toMs: clip.durationMs }])
  const fromMs = damages[0]?.fromMs ?? 0
  expect(fromMs).toBeGreaterThan(clip.durationMs * 0.3)
  expect(fromMs).toBeLessThan(clip.durationMs * 0.7)
  expect(await probed(withoutMoov(recording))).toMatchObject({
    damages: [{ kind: 'no-index', fromMs: 0, toMs: null }],
  })
})

test.each([
  ['Axis Signed Video', Buffer.from('Signed Video...0', 'latin1')],
  ['ONVIF Media Signing', Buffer.from('005bc93f2d715e95ada4796f90877a6f', 'hex')],
])('a recording with user data of %s between its pictures says so', async (scheme, id) => {
  const signed = Buffer.from(recording)
  id.copy(signed, signed.indexOf('mdat') + 100)
  expect(await probed(signed)).toMatchObject({ signedVideo: scheme })
})

test('a recording with a manifest of C2PA says so', async () => {
  const manifest = Buffer.from('0000002075756964d8fec3d61b0e483c92975828877ec4810000000063327061', 'hex')
  expect(await probed(Buffer.concat([recording, manifest]))).toMatchObject({ signedVideo: 'C2PA', damage: 'none' })
})

test('a rate is variable when its pictures are far from even; a hole is one that no picture says it fills', () => {
  const even = Float64Array.from({ length: 200 }, (_, index) => index / 25)
  const uneven = even.map((time, index) => (index % 3 === 0 ? time + 0.02 : time))
  const holed = even.map((time, index) => (index < 100 ? time : time + 5))
  expect(judgeTimes(even, () => true)).toMatchObject({ isVariable: false, damages: [] })
  expect(judgeTimes(uneven, () => true)).toMatchObject({ isVariable: true, damages: [] })
  expect(judgeTimes(holed, () => false)).toMatchObject({ damages: [] })
  expect(judgeTimes(holed, () => true)).toMatchObject({
    isVariable: false,
    damages: [{ kind: 'missing', fromMs: 4000, toMs: 9000 }],
  })
})

test('an index that names pictures past the end of the file is truncated, though every box is whole', async () => {
  const half = truncated(recording, 0.5)
  const mdat = Buffer.from(half).indexOf('mdat') - 4
  new DataView(half.buffer).setUint32(mdat, half.length - mdat)
  expect(await probed(half)).toMatchObject({ damage: 'truncated', durationMs: clip.durationMs })
})

test('a truncated recording that plays up to the cut still plays in a browser; one without an index does not', async () => {
  expect(await probed(truncated(recording, 0.5))).toMatchObject({ damage: 'truncated' })
  expect(await probed(withoutMoov(recording))).toMatchObject({ durationMs: null, video: null })
})

test('an AVI is read from its own header', async () => {
  const facts = await probed(avi())
  expect(facts).toMatchObject({
    container: 'avi',
    durationMs: 4000,
    video: { codec: 'mjpeg', widthPx: 640, heightPx: 480, framesPerSecond: 25 },
    audio: { codec: 'pcm', channels: 1, sampleRateHz: 8000 },
    damage: 'truncated', // its header announces more than there is
  })
})

property.prop(
  [fc.uint8Array({ maxLength: 4000 }), fc.constantFrom('ftypisom', 'moov', 'RIFF', '\x1aE\xdf\xa3', 'OggS')],
  {
    numRuns: 8,
  },
)('no bytes make it fail', async (bytes, mark) => {
  const lead = mark === 'ftypisom' || mark === 'moov' ? [0, 0, 0, 16] : []
  const marked = new Uint8Array([...lead, ...Buffer.from(mark, 'latin1'), ...bytes])
  await expect(probe(sourceOf(marked), signal, 1000)).resolves.toHaveProperty('damage')
})

test('bytes that keep a parser busy for ever are given up; what the headers say is known all the same', async () => {
  const bytes = recording.slice()
  for (const [at, value] of endless) bytes[at] = value
  let facts: MediaFacts | undefined
  // On a busy machine the thread that reads the headers may only begin after two seconds: then it is given longer.
  for (let limitMs = 2000; facts?.container !== 'mp4' && limitMs < 200_000; limitMs *= 4)
    facts = await probe(sourceOf(bytes), signal, limitMs)
  expect(facts).toMatchObject({ container: 'mp4', damage: 'unreadable' })
})

test('a file that asks for endless reading gets none of it', async () => {
  let read = 0
  const boxes: ByteSource = {
    sizeBytes: 2 ** 40,
    read: (start, end) => {
      read += end - start
      const bytes = new Uint8Array(end - start)
      for (let at = 0; at + 8 <= bytes.length; at += 8) bytes.set([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65], at) // 'free'
      return Promise.resolve(bytes)
    },
  }
  expect(await probe(boxes, signal)).toMatchObject({ container: 'mp4', damage: 'no-index' })
  expect(read).toBeLessThan(2 ** 20)
})

test('a store that fails is not mistaken for a damaged recording', async () => {
  const failing: ByteSource = { sizeBytes: 1000, read: () => Promise.reject(new Error('the disk is gone')) }
  await expect(probe(failing, signal)).rejects.toThrow('could not be read')
})

test('an aborted probe rejects', async () => {
  await expect(probe(sourceOf(recording), AbortSignal.abort())).rejects.toThrow()
})

test.each([
  ['+52.0786+004.3125/', { latitude: 52.0786, longitude: 4.3125 }],
  ['+5204.5-00418.75+10/', { latitude: 52.075, longitude: -4.3125 }],
  ['-520430+0041845/', { latitude: -52.075, longitude: 4.3125 }],
  ['+00.0000+000.0000/', null],
  ['+95.0000+004.0000/', null],
  ['near the station', null],
])('the place %s is read as degrees', (text, place) => {
  expect(parseIso6709(text)).toEqual(place)
})

function avi(): Uint8Array {
  const chunk = (name: string, body: Buffer) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(body.length)
    return Buffer.concat([Buffer.from(name, 'latin1'), size, body])
  }
  const list = (name: string, ...parts: Buffer[]) => chunk('LIST', Buffer.concat([Buffer.from(name), ...parts]))
  const avih = Buffer.alloc(56)
  avih.writeUInt32LE(40_000, 0)
  avih.writeUInt32LE(100, 16)
  const picture = Buffer.alloc(40)
  picture.writeInt32LE(640, 4)
  picture.writeInt32LE(480, 8)
  picture.write('MJPG', 16)
  const sound = Buffer.alloc(16)
  sound.writeUInt16LE(1, 0)
  sound.writeUInt16LE(1, 2)
  sound.writeUInt32LE(8000, 4)
  const streams = [
    list('strl', chunk('strh', Buffer.from('vidsMJPG')), chunk('strf', picture)),
    list('strl', chunk('strh', Buffer.from('auds\0\0\0\0')), chunk('strf', sound)),
  ]
  const size = Buffer.alloc(4)
  size.writeUInt32LE(9_000_000)
  const header = list('hdrl', chunk('avih', avih), ...streams)
  return new Uint8Array(Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('AVI '), header]))
}
