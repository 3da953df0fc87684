/**
 * The one process in which node-av is loaded: it can crash on hostile bytes, so the API never does this itself. Answers
 * one request over IPC and ends. Writes nothing to the disk; its parent kills it when it takes too long.
 */
import type * as Constants from 'node-av/constants'
import type * as Av from 'node-av/lib'
import {
  allowedCodecs,
  allowedFormats,
  type ChildAnswer,
  type ChildRequest,
  type DecodedPicture,
  maxHeightRatio,
  maxPixels,
} from './codec-picture.ts'

const memoryLimitBytes = 1024 * 1024 * 1024
/** From one seek to the picture: more packets than any camera puts between two key frames. */
const maxPackets = 20_000

type Library = Readonly<{ av: typeof Av; constants: typeof Constants }>
type PicturesRequest = Extract<ChildRequest, { ask: 'pictures' }>

const say = (answer: ChildAnswer): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) return resolve()
    process.send(answer, () => resolve())
  })

process.once('message', (request: ChildRequest) => {
  void handle(request).then((isReady) =>
    // Native clean-up on the way out is what crashes: leave at once when all has been said.
    say({ answer: 'done', isReady }).then(() => process.kill(process.pid, 'SIGKILL')),
  )
})
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimitBytes) process.kill(process.pid, 'SIGKILL')
}, 100).unref()

async function handle(request: ChildRequest): Promise<boolean> {
  try {
    const [av, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')])
    av.Log.setLevel(constants.AV_LOG_QUIET)
    if (request.ask === 'pictures') await grab({ av, constants }, request)
    if (request.ask === 'jpeg') await say({ answer: 'jpeg', jpeg: await encode({ av, constants }, request.picture) })
    return true
  } catch {
    return false // what was not answered counts as not decodable
  }
}

async function grab(library: Library, request: PicturesRequest): Promise<void> {
  let opened: Opened | null = null
  for (const [index, atMs] of request.atMs.entries()) {
    // Where seeking does not lead to the first key frame, opening again does.
    if (opened === null || request.seek === 'from-start') opened = await open(library, request)
    if (opened === null) return
    const frame = await frameAt(library, opened, atMs, request.seek)
    const picture = frame === null ? null : await toPicture(library, frame, request.widthPx, opened.turns)
    await say({ answer: 'picture', index, picture })
  }
}

/** Open the file and a decoder for its pictures; null when it has none that may be decoded. */
async function open({ av, constants }: Library, request: PicturesRequest): Promise<Opened | null> {
  const format = new av.FormatContext()
  const options = av.Dictionary.fromObject({
    protocol_whitelist: 'http,tcp',
    format_whitelist: allowedFormats,
    codec_whitelist: allowedCodecs,
    http_proxy: 'none', // a proxy of the environment must not see the loopback address
  })
  av.FFmpegError.throwIfError(await format.openInput(request.url, null, options), 'open')
  av.FFmpegError.throwIfError(await format.findStreamInfo(), 'stream info')
  const streamIndex = format.findBestStream(constants.AVMEDIA_TYPE_VIDEO)
  for (const other of format.streams) {
    if (other.index !== streamIndex) other.discard = constants.AVDISCARD_ALL
  }
  const stream = format.streams[streamIndex]
  if (stream === undefined) return null
  const codec = av.Codec.findDecoder(stream.codecpar.codecId)
  if (codec === null || !allowedCodecs.split(',').includes(codec.name ?? '')) return null

  const decoder = new av.CodecContext()
  decoder.allocContext3(codec)
  av.FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'parameters')
  decoder.setOption('max_pixels', maxPixels)
  if (request.seek === 'key-frame') decoder.setOption('skip_frame', 'nokey')
  decoder.threadCount = 2
  decoder.pktTimebase = stream.timeBase
  av.FFmpegError.throwIfError(await decoder.open2(codec, null), 'decoder')

  const matrix = stream.codecpar.getCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX)
  return { format, decoder, stream, turns: matrix === null ? 0 : quarterTurns(matrix) }
}

type Opened = Readonly<{ format: Av.FormatContext; decoder: Av.CodecContext; stream: Av.Stream; turns: number }>

/** The frame at a moment counted from the start of the file; null when none can be decoded from there. */
async function frameAt(
  { av, constants }: Library,
  { format, decoder, stream }: Opened,
  atMs: number,
  seek: PicturesRequest['seek'],
): Promise<Av.Frame | null> {
  const { num, den } = stream.timeBase
  const startUs = format.startTime > -(2n ** 62n) ? format.startTime : 0n // the lowest value stands for "unknown"
  const target = ((startUs + BigInt(Math.round(atMs * 1000))) * BigInt(den)) / (1_000_000n * BigInt(num))
  if (seek !== 'from-start') {
    if ((await format.seekFrame(stream.index, target, constants.AVSEEK_FLAG_BACKWARD)) < 0) return null
    decoder.flushBuffers()
  }

  // The last frame of a recording stays on show for a moment; of one that was cut, it must not stand for what is lost.
  const isNear = (last: Av.Frame | null): boolean =>
    last !== null && (target - last.bestEffortTimestamp) * BigInt(num) <= BigInt(den)

  const packet = new av.Packet()
  packet.alloc()
  let best: Av.Frame | null = null
  for (let count = 0; count < maxPackets; count++) {
    const hasEnded = (await format.readFrame(packet)) < 0
    if (!hasEnded && packet.streamIndex !== stream.index) {
      packet.unref()
      continue
    }
    await decoder.sendPacket(hasEnded ? null : packet)
    if (!hasEnded) packet.unref()
    for (;;) {
      const frame = new av.Frame()
      frame.alloc()
      if ((await decoder.receiveFrame(frame)) < 0) break
      if (seek === 'key-frame') return frame
      if (best !== null && frame.bestEffortTimestamp > target) return best
      best?.free()
      best = frame
      if (frame.bestEffortTimestamp >= target) return frame
    }
    if (hasEnded) return isNear(best) ? best : null
  }
  return null
}

