import { createHash } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { clips, readClip } from '../../demo/clips/clips.ts'
import { truncated, withoutMoov, zeroFilled } from '../../demo/clips/damage.ts'
import { hasMediaTraces, recogniseHead } from './recognise.ts'

const [clip] = clips
if (clip === undefined) throw new Error('there are no clips')
const recording = await readClip(clip)

const latin = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** Bytes without any order, the same in each run. */
function noise(length: number, seed = 'noise'): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${seed}${index}`).digest(),
  )
  return new Uint8Array(Buffer.concat(blocks)).slice(0, length)
}

const packets = (size: number, count: number, lead = 0): Uint8Array => {
  const bytes = noise(size * count)
  for (let packet = 0; packet < count; packet++) bytes[packet * size + lead] = 0x47
  return bytes
}

const riff = (kind: string): Uint8Array => joined(latin(`RIFF\x10\x00\x00\x00${kind}`), noise(64))

test.each([
  ['a synthetic recording', recording, 'mp4'],
  ['an MP4 without its index', withoutMoov(recording), 'mp4'],
  ['an MP4 cut in half', truncated(recording, 0.5), 'mp4'],
  ['an MP4 of which 40 bytes arrived', recording.slice(0, 40), 'mp4'],
  ['an MP4 that begins with its pictures', joined(latin('\x00\x10\x00\x00mdat'), noise(500)), 'mp4'],
  ['an MP4 that begins with free space', joined(latin('\x00\x00\x00\x08free'), noise(500)), 'mp4'],
  ['a QuickTime file', joined(latin('\x00\x00\x00\x14ftypqt  '), noise(500)), 'mov'],
  ['an old QuickTime file', joined(latin('\x00\x00\x00\x08wide'), noise(500)), 'mov'],
  ['a 3GP file', joined(latin('\x00\x00\x00\x18ftyp3gp5'), noise(500)), '3gp'],
  ['a Matroska file', joined(latin('\x1aE\xdf\xa3\x01\x42\x82\x88matroska'), noise(500)), 'mkv'],
  ['a WebM file', joined(latin('\x1aE\xdf\xa3\x01\x42\x82\x84webm'), noise(500)), 'webm'],
  ['an AVI file', riff('AVI '), 'avi'],
  ['a WAVE file', riff('WAVE'), 'wav'],
  ['a transport stream', packets(188, 20), 'mpeg-ts'],
  ['a transport stream with time codes', packets(192, 20, 4), 'mpeg-ts'],
  ['a transport stream that begins inside a packet', packets(188, 20).slice(100), 'mpeg-ts'],
  ['a program stream', joined(latin('\x00\x00\x01\xba'), noise(500)), 'mpeg-ps'],
  ['sound in Ogg', joined(latin('OggS\x00'), noise(500)), 'ogg'],
  ['sound in FLAC', joined(latin('fLaC\x00'), noise(500)), 'flac'],
  ['sound in MP3', joined(latin('ID3\x04\x00'), noise(500)), 'mp3'],
  ['a Windows recording', joined(latin('0&\xb2u\x8ef\xcf\x11'), noise(500)), 'asf'],
  ['a Flash recording', joined(latin('FLV\x01\x05'), noise(500)), 'flv'],
])('%s is media', async (_what, bytes, container) => {
  expect(await recogniseHead(bytes)).toEqual({ verdict: 'media', container })
})

test('sound without a container is recognised by frames that follow one another', async () => {
  const adts = new Uint8Array(400)
  for (let at = 0; at < 400; at += 100) adts.set([0xff, 0xf1, 0x50, 0x80, 0x0c, 0x9f, 0xfc], at) // 100 bytes each
  const mp3 = new Uint8Array(417 * 4)
  for (let frame = 0; frame < 4; frame++) mp3.set([0xff, 0xfb, 0x90, 0x00], frame * 417) // 128 kbit/s, 44.1 kHz
  expect(await recogniseHead(adts)).toEqual({ verdict: 'media', container: 'aac' })
  expect(await recogniseHead(mp3)).toEqual({ verdict: 'media', container: 'mp3' })
})

const png = joined(latin('\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR'), noise(17), latin('\x00\x00\x00\x00IDAT'), noise(400))

test.each([
  ['nothing at all', new Uint8Array(), 'empty'],
  ['a note', latin('Not a recording.\n'), 'text'],
  ['a note that speaks of boxes', latin('The moov box and the mdat box.\n'.repeat(90)), 'text'],
  ['a long note cut inside a letter', new Uint8Array(Buffer.from('é'.repeat(40_000))).slice(0, 65_536 + 1), 'text'],
  ['a web page', latin('<!doctype html><html lang="nl"><body>verslag</body></html>'), 'text'],
  ['a note from an old Windows', latin('D\xe9claration du t\xe9moin, le 3 ao\xfbt.\r\n'.repeat(20)), 'text'],
  ['a note in UTF-16', new Uint8Array(Buffer.from('\ufeffVerslag van de dienst', 'utf16le')), 'text'],
  ['a picture', png, 'image'],
  ['a photograph', joined(latin('\xff\xd8\xff\xe0\x00\x10JFIF\x00'), noise(500)), 'image'],
  ['a photograph in HEIC', joined(latin('\x00\x00\x00\x18ftypheic'), noise(500)), 'image'],
  ['a PDF', joined(latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), noise(500)), 'document'],
  ['an empty ZIP', latin(`PK\x05\x06${'\0'.repeat(18)}`), 'archive'],
  ['a gzip', new Uint8Array(gzipSync(noise(2000))), 'archive'],
  ['a program', joined(latin('\x7fELF\x02\x01\x01'), new Uint8Array(200)), 'executable'],
])('%s is not media, whatever its name', async (_what, bytes, because) => {
  expect(await recogniseHead(bytes)).toEqual({ verdict: 'not-media', because })
})

test('noise, compressed noise and zeros are unknown and show no trace of a recording', async () => {
  for (const bytes of [noise(200_000), new Uint8Array(deflateSync(noise(50_000))), new Uint8Array(100_000)]) {
    expect(await recogniseHead(bytes)).toEqual({ verdict: 'unknown' })
    expect(hasMediaTraces(bytes)).toBe(false)
  }
})

test('a recording is never called something else, wherever its bytes were lost', async () => {
  for (const one of clips.slice(0, 6)) {
    const bytes = await readClip(one)
    for (const [from, to] of [
      [0, 0.001],
      [0, 0.05],
      [0.2, 0.6],
      [0, 0.9],
    ] as const) {
      const damaged = zeroFilled(bytes, from, to)
      expect((await recogniseHead(damaged)).verdict).not.toBe('not-media')
      expect(hasMediaTraces(damaged.subarray(Math.floor(damaged.length * (from === 0 ? to : 0))))).toBe(true)
    }
    // Two letters that other formats begin with, where the first sector was overwritten.
    for (const mark of ['BM', 'MZ', '\x1f\x8b', 'BZh', '\xff\xd8\xff', '\x1f\x9d']) {
      const marked = joined(latin(mark), noise(4096, mark), bytes.subarray(4096))
      expect((await recogniseHead(marked)).verdict).not.toBe('not-media')
      expect(hasMediaTraces(marked)).toBe(true)
    }
  }
})

test.each([
  ['Matroska blocks', blockChain()],
  [
    'AVI chunks',
    joined(noise(100), ...Array.from({ length: 4 }, () => joined(latin('00dc\x40\x00\x00\x00'), noise(64)))),
  ],
  ['transport packets', joined(new Uint8Array(5000), packets(188, 12))],
  ['pictures behind their lengths', joined(noise(100), unit(0x65, 300), unit(0x41, 200))],
])('%s are traces of a recording', (_what, bytes) => {
  expect(hasMediaTraces(bytes)).toBe(true)
})

function blockChain(): Uint8Array {
  const block = joined(new Uint8Array([0xa3, 0xc0, 0x81, 0, 0, 0x80]), noise(60)) // 64 bytes of content
  return joined(noise(100), block, block, block)
}

function unit(header: number, length: number): Uint8Array {
  const bytes = joined(new Uint8Array(4), noise(length))
  new DataView(bytes.buffer).setUint32(0, length)
  bytes[4] = header
  return bytes
}
