import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseRange } from '#platform/http'
import type { ByteSource } from './byte-source.ts'
import { isOfOwnUser } from './own-connection.ts'

/** A place on this machine alone where one program can read one recording. */
export type ServedOnce = Readonly<{ url: string; [Symbol.asyncDispose]: () => Promise<void> }>

const pieceBytes = 256 * 1024

/**
 * Let a program on this machine read `source` by HTTP Range, at an address nobody can guess, until disposed. Nothing
 * of the recording touches the disk, and no more than one piece of 256 KiB for each request is held in memory. The
 * address stands on the command line of that program, which other users of the machine can read: to them it is closed.
 */
export async function serveOnce(source: ByteSource): Promise<ServedOnce> {
  const token = randomBytes(32).toString('base64url')
  const expected = Buffer.from(`/${token}`)
  const closing = new AbortController()

  const server = createServer((request, response) => {
    const asked = Buffer.from(request.url ?? '')
    if (asked.length !== expected.length || !timingSafeEqual(asked, expected)) {
      response.writeHead(404).end()
      return
    }
    // A reader that seeks simply hangs up; a source that fails is seen by the reader as a short body.
    isOfOwnUser(request.socket)
      .then((isOwn) => (isOwn ? answer(source, request, response, closing.signal) : void response.writeHead(403).end()))
      .catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the range endpoint has no port')

  return {
    url: `http://127.0.0.1:${address.port}/${token}`,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  source: ByteSource,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  const range = parseRange(request.headers.range, source.sizeBytes)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${source.sizeBytes}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: source.sizeBytes }
  response.writeHead(range === undefined ? 200 : 206, {
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'content-length': end - start,
    'content-type': 'application/octet-stream',
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${source.sizeBytes}` }),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }

  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const ended = AbortSignal.any([gone.signal, closing])
  for (let at = start; at < end && !ended.aborted; at += pieceBytes) {
    const piece = await source.read(at, Math.min(at + pieceBytes, end))
    if (!ended.aborted && !response.write(piece))
      await once(response, 'drain', { signal: ended }).catch(() => undefined)
  }
  response.end()
}
