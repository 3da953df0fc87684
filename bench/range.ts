import { once } from 'node:events'
import { copyFile, open } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { runChild, startServer } from './child.ts'
import { atMost, besides, type Measured, percentile, round } from './figures.ts'

const MiB = 1024 * 1024

/** A Range of 1 MiB of a recording that is viewed, against the same Range of a plain file over the same server. */
export async function measureRange(
  options: Readonly<{ reads: number; sizeMiB: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile)
  const sizeBytes = options.sizeMiB * MiB
  await runChild('upload-client.ts', {
    server: server.ready,
    uploads: 1,
    sizeBytes,
    patchBytes: sizeBytes,
    nonce: 'range',
  })
  await server.ask('settle')
  const recordingId = await server.ask('viewable')
  const payload = String(await server.ask('payload-path', recordingId))
  // What it says does not matter, only that it is as long and lies beside it: the sealed bytes themselves.
  await copyFile(payload, join(server.ready.dataFolder, 'plain'))

  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const get = async (path: string, headers: Readonly<Record<string, string>>, body?: string, method = 'GET') => {
    const sent = request({
      host: '127.0.0.1',
      port: server.ready.port,
      agent,
      path,
      method: body === undefined ? method : 'POST',
      headers: { cookie: server.ready.cookie, ...headers },
    })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }
  const startViewing = await get(
    `/api/recordings/${String(recordingId)}/viewings`,
    { 'content-type': 'application/json' },
    JSON.stringify({ purpose: 'report', reference: 'PV-1', reason: 'to measure' }),
  )
  const started = JSON.parse(await textOf(startViewing)) as { mediaUrl?: string }
  if (started.mediaUrl === undefined) throw new Error(`no viewing: ${JSON.stringify(started)}`)

  const file = await open(payload)
  const times: Record<'sealed' | 'access' | 'plain' | 'disk', number[]> = {
    sealed: [],
    access: [],
    plain: [],
    disk: [],
  }
  const timeRange = async (path: string, start: number): Promise<number> => {
    const startedAt = performance.now()
    const response = await get(path, { range: `bytes=${start}-${start + MiB - 1}` })
    let bytes = 0
    response.on('data', (part: Uint8Array) => (bytes += part.length))
    await once(response, 'end')
    const took = performance.now() - startedAt
    if (response.statusCode !== 206 || bytes !== MiB) throw new Error(`${path} answered ${response.statusCode}`)
    return took
  }
  /** The same request for no bytes: session, viewing, recording and key. */
  const timeHead = async (path: string): Promise<number> => {
    const startedAt = performance.now()
    const response = await get(path, {}, undefined, 'HEAD')
    response.resume()
    await once(response, 'end')
    return performance.now() - startedAt
  }
  const buffer = Buffer.alloc(MiB)
  for (let read = -50; read < options.reads; read += 1) {
    const start = Math.floor(Math.random() * (sizeBytes - MiB))
    const sealed = await timeRange(started.mediaUrl, start)
    const plain = await timeRange('/bench/plain', start)
    const access = await timeHead(started.mediaUrl)
    const startedAt = performance.now()
    await file.read(buffer, 0, MiB, start)
    const disk = performance.now() - startedAt
    if (read < 0) continue // warming up
    times.sealed.push(sealed)
    times.plain.push(plain)
    times.access.push(access)
    times.disk.push(disk)
  }
  await file.close()
  agent.destroy()

  const p = (kind: keyof typeof times, share: number) => percentile(times[kind], share)
  return {
    name: 'range',
    verdicts: [
      atMost('1 MiB of a sealed recording over HTTP, p50', p('sealed', 0.5), 1.5, 'ms'),
      besides('the same, p95', p('sealed', 0.95), 'ms'),
      besides('of which finding session, viewing, recording and key, p50', p('access', 0.5), 'ms'),
      besides('p50 against a plain file over HTTP', p('sealed', 0.5) / p('plain', 0.5)),
      besides('p95 against a plain file over HTTP', p('sealed', 0.95) / p('plain', 0.95)),
    ],
    figures: {
      reads: options.reads,
      sealedP50Ms: round(p('sealed', 0.5)),
      sealedP95Ms: round(p('sealed', 0.95)),
      accessP50Ms: round(p('access', 0.5)),
      plainP50Ms: round(p('plain', 0.5)),
      plainP95Ms: round(p('plain', 0.95)),
      diskP50Ms: round(p('disk', 0.5)),
      diskP95Ms: round(p('disk', 0.95)),
    },
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const part of response) text += String(part)
  return text
}
