import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { ByteSource } from '../byte-source.ts'
import { readMp4Structure } from '../mp4-structure.ts'
import { readSidecarApart } from '../probe.ts'
import { readGpmfDevice, readGpmfTrack } from './gpmf.ts'
import { readKlv, readKlvOfTransportStream } from './klv.ts'
import { readNovatekTrack } from './novatek.ts'
import { readSidecar } from './sidecar.ts'
import { driftOf, placeFixes } from './track.ts'

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})
const text = (words: string) => Buffer.from(words)
const uint32 = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from(hex32(value), 'hex')))
const hex32 = (value: number) => (value >>> 0).toString(16).padStart(8, '0')
const box = (type: string, ...parts: Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([uint32(body.length + 8), text(type), body])
}
const startedAt = new Date('2026-11-21T10:00:00Z')
const recording = { startedAt, durationMs: 60_000 }

function sentence(body: string): string {
  let sum = 0
  for (const letter of body) sum ^= letter.charCodeAt(0)
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
}

test('sentences of a receiver become places at their moments, with speed in metres a second', () => {
  const nmea = [
    sentence('GNRMC,100000.00,A,5204.716,N,00418.750,E,001.94,0.0,211126,,,A'),
    sentence('GPRMC,100001.00,V,5204.716,N,00418.750,E,,,211126,,,N'), // not known at that moment
    'boot ok\r\n',
    sentence('GNGGA,100002.50,3356.934,S,00418.042,W,1,08,1.5,3.0,M,,M,,'),
    sentence('GNRMC,100002.50,A,3356.934,S,00418.042,W,,0.0,211126,,,A'),
  ].join('')
  const read = readSidecar('track.NMEA', text(nmea))
  expect(placeFixes('nmea', 'fixes' in read ? read.fixes : [], recording)).toEqual({
    from: 'nmea',
    points: [
      { atMs: 0, latitude: 52.0786, longitude: 4.3125, speed: 1, accuracyM: null },
      { atMs: 2500, latitude: -33.9489, longitude: -4.3007, speed: null, accuracyM: 6 },
    ],
    // By the camera's own clock they were put there: of that clock they say nothing.
    satelliteTime: null,
  })
})

test('points of a GPX, the trail of Axis and subtitles give the same way', () => {
  const at = (second: number) => `2026-11-21T10:00:0${second}Z`
  const gpx = `<?xml version="1.0"?><gpx version="1.1"><trk><trkseg>
    <trkpt lat="52.0786" lon="4.3125"><time>${at(0)}</time></trkpt>
    <trkpt lon='4.3130' lat='52.0790'><time>${at(5)}</time></trkpt></trkseg></trk></gpx>`
  const axis = JSON.stringify({
    CoordinateEntries: [
      { LocationWKT: 'POINT(4.3125 52.0786)', SecondsFromStart: 0, Timestamp: at(0) },
      { LocationWKT: 'POINT(4.3130 52.0790)', SecondsFromStart: 5, Timestamp: at(5) },
    ],
  })
  const srt = `1\n00:00:00,000 --> 00:00:05,000\n[latitude: 52.0786] [longitude: 4.3125]\n\n2\n00:00:05,000 --> 00:00:06,000\nGPS(4.3130,52.0790,12)\n`
  for (const [name, bytes] of Object.entries({ 'a.gpx': gpx, 'a.json': axis, 'a.srt': srt })) {
    const read = readSidecar(name, text(bytes))
    const track = 'fixes' in read ? placeFixes(read.kind, read.fixes, recording) : read
    expect(track).toMatchObject({
      points: [
        { atMs: 0, latitude: 52.0786, longitude: 4.3125 },
        { atMs: 5000, latitude: 52.079, longitude: 4.313 },
      ],
    })
  }
})

