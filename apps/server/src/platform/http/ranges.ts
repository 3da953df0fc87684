import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors/index.ts'
import { sendPieces } from './pieces.ts'

type Source = Readonly<{ sizeBytes: number; read(start: number, end: number): Promise<Uint8Array> }>
type Bounds = Readonly<{ start: number; end: number }>

const pieceBytes = 512 * 1024

/**
 * RFC 9110, 14.2: one range of bytes, `end` exclusive. Undefined when none is asked for, or in a way that a server
 * may ignore (several ranges, another unit).
 */
export function parseRange(header: string | undefined, sizeBytes: number): Bounds | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes)
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes }
  }
  const start = Number(first)
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  if (last !== '' && Number(last) < start) return undefined
  return start >= sizeBytes ? 'unsatisfiable' : { start, end }
}

/**
 * Answer with the bytes asked for, a piece at a time, as fast as the client takes them. The first is had before the
 * answer begins: bytes that cannot be read are refused in words, not by an answer that breaks off.
 */
export async function sendRange(
  request: FastifyRequest,
  reply: FastifyReply,
  source: Source,
  mime: string,
): Promise<FastifyReply> {
  const bounds = parseRange(request.headers.range, source.sizeBytes)
  if (bounds === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${source.sizeBytes}`)
    throw new AppError('media/range-unsatisfiable', { sizeBytes: source.sizeBytes })
  }
  const { start, end } = bounds ?? { start: 0, end: source.sizeBytes }
  const first = request.method === 'HEAD' ? undefined : await source.read(start, Math.min(start + pieceBytes, end))
  void reply
    .status(bounds === undefined ? 200 : 206)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-store')
    .header('content-type', mime)
    .header('content-length', end - start)
  if (bounds !== undefined) void reply.header('content-range', `bytes ${start}-${end - 1}/${source.sizeBytes}`)
  if (first === undefined) return reply.send()
  return sendPieces(reply, pieces(source, first, start, end))
}

/** Opens the next piece while the one before is sent. */
async function* pieces(source: Source, first: Uint8Array, start: number, end: number): AsyncGenerator<Uint8Array> {
  const readFrom = (at: number) => source.read(at, Math.min(at + pieceBytes, end))
  let next: Promise<Uint8Array> | undefined
  for (let at = start; at < end; at += pieceBytes) {
    const piece: Uint8Array = at === start ? first : await (next ?? readFrom(at))
    next = at + pieceBytes < end ? readFrom(at + pieceBytes) : undefined
    // Failing later, when it is awaited; a client that hangs up before must not leave it unhandled.
    next?.catch(() => undefined)
    yield piece
  }
}
