/** The thread in which packets of one recording are put into another container: see `remux`. It asks for every byte. */
import { parentPort } from 'node:worker_threads'
import {
  type AudioCodec,
  CustomSource,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  Mp4OutputFormat,
  MPEG_TS,
  Output,
  QTFF,
  ReadableStreamSource,
  StreamTarget,
  type StreamTargetChunk,
  type VideoCodec,
  WEBM,
} from 'mediabunny'
import { earliestLane, nextLane, type TimedLane } from './clock-jumps.ts'
import { type GatheredAvc, packetsOf } from './gathered.ts'
import { findFramedParameters, findSequenceParameters } from './h264-units.ts'
import { moveIndexFirst } from './mp4-index.ts'
import type { Rotation } from './rules.ts'

Logging.level = LogLevel.Silent

/** Null for `sizeBytes`: the bytes come one after the other, and none twice. */
export type RemuxOrder = Readonly<{
  sizeBytes: number | null
  /** Instead of what the tracks themselves say. */
  rotation: Rotation | null
  /** Packets that were found without an index, in place of tracks. */
  gathered: GatheredAvc | null
  /** A part of it alone, in ms of the recording: from the key frame at or before `inMs`, up to `outMs`. */
  cut: Readonly<{ inMs: number; outMs: number }> | null
  /** What the new file says of itself. */
  comment: string | null
}>
export type Remuxed = Readonly<{
  /** What comes before the samples, and after them. */
  head: Uint8Array
  tail: Uint8Array
  videoCodec: string | null
  audioCodec: string | null
  heightPx: number | null
  framesPerSecond: number | null
  durationMs: number
  pictures: number
  /** Where on the clock of the recording its first picture or sound is, and how much after the first of all. */
  beginsAtMs: number
  fromMs: number
  /** Where the clock of a transport stream was set anew, and the new file goes on all the same. */
  jumpsMs: readonly number[]
  /** The source broke off or could not be read to its end. */
  isPartial: boolean
  /** Its pictures are of several sizes, of which a file can name one. */
  changesSize: boolean
}>
export type FromRemux = Readonly<
  | { ask: 'read'; id: number; start: number; end: number }
  | { ask: 'next'; id: number }
  | { ask: 'write'; id: number; bytes: Uint8Array }
  | { ask: 'at'; ms: number }
  | { ask: 'done'; remuxed: Remuxed | null }
>
/** The bytes asked for, null when there are none; also the answer to `write`. */
export type ToRemux = Readonly<RemuxOrder | { id: number; bytes: Uint8Array | null }>

const port = parentPort
if (port === null) throw new Error('this runs as a worker only')
const say = (message: FromRemux): void => port.postMessage(message)

const waiting = new Map<number, (bytes: Uint8Array | null) => void>()
port.on('message', (message: ToRemux) => {
  if ('sizeBytes' in message) {
    void remux(message).then(
      (remuxed) => say({ ask: 'done', remuxed }),
      () => say({ ask: 'done', remuxed: null }),
    )
    return
  }
  waiting.get(message.id)?.(message.bytes)
  waiting.delete(message.id)
})

let lastId = 0
function ask(make: (id: number) => FromRemux): Promise<Uint8Array | null> {
  const id = ++lastId
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    say(make(id))
  })
}

async function read(start: number, end: number): Promise<Uint8Array> {
  const bytes = await ask((id) => ({ ask: 'read', id, start, end }))
  if (bytes === null) throw new Error('refused')
  return bytes
}

function openInput({ sizeBytes }: RemuxOrder): Input {
  const formats = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS]
  const handleUnhandledError = () => undefined // the read that needed it is refused as well
  if (sizeBytes !== null) {
    const getSize = () => sizeBytes
    return new Input({
      formats,
      source: new CustomSource({ getSize, read, prefetchProfile: 'fileSystem', handleUnhandledError }),
    })
  }
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = await ask((id) => ({ ask: 'next', id }))
      if (bytes === null) controller.close()
      else controller.enqueue(bytes)
    },
  })
  return new Input({ formats, source: new ReadableStreamSource(stream, { handleUnhandledError }) })
}

