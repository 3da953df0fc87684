import type { DamagedPart } from '@getuige/contract'
import {
  ADTS,
  CustomSource,
  EncodedPacketSink,
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
import { type Device, findDevice, findLocation, type Location } from './embedded-metadata.ts'
import { type FrameTimes, judgeTimes, measureTimes } from './frame-times.ts'
import { findSequenceParameters } from './h264-units.ts'
import { isMatroskaCut, readMatroskaDate } from './matroska-header.ts'
import { type AudioFacts, type MediaFacts, unread, unreadable, type VideoFacts } from './media-facts.ts'
import { type Mp4Samples, readSamples } from './mp4-samples.ts'
import { type Mp4Structure, readMp4Structure } from './mp4-structure.ts'
import { type Container, recogniseHead } from './recognise.ts'
import { findSigningScheme } from './signed-video.ts'
import { readGpmfTrack } from './tracks/gpmf.ts'
import { readKlvOfTransportStream } from './tracks/klv.ts'
import { readNovatekTrack } from './tracks/novatek.ts'
import { type Fix, placeFixes, type Track, type TrackSource } from './tracks/track.ts'
import { findMpeg2Picture, findParts } from './transport-stream.ts'

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
  if (container === 'mpeg-ps' || container === 'flv' || container === 'asf') return { ...unread, container }
  if (container !== 'mp4' && container !== 'mov' && container !== '3gp') {
    const isMatroska = container === 'mkv' || container === 'webm'
    const isCut = isMatroska && isMatroskaCut(head, source.sizeBytes)
    return examineTracks(
      source,
      container,
      { isCut, createdAt: isMatroska ? readMatroskaDate(head) : null },
      null,
      soFar,
    )
  }
  const structure = await orElse<Mp4Structure | null>(readMp4Structure(source), null)
  if (structure === null) return { ...unreadable, container }
  const { createdAt } = structure
  const noIndex = {
    ...unreadable,
    container,
    recordedAt: createdAt,
    damage: 'no-index',
    damages: [{ kind: 'no-index', fromMs: 0, toMs: null }],
  } as const
  if (!structure.hasIndex) return noIndex
  soFar({ ...unreadable, container, recordedAt: createdAt })
  return examineTracks(source, container, structure, structure, soFar)
}

/** What is read of a file without an index of the whole, to find how regular its pictures are. */
const timesMostBytes = 64 * 1024 * 1024
/** Of a transport stream that carries places, which lie between the pictures. */
const placesMostBytes = 256 * 1024 * 1024