/** ISO/IEC 14496-12, 8.2.2: the clockwise quarter turns that a display matrix asks for. */
function quarterTurns(matrix: Buffer): number {
  const degrees = (Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) * 180) / Math.PI
  return (Math.round(degrees / 90) + 4) % 4
}

async function toPicture(
  { av, constants }: Library,
  frame: Av.Frame,
  askedPx: number,
  turns: number,
): Promise<DecodedPicture | null> {
  const { num, den } = frame.sampleAspectRatio
  const shownWidth = frame.width * (num > 0 && den > 0 ? num / den : 1)
  const [acrossPx, downPx] = turns % 2 === 0 ? [shownWidth, frame.height] : [frame.height, shownWidth]
  const widthPx = even(Math.min(askedPx, acrossPx))
  const heightPx = even(Math.min((widthPx * downPx) / acrossPx, askedPx * maxHeightRatio))
  const [scaledWidth, scaledHeight] = turns % 2 === 0 ? [widthPx, heightPx] : [heightPx, widthPx]

  const rgb = await scale({ av, constants }, frame, scaledWidth, scaledHeight, constants.AV_PIX_FMT_RGB24)
  const bytes = rgb.toBuffer()
  const packed = { widthPx: scaledWidth, heightPx: scaledHeight, rgb: new Uint8Array(bytes) }
  if (bytes.length !== scaledWidth * scaledHeight * 3) return null
  return turn(packed, turns)
}

const even = (length: number): number => Math.max(2, Math.floor(length / 2) * 2)

async function scale(
  { av, constants }: Library,
  from: Av.Frame,
  widthPx: number,
  heightPx: number,
  format: Constants.AVPixelFormat,
): Promise<Av.Frame> {
  const scaler = new av.SoftwareScaleContext()
  const source = from.format as Constants.AVPixelFormat // a video frame has no sample format
  scaler.getContext(from.width, from.height, source, widthPx, heightPx, format, constants.SWS_AREA)
  const to = new av.Frame()
  to.alloc()
  to.width = widthPx
  to.height = heightPx
  to.format = format
  av.FFmpegError.throwIfError(to.getBuffer(), 'buffer')
  av.FFmpegError.throwIfError(await scaler.scaleFrame(to, from), 'scale')
  return to
}

function turn(picture: DecodedPicture, turns: number): DecodedPicture {
  if (turns === 0) return picture
  const { widthPx, heightPx, rgb } = picture
  const turned = new Uint8Array(rgb.length)
  const acrossPx = turns === 2 ? widthPx : heightPx
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [toX, toY] =
        turns === 1 ? [heightPx - 1 - y, x] : turns === 2 ? [widthPx - 1 - x, heightPx - 1 - y] : [y, widthPx - 1 - x]
      const from = (y * widthPx + x) * 3
      turned.set(rgb.subarray(from, from + 3), (toY * acrossPx + toX) * 3)
    }
  }
  return { widthPx: acrossPx, heightPx: turns === 2 ? heightPx : widthPx, rgb: turned }
}

async function encode(library: Library, picture: DecodedPicture): Promise<Uint8Array | null> {
  const { av, constants } = library
  const codec = av.Codec.findEncoder(constants.AV_CODEC_ID_MJPEG)
  if (codec === null) return null
  const { widthPx, heightPx } = picture
  const from = new av.Frame()
  from.alloc()
  from.width = widthPx
  from.height = heightPx
  from.format = constants.AV_PIX_FMT_RGB24
  av.FFmpegError.throwIfError(from.getBuffer(), 'buffer')
  av.FFmpegError.throwIfError(from.fromBuffer(Buffer.from(picture.rgb)), 'picture')
  const frame = await scale(library, from, widthPx, heightPx, constants.AV_PIX_FMT_YUVJ420P)
  const quality = 4 * 118 // on the scale of 1 (best) to 31, in the unit of the encoder
  frame.quality = quality
  frame.pts = 0n

  const encoder = new av.CodecContext()
  encoder.allocContext3(codec)
  encoder.width = widthPx
  encoder.height = heightPx
  encoder.pixelFormat = constants.AV_PIX_FMT_YUVJ420P
  encoder.timeBase = new av.Rational(1, 25)
  encoder.setFlags(constants.AV_CODEC_FLAG_QSCALE, constants.AV_CODEC_FLAG_BITEXACT)
  encoder.globalQuality = quality
  av.FFmpegError.throwIfError(await encoder.open2(codec, null), 'encoder')
  av.FFmpegError.throwIfError(await encoder.sendFrame(frame), 'send')
  const packet = new av.Packet()
  packet.alloc()
  av.FFmpegError.throwIfError(await encoder.receivePacket(packet), 'receive')
  return packet.data === null ? null : new Uint8Array(packet.data)
}
