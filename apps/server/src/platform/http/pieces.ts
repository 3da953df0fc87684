import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { letGo } from '../memory/index.ts'

/**
 * Answer with these pieces, as fast as the client takes them, and let go of each once it was sent. When one cannot be
 * had the answer breaks off, so that it does not look whole; when the client hangs up, no more are asked for.
 */
export async function sendPieces(reply: FastifyReply, pieces: AsyncIterable<Uint8Array>): Promise<FastifyReply> {
  const { raw } = reply
  void reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(reply.statusCode)
  // What waits for its source hears at once that it is over.
  raw.once('close', () => {
    if (pieces instanceof Readable) pieces.destroy()
  })
  const send = (piece: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      raw.write(piece, (error) => {
        if (error) return reject(error)
        letGo(piece)
        resolve()
      })
    })
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    // The next is opened while the one before is sent.
    let last: Promise<void> = Promise.resolve()
    for (;;) {
      const next = await iterator.next()
      await last
      if (next.done === true) break
      last = send(next.value)
      last.catch(() => undefined)
    }
    raw.end()
  } catch {
    raw.destroy()
    await iterator.return?.()
  }
  return reply
}
