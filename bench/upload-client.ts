// Uploads padded recordings by tus, all at once, from a process of its own. Answers the seconds from the first byte to
// the last acknowledgement.
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { padRecording, type PaddedRecording } from './padded-recording.ts'
import type { Ready } from './server-process.ts'

export type UploadOptions = Readonly<{
  server: Ready
  uploads: number
  sizeBytes: number
  /** How much one PATCH carries. */
  patchBytes: number
  nonce: string
}>

const { server, uploads, sizeBytes, patchBytes, nonce } = JSON.parse(process.argv[2] ?? '{}') as UploadOptions
const agent = new Agent({ keepAlive: true })

async function send(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>>,
  body: Iterable<Uint8Array> = [],
): Promise<IncomingMessage> {
  const sent = request({
    host: '127.0.0.1',
    port: server.port,
    agent,
    method,
    path,
    headers: { cookie: server.cookie, 'tus-resumable': '1.0.0', ...headers },
  })
  const answered = once(sent, 'response')
  for (const piece of body) if (!sent.write(piece)) await Promise.race([once(sent, 'drain'), answered])
  sent.end()
  const [response] = (await answered) as [IncomingMessage]
  response.setEncoding('utf8')
  let text = ''
  for await (const part of response) text += String(part)
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`)
  return response
}

async function upload(recording: PaddedRecording): Promise<void> {
  const fields = { filename: 'bench.mp4', sha256: recording.sha256, camera: server.cameraSerial }
  const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
  const created = await send('POST', '/api/uploads', {
    'upload-length': recording.sizeBytes,
    'upload-metadata': metadata.join(','),
    'content-length': 0,
  })
  const path = created.headers.location ?? ''
  for (let at = 0; at < recording.sizeBytes; at += patchBytes) {
    const end = Math.min(at + patchBytes, recording.sizeBytes)
    const headers = {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': at,
      'content-length': end - at,
    }
    await send('PATCH', path, headers, recording.pieces(at, end))
  }
}

const recordings = await Promise.all(
  Array.from({ length: uploads }, (_, index) => padRecording(sizeBytes, server.cameraSerial, `${nonce}-${index}`)),
)
process.send?.({ begun: true })
const startedAt = performance.now()
await Promise.all(recordings.map(upload))
const seconds = (performance.now() - startedAt) / 1000
agent.destroy()
process.send?.({ result: { seconds } }, () => process.exit(0))