async function examineTracks(
  source: ByteSource,
  container: Container,
  { isCut, createdAt }: Pick<Mp4Structure, 'isCut' | 'createdAt'>,
  structure: Mp4Structure | null,
  soFar: (facts: MediaFacts) => void,
): Promise<MediaFacts> {
  let readBytes = 0
  using input = new Input({
    formats,
    source: new CustomSource({
      getSize: () => source.sizeBytes,
      read: (start, end) => {
        readBytes += end - start
        return source.read(start, end)
      },
      prefetchProfile: 'fileSystem',
      handleUnhandledError: () => undefined, // the read that needed it is refused as well
    }),
  })
  const tracks = await orElse<InputTrack[]>(input.getTracks(), [])
  const [videoTrack, audioTrack] = await Promise.all([
    orElse<InputVideoTrack | null>(input.getPrimaryVideoTrack(), null),
    orElse<InputAudioTrack | null>(input.getPrimaryAudioTrack(), null),
  ])
  const isBroadcast = container === 'mpeg-ts'
  if (tracks.length === 0) {
    const isNamed = isBroadcast && (await orElse(namesParts(source), false))
    return { ...(isNamed ? lostItsPlace : unreadable), container, recordedAt: createdAt }
  }
  const video =
    videoTrack !== null
      ? await orElse<VideoFacts | null>(readVideo(videoTrack), null)
      : isBroadcast
        ? await orElse(readMpeg2Video(source), null)
        : null
  const audio = audioTrack === null ? null : await orElse<AudioFacts | null>(readAudio(audioTrack), null)
  const tags = await orElse(input.getMetadataTags(), {})
  const durationMs = await orElse<number | null>(readDuration(input, tracks, isBroadcast), null)
  const raw = tags.raw ?? {}
  const { serial, ...device }: Device = findDevice(raw)
  const recordedAt = finerDate(createdAt, tags.date)
  const location = findLocation(raw)
  const damage = video === null && audio === null ? 'unreadable' : isCut ? 'truncated' : 'none'
  const plain: MediaFacts = {
    ...unreadable,
    ...device,
    container,
    durationMs,
    video,
    pictureTracks: Math.max(video === null ? 0 : 1, tracks.filter((track) => track.isVideoTrack()).length),
    audio,
    audioTracks: tracks.filter((track) => track.isAudioTrack()).length,
    recordedAt,
    location,
    cameraSerial: serial,
    damage,
    damages: damage === 'unreadable' ? unreadable.damages : [],
    isFragmented: structure?.isFragmented === true,
  }
  soFar(plain)
  const samples = structure === null ? [] : await orElse(readPlayed(source, structure), [])
  const indexed = samples.find(({ handler }) => handler === 'vide')
  const isIndexed = structure !== null && !structure.isFragmented
  if (isIndexed && indexed !== undefined && !isInside(source, indexed.samples, 0)) {
    // It says where each picture is, and none is there: because it is wrong, or because they are gone.
    const isGone = structure.mediaBytes < (indexed.samples.sizes[0] ?? 0)
    return isGone
      ? { ...plain, damage: 'truncated', damages: [{ kind: 'missing', fromMs: 0, toMs: durationMs }] }
      : { ...plain, damage: 'no-index', damages: [{ kind: 'no-index', fromMs: 0, toMs: null }] }
  }
  if (damage === 'unreadable') return plain

  const budget = readBytes + timesMostBytes
  const times =
    videoTrack === null
      ? null
      : indexed !== undefined && structure?.isFragmented === false
        ? judgeTimes(indexed.samples.times, () => false)
        : await orElse<FrameTimes | null>(
            measureTimes(videoTrack, isBroadcast, () => readBytes < budget),
            null,
          )
  const headerMs =
    structure === null
      ? ((await orElse(input.getDurationFromMetadata(undefined, { skipLiveWait: true }), null)) ?? 0) * 1000
      : structure.headerMs
  const lost = isCut ? findLostEnd(source, structure, samples, durationMs, headerMs) : []
  const startedAt = recordedAt
  const fixes = await orElse<{ from: TrackSource; fixes: Fix[] } | null>(findFixes(), null)
  const hasJumps = (times?.jumps ?? 0) > 0
  const measured = times?.isVariable === true ? times.average : hasJumps ? times?.usual : null
  return {
    ...plain,
    durationMs: hasJumps ? null : durationMs,
    video:
      video === null || measured == null
        ? video
        : { ...video, framesPerSecond: finite(Math.round(measured * 1000) / 1000) },
    isVariableFrameRate: times?.isVariable ?? false,
    track: fixes === null ? pointTrack(location) : placeFixes(fixes.from, fixes.fixes, { startedAt, durationMs }),
    signedVideo:
      structure?.hasManifest === true
        ? 'C2PA'
        : videoTrack === null
          ? null
          : await orElse<string | null>(findSigningScheme(videoTrack), null),
    damages: [...(times?.damages ?? []), ...lost],
  }

  async function findFixes(): Promise<{ from: TrackSource; fixes: Fix[] } | null> {
    const telemetry = structure?.tracks.find(({ format }) => format === 'gpmd')
    if (telemetry !== undefined) {
      const found = await readGpmfTrack(source, telemetry)
      if (found.length > 0) return { from: 'gpmf', fixes: found }
    }
    if (structure?.placesAt != null) {
      const found = await readNovatekTrack(source, structure.placesAt)
      if (found.length > 0) return { from: 'novatek', fixes: found }
    }
    if (container === 'mpeg-ts') {
      const first = await input.getFirstTimestamp(tracks.filter((track) => track.isVideoTrack()))
      const found = await readKlvOfTransportStream(source, first, placesMostBytes)
      if (found.length > 0) return { from: 'klv', fixes: found }
    }
    return null
  }
}

