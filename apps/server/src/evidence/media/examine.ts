import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from 'mediabunny'
import { readAviHeader } from './avi-header.ts'
import type { ByteSource } from './byte-source.ts'
import { findCameraSerial, findLocation } from './embedded-metadata.ts'
import { type AudioFacts, type MediaFacts, unreadable, type VideoFacts } from './media-facts.ts'
import { type Mp4Structure, readMp4Structure } from './mp4-structure.ts'
import { type Container, recogniseHead } from './recognise.ts'

// What it thinks of a file goes into the facts, not to the console.
Logging.level = LogLevel.Silent

// Not HLS: a playlist names other files, and a probe must read nothing but the recording.
const formats = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS, OGG, WAVE, FLAC, MP3, ADTS]

/**
 * Read what a recording says of itself, in this thread: hostile bytes can keep it busy without end, so only the worker
 * of `probe` calls it. Tells `soFar` what is known before the risky part begins. Never rejects.
 */
export async function examine(source: ByteSource, soFar: (facts: MediaFacts) => void): Promise<MediaFacts> {
  if (source.sizeBytes === 0) return unreadable
  const head = await orElse(source.read(0, Math.min(source.sizeBytes, 64 * 1024)), new Uint8Array())
  const recognised = await recogniseHead(head)
  if (recognised.verdict !== 'media') return unreadable
  const { container } = recognised
  soFar({ ...unreadable, container })

  if (container === 'avi') return examineAvi(source)
  if (container !== 'mp4' && container !== 'mov' && container !== '3gp') {
    const isCut = (container === 'mkv' || container === 'webm') && isMatroskaCut(head, source.sizeBytes)
    return examineTracks(source, container, isCut, null)
  }
  const structure = await orElse<Mp4Structure | null>(readMp4Structure(source), null)
  if (structure === null) return { ...unreadable, container }
  if (!structure.hasIndex) return { ...unreadable, container, recordedAt: structure.createdAt, damage: 'no-index' }
  soFar({ ...unreadable, container, recordedAt: structure.createdAt })
  return examineTracks(source, container, structure.isCut, structure.createdAt)
}

async function examineTracks(
  source: ByteSource,
  container: Container,
  isCut: boolean,
  createdAt: Date | null,
): Promise<MediaFacts> {
  using input = new Input({
    formats,
    source: new CustomSource({
      getSize: () => source.sizeBytes,
      read: source.read,
      prefetchProfile: 'fileSystem',
      handleUnhandledError: () => undefined, // the read that needed it is refused as well
    }),
  })
  const tracks = await orElse<InputTrack[]>(input.getTracks(), [])
  const [videoTrack, audioTrack] = await Promise.all([
    orElse<InputVideoTrack | null>(input.getPrimaryVideoTrack(), null),
    orElse<InputAudioTrack | null>(input.getPrimaryAudioTrack(), null),
  ])
  if (tracks.length === 0) return { ...unreadable, container, recordedAt: createdAt }

  const video = videoTrack === null ? null : await orElse<VideoFacts | null>(readVideo(videoTrack), null)
  const audio = audioTrack === null ? null : await orElse<AudioFacts | null>(readAudio(audioTrack), null)
  const tags = await orElse(input.getMetadataTags(), {})
  const durationMs = await orElse<number | null>(readDuration(input, tracks), null)
  const raw = tags.raw ?? {}
  const facts = {
    container,
    durationMs,
    video,
    audio,
    recordedAt: finerDate(createdAt, tags.date),
    location: findLocation(raw),
    cameraSerial: findCameraSerial(raw),
    damage: video === null && audio === null ? 'unreadable' : isCut ? 'truncated' : 'none',
  } as const
  return { ...facts, playsInBrowser: facts.damage !== 'unreadable' && doesPlayInBrowser(container, video, audio) }
}

async function readVideo(track: InputVideoTrack): Promise<VideoFacts> {
  const [codec, widthPx, heightPx, rotation] = await Promise.all([
    codecName(track),
    track.getDisplayWidth(),
    track.getDisplayHeight(),
    track.getRotation(),
  ])
  const codecString = await orElse(track.getCodecParameterString(), null)
  const rate = await orElse(track.computeFrameRateMetrics({ targetPacketCount: 120 }), null)
  const framesPerSecond = rate === null ? null : finite(Math.round(rate.bestGuessFrameRate * 1000) / 1000)
  return { codec, codecString, widthPx, heightPx, rotation, framesPerSecond }
}

async function readAudio(track: InputAudioTrack): Promise<AudioFacts> {
  const [codec, channels, sampleRateHz] = await Promise.all([
    codecName(track),
    track.getNumberOfChannels(),
    track.getSampleRate(),
  ])
  return { codec, channels, sampleRateHz }
}