/** One track on its way: what comes next of it, and where it goes. */
type Lane = TimedLane & {
  readonly kind: 'video' | 'audio'
  packets: AsyncIterator<EncodedPacket>
  /** Where packets can be looked for; null for those that were gathered. */
  readonly sink: EncodedPacketSink | null
  readonly add: (packet: EncodedPacket, isFirst: boolean) => Promise<void>
  readonly beginsAt: number
  /** How large its pictures are from this one on; null where that is not said again. */
  readonly sizeOf?: (packet: EncodedPacket) => string | null
  size?: string
  next: EncodedPacket | undefined
  hasBegun: boolean
  /** How long what came last lasts. */
  usualSeconds: number
}

/** Before anything of it is on its way. */
const newLane = (lane: Omit<Lane, keyof TimedLane | 'hasBegun' | 'usualSeconds'>): Lane => ({
  ...lane,
  hasBegun: false,
  usualSeconds: nominalSeconds,
  shift: 0,
  latestAt: Number.NEGATIVE_INFINITY,
  endsAt: Number.NEGATIVE_INFINITY,
  get nextAt() {
    return this.next?.timestamp
  },
})

/** Of a picture that says nothing of how long it is shown, as the only one of a stream. */
const nominalSeconds = 1 / 25
/** Transport streams do not say how long a picture lasts: what seems to last so much longer stands where clocks jump. */
const mostUsual = 4

async function remux(order: RemuxOrder): Promise<Remuxed | null> {
  using input = openInput(order)
  let moov: Readonly<{ bytes: Uint8Array; at: number }> | undefined
  // What is broadcast in packets, or put together from several files, has clocks that are set anew on the way.
  const mayJump =
    order.sizeBytes !== null && order.gathered === null && (await input.getFormat().catch(() => null)) === MPEG_TS
  const format = new Mp4OutputFormat({ fastStart: false, onMoov: (data, at) => (moov = { bytes: data.slice(), at }) })
  const taken = new Taken()
  const output = new Output({ format, target: new StreamTarget(taken.writable) })

  const counts = { pictures: 0, endMs: 0 }
  const times: number[] = []
  const { lanes, said } =
    order.gathered === null
      ? await lanesOfTracks(input, output, order.rotation)
      : { lanes: await lanesOfGathered(order.gathered, output), said: saidOfGathered(order.gathered) }
  if (lanes.length === 0) return null
  // What a file says comes before its beginning, such as sound that a coder begins with, is played by nobody.
  const beginning = order.cut === null ? zeroOf(lanes) : Math.max(0, zeroOf(lanes))
  let zero = beginning
  // What was encoded as a clip begins with its first picture, whatever its sound begins with.
  if (order.comment !== null) zero = lanes.find(({ kind }) => kind === 'video')?.beginsAt ?? zero
  if (order.comment !== null) output.setMetadataTags({ comment: order.comment })
  if (order.cut !== null) {
    // A part that lacks a track of the whole is no part of it.
    if (!(await isWhole(input, lanes))) return null
    zero = await seek(lanes, beginning, order.cut)
  }
  await output.start()

  let isPartial = false
  let changesSize = false
  const jumpsMs: number[] = []
  for (;;) {
    const lane = mayJump
      ? nextLane(lanes, (at) => void jumpsMs.push(Math.round((at - zero) * 1000)))
      : earliestLane(lanes)
    const packet = lane?.next
    if (lane === undefined || packet === undefined) break
    const timestamp = packet.timestamp + lane.shift - zero
    const isUnlikely = mayJump && packet.duration > lane.usualSeconds * mostUsual
    const isUnsaid = isUnlikely || (lane.kind === 'video' && packet.duration === 0)
    const duration = isUnsaid ? lane.usualSeconds : packet.duration
    lane.usualSeconds = duration
    lane.latestAt = Math.max(lane.latestAt, timestamp + zero)
    lane.endsAt = Math.max(lane.endsAt, timestamp + duration + zero)
    const size = packet.type === 'key' ? (lane.sizeOf?.(packet) ?? lane.size) : lane.size
    changesSize ||= lane.size !== undefined && size !== lane.size
    if (size !== undefined) lane.size ??= size
    // Sound of before the first picture, or a picture that needs one that is not there.
    const isKept = timestamp > -0.0005 && (lane.hasBegun || packet.type === 'key')
    if (isKept) {
      await lane.add(packet.clone({ timestamp: Math.max(0, timestamp), duration }), !lane.hasBegun)
      lane.hasBegun = true
      const endMs = (timestamp + duration) * 1000
      counts.endMs = Math.max(counts.endMs, endMs)
      if (lane.kind === 'video') {
        counts.pictures += 1
        times.push(timestamp)
      }
      if (counts.pictures % 100 === 0) say({ ask: 'at', ms: timestamp * 1000 })
    }
    const following = await lane.packets.next().catch(() => 'broken' as const)
    if (following === 'broken') isPartial = true
    lane.next = following === 'broken' || following.done === true ? undefined : following.value
  }
  if (!lanes.some(({ hasBegun }) => hasBegun)) return null
  taken.isEnding = true
  await output.finalize()
  if (moov === undefined) throw new Error('an output without an index')
  await taken.sendLast(moov.at)
  const { head, tail } = moveIndexFirst(taken.header, moov.bytes, moov.at)
  return {
    ...said,
    head,
    tail,
    framesPerSecond: rateOf(times),
    durationMs: Math.round(counts.endMs),
    pictures: counts.pictures,
    beginsAtMs: zero * 1000,
    fromMs: Math.round((zero - beginning) * 1000),
    jumpsMs,
    isPartial,
    changesSize,
  }
}