/** One place, at the beginning. */
const pointTrack = (location: Location | null): Track | null =>
  location === null ? null : placeFixes('file-place', [{ ...location, atMs: 0 }], { startedAt: null, durationMs: null })

type PlayedSamples = Readonly<{ handler: string; samples: Mp4Samples }>

/** The samples of pictures and sound, as far as the index in front has them. */
async function readPlayed(source: ByteSource, structure: Mp4Structure): Promise<PlayedSamples[]> {
  const read: PlayedSamples[] = []
  for (const track of structure.tracks) {
    if (track.handler !== 'vide' && track.handler !== 'soun') continue
    const samples = await readSamples(source, track)
    if (samples !== null && samples.count > 0) read.push({ handler: track.handler, samples })
  }
  return read
}

const isInside = ({ sizeBytes }: ByteSource, { offsets, sizes }: Mp4Samples, index: number): boolean =>
  (offsets[index] ?? 0) + (sizes[index] ?? 0) <= sizeBytes

/** From where nothing is left of a file that was cut, and until when there would have been, as far as its headers tell. */
function findLostEnd(
  source: ByteSource,
  structure: Mp4Structure | null,
  samples: readonly PlayedSamples[],
  durationMs: number | null,
  headerMs: number,
): DamagedPart[] {
  if (structure !== null && !structure.isFragmented) {
    // The index names every picture: the first that is not all there is where it ends.
    const cuts = samples.flatMap(({ samples: track }) => {
      const at = track.offsets.findIndex((_offset, index) => !isInside(source, track, index))
      return at === -1 ? [] : [Math.round((track.times[at] ?? 0) * 1000)]
    })
    return cuts.length === 0 ? [] : [{ kind: 'missing', fromMs: Math.min(...cuts), toMs: durationMs }]
  }
  const fromMs = durationMs ?? 0
  // Its bytes may be cut elsewhere, and its end be whole.
  if (headerMs > 0 && Math.abs(headerMs - fromMs) < 100) return []
  return [{ kind: 'missing', fromMs, toMs: headerMs > fromMs ? Math.round(headerMs) : null }]
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
  // A picture a tick: there is one picture.
  const isOne = rate?.bestGuessFrameRate === (await orElse(track.getTimeResolution(), 0))
  const framesPerSecond = rate === null || isOne ? null : finite(Math.round(rate.bestGuessFrameRate * 1000) / 1000)
  const halved = codec === 'avc' ? await orElse(findFieldHeight(track), null) : null
  return { codec, codecString, widthPx, heightPx: halved ?? heightPx, rotation, framesPerSecond }
}

/** Pictures of two fields each are taken for half as high where only their stream says how high they are. */
async function findFieldHeight(track: InputVideoTrack): Promise<number | null> {
  if ((await track.getDecoderConfig())?.description !== undefined) return null
  const first = await new EncodedPacketSink(track).getFirstPacket()
  const said = first === null ? null : findSequenceParameters(first.data)
  const [shown, coded] = [await track.getDisplayHeight(), await track.getCodedHeight()]
  return said === null || said.heightPx === coded ? null : Math.round((shown * said.heightPx) / coded)
}

const headBytes = 1024 * 1024

