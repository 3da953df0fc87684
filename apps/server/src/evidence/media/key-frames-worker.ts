/**
 * The thread that finds key frames in hostile bytes: see `streamKeyFrames`. It asks for every byte, and takes none of
 * them apart further than its container.
 */
import { parentPort } from 'node:worker_threads'
import {
  CustomSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Logging,
  LogLevel,
  MATROSKA,
  MkvOutputFormat,
  MP4,
  Output,
  QTFF,
  StreamTarget,
  WEBM,
} from 'mediabunny'

/** As they are to be shown: turned clockwise by `rotation`, pixels square. */
export type KeyFrameLook = Readonly<{ widthPx: number; heightPx: number; rotation: 0 | 90 | 180 | 270 }>

/** `found`: pictures there are, before any piece. `shown`: which of the frames sent shows the moment of that index. */
export type FromKeyFrames = Readonly<
  | { say: 'read'; id: number; start: number; end: number }
  | { say: 'piece'; id: number; piece: Uint8Array }
  | { say: 'found'; look: KeyFrameLook }
  | { say: 'shown'; index: number; frame: number }
  | { say: 'done' }
>
/** What to look for, or the answer to one question: the bytes, null when refused, undefined when a piece was taken. */
export type ToKeyFrames = Readonly<
  { sizeBytes: number; atMs: readonly number[] } | { id: number; bytes?: Uint8Array | null }
>

Logging.level = LogLevel.Silent
const port = parentPort
if (port === null) throw new Error('this runs as a worker only')
const say = (message: FromKeyFrames): void => port.postMessage(message)

const waiting = new Map<number, (bytes: Uint8Array | null | undefined) => void>()
let lastId = 0
function ask(question: (id: number) => FromKeyFrames): Promise<Uint8Array | null | undefined> {
  const id = ++lastId
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    say(question(id))
  })
}

port.on('message', (message: ToKeyFrames) => {
  if ('atMs' in message) return void find(message.sizeBytes, message.atMs)
  waiting.get(message.id)?.(message.bytes)
  waiting.delete(message.id)
})

async function read(start: number, end: number): Promise<Uint8Array> {
  const bytes = await ask((id) => ({ say: 'read', id, start, end }))
  if (bytes === null || bytes === undefined) throw new Error('refused')
  return bytes
}

async function find(sizeBytes: number, atMs: readonly number[]): Promise<void> {
  // Where it breaks off, what was found so far counts.
  await send(sizeBytes, atMs).catch(() => undefined)
  say({ say: 'done' })
}

/** The key frame at or before each moment, each once, as Matroska: frame n at n seconds. */
async function send(sizeBytes: number, atMs: readonly number[]): Promise<void> {
  const source = new CustomSource({
    getSize: () => sizeBytes,
    read,
    prefetchProfile: 'none',
    handleUnhandledError: () => undefined, // the read that needed it is refused as well
  })
  // Not transport streams: they have no index, and would be gone through for every frame anew.
  using input = new Input({ formats: [MP4, QTFF, MATROSKA, WEBM], source })
  const track = await input.getPrimaryVideoTrack()
  const codec = await track?.getCodec()
  const decoderConfig = await track?.getDecoderConfig()
  if (track == null || codec == null || decoderConfig == null) return
  const [widthPx, heightPx, rotation] = await Promise.all([
    track.getDisplayWidth(),
    track.getDisplayHeight(),
    track.getRotation(),
  ])
  say({ say: 'found', look: { widthPx, heightPx, rotation } })
  const firstAt = Math.max(0, await track.getFirstTimestamp())

  const target = new StreamTarget(
    new WritableStream({
      write: async ({ data }: { data: Uint8Array }) => {
        await ask((id) => ({ say: 'piece', id, piece: data }))
      },
    }),
  )
  const output = new Output({ format: new MkvOutputFormat({ appendOnly: true }), target })
  const packets = new EncodedVideoPacketSource(codec)
  output.addVideoTrack(packets)
  await output.start()

  const sink = new EncodedPacketSink(track)
  let sent = -1
  let sentAt: number | null = null
  for (const [index, ms] of atMs.entries()) {
    const packet = await sink.getKeyPacket(firstAt + ms / 1000).catch(() => null)
    if (packet === null) continue
    if (packet.timestamp !== sentAt) {
      sent += 1
      sentAt = packet.timestamp
      await packets.add(new EncodedPacket(packet.data, 'key', sent, 1), { decoderConfig })
    }
    say({ say: 'shown', index, frame: sent })
  }
  await output.finalize()
}