test('of a camera whose clock was wrong the first place is the beginning, and the difference is stated', () => {
  const fixes = [0, 1, 2].map((second) => ({
    latitude: 52,
    longitude: 4,
    time: new Date(Date.UTC(2026, 10, 21, 12, 0, second)),
  }))
  const track = placeFixes('nmea', fixes, recording)
  expect(track?.points.map(({ atMs }) => atMs)).toEqual([0, 1000, 2000])
  expect(driftOf(track, startedAt)).toEqual({ ms: -7_200_000, measuredAt: fixes[0]?.time })
})

test.each([
  ['a file of another kind', 'notes.txt', 'GPS(4,52)', 'kind'],
  ['a film that calls itself subtitles', 'a.srt', '\0\0\0\u0018ftypmp42', 'bytes'],
  ['other JSON', 'a.json', '{"CoordinateEntries":"none"}', 'bytes'],
  ['JSON without an end', 'a.json', '['.repeat(100_000), 'bytes'],
  [
    'a GPX that names other files',
    'a.gpx',
    '<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx></gpx>',
    'bytes',
  ],
  ['sentences of which most are altered', 'a.nmea', '$GPRMC,100000,A,5204.716,N,00418.750,E,0,0,211126,,*00', 'bytes'],
])('%s is refused', (_what, name, bytes, refused) => {
  expect(readSidecar(name, text(bytes))).toEqual({ refused })
})

test('a receiver that never knew where it was is kept, without a place', () => {
  const read = readSidecar('a.nmea', text(sentence('GNRMC,100000.00,V,,,,,,,211126,,,N')))
  expect(read).toEqual({ kind: 'nmea', fixes: [] })
  expect(
    readSidecar('a.gpx', text('<gpx><trkpt lat="0" lon="0"></trkpt><trkpt lat="91" lon="4"></trkpt></gpx>')),
  ).toEqual({
    kind: 'gpx',
    fixes: [],
  })
})

test.each([
  ['a.nmea', '\n'.repeat(4_000_000)],
  ['a.nmea', '$GPRMC,'.repeat(500_000)],
  ['a.gpx', `<gpx ${'<trkpt lat="1" lon="1"/>'.repeat(150_000)}`],
  ['a.srt', '00:00:00,000 --> 0\n'.repeat(200_000)],
  ['a.srt', `00:00:00,000 --> 0${' latitude: 1'.repeat(300_000)}`],
])('%s that is made to keep a reader busy is read in an instant', async (name, bytes) => {
  const read = await readSidecarApart(name, text(bytes), new AbortController().signal, 120_000)
  expect(Object.keys(read)).toContain(name === 'a.nmea' ? 'refused' : 'kind')
})

property.prop([fc.string({ maxLength: 400 }), fc.constantFrom('a.nmea', 'a.gpx', 'a.srt', 'a.json')], { numRuns: 300 })(
  'no words make a reader fail',
  (words, name) => {
    expect(readSidecar(name, text(`<gpx>$GPRMC,${words}`))).toBeTypeOf('object')
  },
)

/** One entry of GPMF: its values filled up to four bytes. */
function entry(key: string, type: string, size: number, count: number, values: Uint8Array): Buffer {
  const head = Buffer.from([type === '' ? 0 : type.charCodeAt(0), size, count >> 8, count & 0xff])
  return Buffer.concat([text(key), head, values, Buffer.alloc((4 - (values.length % 4)) % 4)])
}
const nest = (key: string, ...parts: Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return entry(key, '', 1, body.length, body)
}
const gps5 = (latitude: number, longitude: number) =>
  entry('GPS5', 'l', 20, 2, uint32(...[0, 1].flatMap((step) => [latitude + step, longitude, 0, 1500, 0])))
const payload = (known: number, latitude: number) =>
  nest(
    'DEVC',
    nest(
      'STRM',
      entry('GPSF', 'L', 4, 1, uint32(known)),
      entry('GPSU', 'U', 16, 1, text('261121100003.500')),
      entry('GPSP', 'S', 2, 1, Buffer.from([0, 150])),
      entry('SCAL', 'l', 4, 5, uint32(10_000_000, 10_000_000, 1000, 1000, 100)),
      gps5(latitude, 43_125_000),
    ),
  )