/** MPEG-1 and MPEG-2 are not taken apart here; that there are pictures is told all the same. */
async function readMpeg2Video(source: ByteSource): Promise<VideoFacts | null> {
  const head = await source.read(0, Math.min(source.sizeBytes, headBytes))
  const picture = findMpeg2Picture(head.subarray(Math.max(0, head.indexOf(0x47))))
  return picture === null ? null : { codec: 'mpeg2', codecString: null, rotation: 0, ...picture }
}

/** Whether tables of a transport stream are there, though its packets are not all where they should be. */
async function namesParts(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, Math.min(source.sizeBytes, headBytes))
  return findParts(head.subarray(Math.max(0, head.indexOf(0x47)))).length > 0
}
const lostItsPlace: MediaFacts = {
  ...unreadable,
  damage: 'truncated',
  damages: [{ kind: 'missing', fromMs: 0, toMs: null }],
}

async function readAudio(track: InputAudioTrack): Promise<AudioFacts> {
  const [codec, channels, sampleRateHz] = await Promise.all([
    codecName(track),
    track.getNumberOfChannels(),
    track.getSampleRate(),
  ])
  const layer = codec === 'mp3' ? await orElse(readLayer(track), 3) : 3
  return { codec: layer === 3 ? codec : `mp${layer}`, channels, sampleRateHz }
}

/** Containers name all layers of MPEG sound alike; browsers play the third. ISO/IEC 11172-3, 2.4.2.3. */
async function readLayer(track: InputAudioTrack): Promise<number> {
  const first = await new EncodedPacketSink(track).getFirstPacket()
  const [sync = 0, kind = 0] = first?.data ?? []
  return sync === 0xff && (kind & 0xe0) === 0xe0 ? 4 - ((kind >> 1) & 3) : 3
}

async function codecName(track: InputTrack): Promise<string> {
  const known = await track.getCodec()
  if (known !== null) return known
  const internal = await track.getInternalCodecId()
  return typeof internal === 'string' ? internal.replaceAll(/[^\w./-]/g, '').slice(0, 32) || 'unknown' : 'unknown'
}

/** From the first picture or sound to the end of the last: transport streams do not begin at zero. */
async function readDuration(input: Input, tracks: InputTrack[], isBroadcast: boolean): Promise<number | null> {
  const timed = tracks.filter((track) => track.isVideoTrack() || track.isAudioTrack())
  const end = await input.computeDuration(timed, { skipLiveWait: true })
  const start = await input.getFirstTimestamp(timed)
  // What stands before the beginning that a file states is not played; a stream states none.
  const ms = Math.round((end - (isBroadcast ? start : Math.max(0, start))) * 1000)
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
  const { durationMs, framesPerSecond, video, pictureTracks, audio, audioTracks, present } = header
  const codec = video?.fourcc.toLowerCase().replaceAll(/[^a-z0-9]/g, '') ?? ''
  const damage = video === null && audio === null ? 'unreadable' : present < 1 ? 'truncated' : 'none'
  // Its headers tell nothing of moments: as many of its bytes as are there, so much of its time.
  const cut: DamagedPart = { kind: 'missing', fromMs: Math.round((durationMs ?? 0) * present), toMs: durationMs }
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
    pictureTracks,
    audio:
      audio === null
        ? null
        : {
            codec: waveFormats[audio.formatTag] ?? `wave-0x${audio.formatTag.toString(16)}`,
            channels: audio.channels,
            sampleRateHz: audio.sampleRateHz,
          },
    audioTracks,
    damage,
    damages: damage === 'unreadable' ? unreadable.damages : damage === 'truncated' ? [cut] : [],
  }
}

/** RFC 2361: the ones that cameras write. */
const waveFormats: Readonly<Record<number, string>> = {
  0x1: 'pcm',
  0x2: 'adpcm-ms',
  0x6: 'alaw',
  0x7: 'ulaw',
  0x11: 'adpcm-ima',
  0x50: 'mp2',
  0x55: 'mp3',
  0xff: 'aac',
  0x2000: 'ac3',
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