/**
 * Pictures a second, from their times in seconds: on average over those that follow one another as most do, since the
 * number of a frame is told by it and one that was left out must not shift all that come after. Null for one alone.
 */
function rateOf(times: readonly number[]): number | null {
  const sorted = Float64Array.from(times).toSorted()
  const gaps = sorted.subarray(1).map((time, index) => time - (sorted[index] ?? 0))
  const usual = gaps.toSorted()[gaps.length >> 1] ?? 0
  const even = gaps.filter((gap) => Math.abs(gap - usual) <= Math.max(usual / 5, 0.0015))
  const counted = even.length < gaps.length * 0.9 ? gaps : even
  const seconds = counted.reduce((sum, gap) => sum + gap, 0)
  return seconds > 0 ? Math.round((counted.length / seconds) * 1000) / 1000 : null
}

/** Sound that a coder begins a moment before the first picture is not where a recording begins. */
const primingSeconds = 0.05

/** What stands before the beginning that a file states, as what a coder of sound begins with does, is heard by nobody. */
function zeroOf(lanes: readonly Lane[]): number {
  const earliest = Math.max(0, Math.min(...lanes.map(({ beginsAt }) => beginsAt)))
  const video = lanes.find(({ kind }) => kind === 'video')
  return video !== undefined && video.beginsAt - earliest <= primingSeconds ? video.beginsAt : earliest
}

/** Moments are told in whole milliseconds, and a frame a little before one is the frame that was meant. */
const roundedSeconds = 0.001
/** Pictures that are shown later than one that comes after them, in its order, are fewer than this. */
const mostReordered = 16

