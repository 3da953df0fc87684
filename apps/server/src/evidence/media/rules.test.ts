import { expect, test } from 'vitest'
import { decideRendition, type RenditionFacts } from './rules.ts'

const high = { codec: 'avc', codecString: 'avc1.64001f' }
const hevc = { codec: 'hevc', codecString: 'hvc1.1.6.L120.90' }
const tenBits = { codec: 'avc', codecString: 'avc1.6e001f' }
const aac = { codec: 'aac' }
const file = {
  container: 'mp4',
  video: high,
  audio: aac,
  durationMs: 1000,
  damage: 'none',
  isFragmented: false,
} as const

const direct = { rendition: 'direct' }
const remuxed = { rendition: 'proxy', method: 'remuxed', sound: 'copied' }
const withSound = { rendition: 'proxy', method: 'remuxed', sound: 'encoded' }
const encoded = { rendition: 'proxy', method: 'encoded' }
const noEngine = { rendition: 'none', because: 'no-engine' }

test.each<[string, Partial<RenditionFacts>, object, object]>([
  ['MP4 with H.264 and AAC', {}, direct, direct],
  ['MP4 without sound', { audio: null }, direct, direct],
  ['QuickTime with H.264 and MP3', { container: 'mov', audio: { codec: 'mp3' } }, direct, direct],
  ['WebM', { container: 'webm', video: { codec: 'vp9', codecString: null }, audio: { codec: 'opus' } }, direct, direct],
  ['MP4 of headers alone', { durationMs: null }, remuxed, remuxed],
  ['plain sound', { container: 'wav', video: null, audio: { codec: 'pcm-s16' } }, direct, direct],
  ['MP4 in fragments', { isFragmented: true }, remuxed, remuxed],
  ['MP4 that was cut', { damage: 'truncated' }, remuxed, remuxed],
  ['Matroska with H.264', { container: 'mkv' }, remuxed, remuxed],
  ['transport stream with H.264', { container: 'mpeg-ts' }, remuxed, remuxed],
  ['QuickTime with PCM', { container: 'mov', audio: { codec: 'pcm-s16' } }, withSound, noEngine],
  ['AVI with H.264', { container: 'avi', video: { codec: 'h264', codecString: null } }, withSound, noEngine],
  ['HEVC', { video: hevc }, encoded, noEngine],
  ['H.264 of ten bits', { video: tenBits }, encoded, noEngine],
  ['AVI with MJPEG', { container: 'avi', video: { codec: 'mjpeg', codecString: null } }, encoded, noEngine],
  ['a programme stream', { container: 'mpeg-ps', video: null, audio: null }, encoded, noEngine],
  [
    'a transport stream that lost its place',
    { container: 'mpeg-ts', damage: 'truncated', video: null, audio: null },
    encoded,
    noEngine,
  ],
  [
    'MP4 without its index',
    { damage: 'no-index', video: null, audio: null },
    { rendition: 'proxy', method: 'reconstructed' },
    { rendition: 'proxy', method: 'reconstructed' },
  ],
  [
    'nothing to see or hear',
    { damage: 'unreadable', video: null, audio: null },
    { rendition: 'none', because: 'nothing-to-play' },
    { rendition: 'none', because: 'nothing-to-play' },
  ],
])('%s is played as it should be, with ffmpeg and without', (_what, facts, withFfmpeg, without) => {
  expect(decideRendition({ ...file, ...facts }, 'ffmpeg')).toEqual(withFfmpeg)
  expect(decideRendition({ ...file, ...facts }, 'node-av')).toEqual(without)
})