/** An MP4 with one track of telemetry, a sample a second. */
function telemetryFile(samples: readonly Buffer[]): Buffer {
  const head = box('ftyp', text('mp42'), uint32(0))
  const offsets = samples.map((_, index) =>
    samples.slice(0, index).reduce((sum, { length }) => sum + length, head.length + 8),
  )
  const stbl = box(
    'stbl',
    box('stsd', uint32(0, 1), box('gpmd', uint32(0, 1))),
    box('stts', uint32(0, 1, samples.length, 1000)),
    box('stsc', uint32(0, 1, 1, 1, 1)),
    box('stsz', uint32(0, 0, samples.length, ...samples.map(({ length }) => length))),
    box('stco', uint32(0, samples.length, ...offsets)),
  )
  const media = box(
    'mdia',
    box('mdhd', uint32(0, 0, 0, 1000, samples.length * 1000, 0)),
    box('hdlr', uint32(0, 0), text('meta'), uint32(0, 0, 0)),
    box('minf', stbl),
  )
  return Buffer.concat([head, box('mdat', ...samples), box('moov', box('trak', media))])
}

test('the telemetry of a GoPro gives places at their moments, and the time of satellites', async () => {
  const file = telemetryFile([payload(0, 0), payload(3, 520_786_000), payload(3, 520_787_000)])
  const { tracks } = await readMp4Structure(sourceOf(file))
  const [track] = tracks
  if (track === undefined) throw new Error('there is a track')
  const placed = placeFixes('gpmf', await readGpmfTrack(sourceOf(file), track), recording)
  expect(placed?.points).toEqual([
    { atMs: 1000, latitude: 52.0786, longitude: 4.3125, speed: 1.5, accuracyM: 6 },
    { atMs: 1500, latitude: 52.0786001, longitude: 4.3125, speed: 1.5, accuracyM: 6 },
    { atMs: 2000, latitude: 52.0787, longitude: 4.3125, speed: 1.5, accuracyM: 6 },
    { atMs: 2500, latitude: 52.0787001, longitude: 4.3125, speed: 1.5, accuracyM: 6 },
  ])
  // One second into the recording satellites said 10:00:03.5, and the camera thought 10:00:01.
  expect(driftOf(placed, startedAt)?.ms).toBe(-2500)
  // Whatever its index says, no more than is there.
  const broken = Buffer.from(file)
  broken.writeUInt32BE(0xffff_ffff, broken.indexOf('stsz') + 12)
  const found = (await readMp4Structure(sourceOf(broken))).tracks[0]
  expect(found === undefined ? null : await readGpmfTrack(sourceOf(broken), found)).toEqual([])
})

test('a GoPro says what it is in its settings', () => {
  const settings = nest(
    'DEVC',
    entry('FMWR', 'c', 1, 8, text('H1.02.03')),
    entry('CASN', 'c', 1, 5, text('C1234')),
    entry('MINF', 'c', 1, 9, text('GoPro Max')),
  )
  expect(readGpmfDevice(settings)).toEqual({ model: 'GoPro Max', serial: 'C1234', firmware: 'H1.02.03' })
})

test('a recorder with a Novatek chip gives a place a second', async () => {
  const block = Buffer.alloc(128)
  block.write('freeGPS ', 4, 'latin1')
  for (const [index, value] of [10, 0, 7, 26, 11, 21].entries()) block.writeUInt32LE(value, 48 + index * 4)
  block.write('ANW', 72, 'latin1')
  block.writeFloatLE(5204.5, 76)
  block.writeFloatLE(418.75, 80)
  block.writeFloatLE(10, 84)
  const table = uint32(0, 1, 16, 128, 999_999, 128)
  const file = Buffer.concat([Buffer.alloc(16), block, table])
  const fixes = await readNovatekTrack(sourceOf(file), { start: 144, end: file.length })
  expect(fixes).toHaveLength(1)
  const [fix] = fixes
  expect(fix).toMatchObject({ atMs: 0, time: new Date('2026-11-21T10:00:07Z') })
  expect([fix?.latitude, fix?.longitude, fix?.speed].map((value) => value?.toFixed(4))).toEqual([
    '52.0750',
    '-4.3125',
    '5.1444',
  ])
})