/** Every lane goes to where the part begins, and ends with it. Answers that moment, on the clock of the tracks. */
async function seek(
  lanes: readonly Lane[],
  beginning: number,
  { inMs, outMs }: NonNullable<RemuxOrder['cut']>,
): Promise<number> {
  const video = lanes.find(({ kind }) => kind === 'video')
  const wanted = beginning + inMs / 1000 + roundedSeconds
  const key = (await video?.sink?.getKeyPacket(wanted)) ?? undefined
  const zero = video === undefined ? beginning + inMs / 1000 : (key ?? video.next)?.timestamp
  if (zero === undefined) throw new Error('there is no picture to begin with')
  for (const lane of lanes) {
    const start = lane.kind === 'video' ? key : ((await lane.sink?.getPacket(zero)) ?? undefined)
    const packets = lane.sink?.packets(start ?? (await lane.sink.getFirstPacket()) ?? undefined) ?? []
    lane.packets = upTo(packets, beginning + outMs / 1000 - roundedSeconds, lane.kind === 'video')
    lane.next = await first(lane.packets)
  }
  return zero
}

/** Up to a moment. Of pictures also those that a picture before it needs, though shown after it, and all in between. */
async function* upTo(
  packets: AsyncIterable<EncodedPacket> | Iterable<EncodedPacket>,
  end: number,
  isReordered: boolean,
): AsyncGenerator<EncodedPacket, void, void> {
  let after: EncodedPacket[] = []
  let until = end
  for await (const packet of packets) {
    if (packet.timestamp < until) {
      yield* after
      until = Math.max(until, ...after.map(({ timestamp }) => timestamp))
      after = []
      yield packet
    } else if (!isReordered || packet.type === 'key' || after.length === mostReordered) return
    else after.push(packet)
  }
}

async function isWhole(input: Input, lanes: readonly Lane[]): Promise<boolean> {
  const [videos, audios] = [await input.getVideoTracks(), await input.getAudioTracks()]
  return Math.min(1, videos.length) + audios.length === lanes.length
}

type Said = Pick<Remuxed, 'videoCodec' | 'audioCodec' | 'heightPx'>

async function lanesOfTracks(
  input: Input,
  output: Output,
  rotation: Rotation | null,
): Promise<{ lanes: Lane[]; said: Said }> {
  const lanes: Lane[] = []
  const video = await input.getPrimaryVideoTrack()
  const videoCodec = (await video?.getCodec()) ?? null
  const heightPx =
    video === null || videoCodec === null ? null : await addVideo(lanes, output, video, videoCodec, rotation)
  let audioCodec: string | null = null
  const primary = await input.getPrimaryAudioTrack().catch(() => null)
  const others = (await input.getAudioTracks().catch(() => [])).filter((track) => track !== primary)
  for (const track of primary === null ? others : [primary, ...others]) {
    const codec = await track.getCodec()
    if (codec === null) continue
    await addAudio(lanes, output, track, codec)
    audioCodec ??= codec
  }
  return { lanes, said: { videoCodec, audioCodec, heightPx } }
}

/** Answers how high it is, as shown. */
async function addVideo(
  lanes: Lane[],
  output: Output,
  track: InputVideoTrack,
  codec: VideoCodec,
  rotation: Rotation | null,
): Promise<number | null> {
  const source = new EncodedVideoPacketSource(codec)
  const told = await track.getDecoderConfig()
  if (told === null) return null
  output.addVideoTrack(source, { rotation: rotation ?? (await track.getRotation()) })
  const sink = new EncodedPacketSink(track)
  const packets = sink.packets()[Symbol.asyncIterator]()
  const next = await first(packets)
  if (next === undefined) return null
  // Of a stream without a description its first picture says how high it is: of two fields, twice as high.
  const said = codec === 'avc' && told.description === undefined ? findSequenceParameters(next.data) : null
  const config = said === null ? told : { ...told, codedWidth: said.widthPx, codedHeight: said.heightPx }
  const add: Lane['add'] = (packet, isFirst) => source.add(packet, isFirst ? { decoderConfig: config } : undefined)
  const parametersIn = told.description === undefined ? findSequenceParameters : findFramedParameters
  const sizeOf = ({ data }: EncodedPacket): string | null => {
    const found = codec === 'avc' ? parametersIn(data) : null
    return found && `${found.widthPx}x${found.heightPx}`
  }
  lanes.push(newLane({ kind: 'video', packets, sink, next, beginsAt: next.timestamp, add, sizeOf }))
  const [shownPx, codedPx] = [await track.getDisplayHeight(), await track.getCodedHeight()]
  return said === null || said.heightPx === codedPx ? shownPx : Math.round((shownPx * said.heightPx) / codedPx)
}