async function codecName(track: InputTrack): Promise<string> {
  const known = await track.getCodec()
  if (known !== null) return known
  const internal = await track.getInternalCodecId()
  return typeof internal === 'string' ? internal.replaceAll(/[^\w./-]/g, '').slice(0, 32) || 'unknown' : 'unknown'
}

/** From the first picture or sound to the end of the last: transport streams do not begin at zero. */
async function readDuration(input: Input, tracks: InputTrack[]): Promise<number | null> {
  const timed = tracks.filter((track) => track.isVideoTrack() || track.isAudioTrack())
  const end = await input.computeDuration(timed, { skipLiveWait: true })
  const start = await input.getFirstTimestamp(timed)
  const ms = Math.round((end - Math.max(0, start)) * 1000)
  return Number.isSafeInteger(ms) && ms > 0 ? ms : null
}

/** The header keeps whole seconds; a tag that tells the same moment more finely is taken instead. */
function finerDate(createdAt: Date | null, tagged: Date | undefined): Date | null {
  if (tagged === undefined || Number.isNaN(tagged.getTime())) return createdAt
  if (createdAt === null) return tagged
  const beyond = tagged.getTime() - createdAt.getTime()
  return beyond > 0 && beyond < 1000 ? tagged : createdAt
}

async function examineAvi(source: ByteSource): Promise<MediaFacts> {
  const header = await orElse(readAviHeader(source), null)
  if (header === null) return { ...unreadable, container: 'avi' }
  const { durationMs, framesPerSecond, video, audio, isCut } = header
  const codec = video?.fourcc.toLowerCase().replaceAll(/[^a-z0-9]/g, '') ?? ''
  const damage = video === null && audio === null ? 'unreadable' : isCut ? 'truncated' : 'none'
  return {
    ...unreadable,
    container: 'avi',
    durationMs,
    video:
      video === null
        ? null
        : {
            codec: codec === 'mjpg' ? 'mjpeg' : codec || 'unknown',
            codecString: null,
            widthPx: video.widthPx,
            heightPx: video.heightPx,
            rotation: 0,
            framesPerSecond,
          },
    audio:
      audio === null
        ? null
        : {
            codec: audio.formatTag === 1 ? 'pcm' : `wave-0x${audio.formatTag.toString(16)}`,
            channels: audio.channels,
            sampleRateHz: audio.sampleRateHz,
          },
    damage,
  }
}

/** RFC 8794, 6: whether the Segment that follows the EBML header says it is longer than the file. */
function isMatroskaCut(head: Uint8Array, sizeBytes: number): boolean {
  const header = readVint(head, 4)
  if (header === null || header.value === null) return false
  const segmentAt = header.next + header.value
  if ([0x18, 0x53, 0x80, 0x67].some((value, index) => head[segmentAt + index] !== value)) return false
  const segment = readVint(head, segmentAt + 4)
  return segment !== null && segment.value !== null && segment.next + segment.value > sizeBytes
}

/** An EBML length: `value` is null when it is unknown, as in a stream. Null when there is none. */
function readVint(bytes: Uint8Array, at: number): { value: number | null; next: number } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const length = Math.clz32(first) - 23
  let value = first & (0xff >> length)
  let isUnknown = value === 0xff >> length
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0
    isUnknown &&= byte === 0xff
    value = value * 256 + byte
  }
  return { value: isUnknown ? null : value, next: at + length }
}

/** Codecs that the browsers we support all play in this container; high bit depths and HEVC are not among them. */
function doesPlayInBrowser(container: Container, video: VideoFacts | null, audio: AudioFacts | null): boolean {
  const isOneOf = (codec: string | undefined, codecs: readonly string[]): boolean =>
    codec === undefined || codecs.includes(codec)
  switch (container) {
    case 'mp4':
    case 'mov':
    case '3gp': {
      const isPlainAvc = video?.codec !== 'avc' || /^avc[13]\.(?:42|4d|58|64)/i.test(video.codecString ?? '')
      return (
        isPlainAvc &&
        isOneOf(video?.codec, ['avc', 'vp9', 'av1']) &&
        isOneOf(audio?.codec, ['aac', 'mp3', 'opus', 'flac'])
      )
    }
    case 'webm': {
      return isOneOf(video?.codec, ['vp8', 'vp9', 'av1']) && isOneOf(audio?.codec, ['opus', 'vorbis'])
    }
    case 'ogg':
    case 'wav':
    case 'flac':
    case 'mp3':
    case 'aac': {
      return video === null
    }
    case 'mkv':
    case 'avi':
    case 'mpeg-ts':
    case 'mpeg-ps':
    case 'asf':
    case 'flv': {
      return false
    }
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) && value > 0 ? value : null)

/** The answer, or `fallback` when the bytes do not give one. */
async function orElse<T>(answer: Promise<T>, fallback: T): Promise<T> {
  try {
    return await answer
  } catch {
    return fallback
  }
}