/** A set of MISB ST 0601 with time and place of the camera. */
const klvSet = (time: bigint) => {
  const stamp = Buffer.alloc(8)
  stamp.writeBigUInt64BE(time * 1000n)
  const value = (degrees: number, range: number) => uint32(Math.round((degrees / range) * 0xffff_fffe))
  const items = Buffer.concat([
    Buffer.from([2, 8]),
    stamp,
    Buffer.from([13, 4]),
    value(52.0786, 180),
    Buffer.from([14, 4]),
    value(-4.3125, 360),
  ])
  return Buffer.concat([Buffer.from('060e2b34020b01010e01030101000000', 'hex'), Buffer.from([items.length]), items])
}
const packet = (pid: number, isStart: boolean, payloadBytes: Uint8Array) => {
  const fill = 184 - payloadBytes.length
  const head = Buffer.from([0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff, fill === 0 ? 0x10 : 0x30])
  const adaptation =
    fill === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([fill - 1]), Buffer.alloc(fill - 1, 0xff)])
  if (fill > 1) adaptation[1] = 0
  return Buffer.concat([head, adaptation, payloadBytes])
}
/** Tables that name one stream of places, and one unit of it at a moment in seconds. */
function klvStream(seconds: number, set: Uint8Array): Buffer {
  const map = Buffer.from([0, 2, 0xb0, 18, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0, 0x15, 0xe1, 1, 0xf0, 0, 0, 0, 0, 0])
  const programs = Buffer.from([0, 0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0, 0, 0, 0, 0])
  const ticks = seconds * 90_000
  const stamp = Buffer.from([0x21, 0, 1, 0, 1])
  stamp[0] = 0x21 | (Math.floor(ticks / 2 ** 30) << 1)
  stamp.writeUInt16BE((((ticks >> 15) & 0x7fff) << 1) | 1, 1)
  stamp.writeUInt16BE(((ticks & 0x7fff) << 1) | 1, 3)
  const unit = Buffer.concat([Buffer.from([0, 0, 1, 0xfc, 0, 0, 0x80, 0x80, 5]), stamp, set])
  return Buffer.concat([packet(0, true, programs), packet(0x1000, true, map), packet(0x101, true, unit)])
}

test('places that a transport stream carries beside its pictures stand at their moments', async () => {
  const stream = klvStream(12, klvSet(BigInt(startedAt.getTime())))
  const fixes = await readKlvOfTransportStream(sourceOf(stream), 10, 1_000_000)
  expect(fixes).toMatchObject([{ atMs: 2000, time: startedAt }])
  expect([fixes[0]?.latitude, fixes[0]?.longitude].map((value) => value?.toFixed(4))).toEqual(['52.0786', '-4.3125'])
  expect(await readKlvOfTransportStream(sourceOf(Buffer.alloc(4000, 0x47)), 0, 1_000_000)).toEqual([])
})

property.prop([fc.uint8Array({ maxLength: 300 })], { numRuns: 300 })(
  'no bytes make a reader of telemetry fail',
  async (bytes) => {
    readKlv(Buffer.concat([klvSet(1n).subarray(0, 16), bytes]))
    readGpmfDevice(Buffer.concat([text('DEVC'), Buffer.from([0, 1, 0, 250]), bytes]))
    await readGpmfTrack(sourceOf(bytes), {
      handler: 'meta',
      format: 'gpmd',
      timescale: 1,
      tables: everyTable(bytes.length),
    })
    await readNovatekTrack(sourceOf(bytes), { start: 0, end: bytes.length })
    await readKlvOfTransportStream(sourceOf(Buffer.concat([klvStream(0, klvSet(1n)).subarray(0, 376), bytes])), 0, 1000)
  },
)
const everyTable = (end: number) => {
  const place = { start: 0, end }
  return { stts: place, stsz: place, stsc: place, stco: place }
}
