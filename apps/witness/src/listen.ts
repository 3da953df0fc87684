import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { addCheckpointPath, treeSizeType } from '@getuige/proof'
import type { Answer, Witness } from './witness.ts'

/** 63 lines of proof and a checkpoint with many signatures are far shorter. */
const maxBodyBytes = 32 * 1024
const requestTimeoutMs = 10_000

/** `POST /add-checkpoint` and nothing else. Who asks, and for what, is written nowhere. */
export async function listen(witness: Witness, address: Readonly<{ host: string; port: number }>): Promise<Server> {
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => {
      void respond(witness, request, response)
    },
  )
  server.maxConnections = 64
  server.setTimeout(6 * requestTimeoutMs)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, resolve)
  })
  return server
}

async function respond(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== `/${addCheckpointPath}`) return send(response, 404, 'there is nothing here')
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    return send(response, 405, 'this takes POST alone')
  }
  const body = await readBody(request).catch(() => undefined)
  if (body === undefined) return // the connection broke off
  if (body === 'too-large') {
    response.setHeader('connection', 'close')
    return send(response, 413, 'the request is too large')
  }
  if (body === 'not-text') return send(response, 400, 'the request is not UTF-8')
  sendAnswer(response, await witness.addCheckpoint(body.text))
}

function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (answer.status === 200) return send(response, 200, answer.line, '')
  if (answer.status === 409 && answer.because === 'another-size') {
    response.setHeader('content-type', treeSizeType)
    response.writeHead(409).end(`${answer.size}\n`)
    return
  }
  send(response, answer.status, answer.reason)
}

function send(response: ServerResponse, status: number, text: string, end = '\n'): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.writeHead(status).end(text + end)
}

async function readBody(request: IncomingMessage): Promise<{ text: string } | 'too-large' | 'not-text'> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > maxBodyBytes) return 'too-large'
    parts.push(part)
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts)) }
  } catch {
    return 'not-text'
  }
}