async function addAudio(lanes: Lane[], output: Output, track: InputAudioTrack, codec: AudioCodec): Promise<void> {
  const source = new EncodedAudioPacketSource(codec)
  const config = await track.getDecoderConfig()
  if (config === null) return
  const sink = new EncodedPacketSink(track)
  const packets = sink.packets()[Symbol.asyncIterator]()
  const next = await first(packets)
  if (next === undefined) return
  const languageCode = await track.getLanguageCode().catch(() => 'und')
  output.addAudioTrack(source, { languageCode })
  const add: Lane['add'] = (packet, isFirst) => source.add(packet, isFirst ? { decoderConfig: config } : undefined)
  lanes.push(newLane({ kind: 'audio', packets, sink, next, beginsAt: next.timestamp, add }))
}

async function first(packets: AsyncIterator<EncodedPacket>): Promise<EncodedPacket | undefined> {
  const result = await packets.next()
  return result.done === true ? undefined : result.value
}

async function lanesOfGathered(gathered: GatheredAvc, output: Output): Promise<Lane[]> {
  const source = new EncodedVideoPacketSource('avc')
  const { codec, codedWidth, codedHeight, description, rotation } = gathered
  const decoderConfig = { codec, codedWidth, codedHeight, description }
  const packets = packetsOf(gathered, read)
  const next = await first(packets)
  if (next === undefined) return []
  output.addVideoTrack(source, { rotation })
  const add: Lane['add'] = (packet, isFirst) => source.add(packet, isFirst ? { decoderConfig } : undefined)
  return [newLane({ kind: 'video', packets, sink: null, next, beginsAt: 0, add })]
}

const saidOfGathered = ({ codedHeight, codedWidth, rotation }: GatheredAvc): Said => ({
  videoCodec: 'avc',
  audioCodec: null,
  heightPx: rotation % 180 === 0 ? codedHeight : codedWidth,
})

/** What the muxer writes: header bytes are kept here, samples are handed on in their order. */
class Taken {
  /** What comes before the samples: the type of the file, and the size of what follows, told last. */
  header: Uint8Array = new Uint8Array(0)
  /** From now on what is written may be the index. */
  isEnding = false
  #headerBytes: number | undefined
  #at = 0
  readonly #last: StreamTargetChunk[] = []

  readonly writable = new WritableStream<StreamTargetChunk>({
    write: async ({ data, position }) => {
      // The first write is the header alone, before any sample is known.
      if (this.#headerBytes === undefined) {
        this.header = data.slice()
        this.#headerBytes = data.length
        this.#at = data.length
        return
      }
      if (position < this.#headerBytes) return this.header.set(data, position)
      if (this.isEnding) return void this.#last.push({ type: 'write', data: data.slice(), position })
      await this.#send(data, position)
    },
  })

  async sendLast(indexAt: number): Promise<void> {
    for (const { data, position } of this.#last.toSorted((a, b) => a.position - b.position)) {
      if (position < indexAt) await this.#send(data.subarray(0, indexAt - position), position)
    }
    if (this.#at !== indexAt) throw new Error('samples are missing')
  }

  async #send(data: Uint8Array, position: number): Promise<void> {
    if (position !== this.#at) throw new Error('samples out of order')
    this.#at += data.length
    await ask((id) => ({ ask: 'write', id, bytes: data.slice() }))
  }
}
