// Viewers that take a recording at its own rate, all at once, from a process of their own: each asks for the bytes from
// somewhere on, as a browser does, reads ten seconds ahead and no further, and stalls when its next second is not there.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Ready } from './server-process.ts'

export type ViewersOptions = Readonly<{
  server: Ready
  /** The address of each. */
  paths: readonly string[]
  sizeBytes: number
  durationMs: number
  forMs: number
}>
export type ViewersResult = Readonly<{ stalls: number; stalledMs: number; worstStartMs: number; bytes: number }>

const options = JSON.parse(process.argv[2] ?? '{}') as ViewersOptions
const bytesPerMs = options.sizeBytes / options.durationMs
const aheadMs = 10_000
const stepMs = 1000

async function view(path: string, index: number) {
  const most = options.durationMs - options.forMs - aheadMs * 2
  const startByte = Math.floor(((index + 0.5) / options.paths.length) * most * bytesPerMs)
  const askedAt = performance.now()
  const sent = request({
    host: '127.0.0.1',
    port: options.server.port,
    path,
    headers: { cookie: options.server.cookie, range: `bytes=${startByte}-` },
  })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 206) throw new Error(`${path} answered ${response.statusCode}`)
  let bytes = 0
  let playedMs = 0
  let playsSince: number | undefined
  let worstStartMs = 0
  let stalls = 0
  let stalledMs = 0
  let stalledSince: number | undefined
  response.on('data', (piece: Uint8Array) => {
    bytes += piece.length
    if (bytes / bytesPerMs - playedMs > aheadMs) response.pause()
  })
  // The picture goes on in steps of a second; each needs its bytes.
  while (playedMs < options.forMs) {
    const isThere = bytes / bytesPerMs >= playedMs + stepMs
    const now = performance.now()
    if (!isThere) {
      if (playsSince !== undefined && stalledSince === undefined) {
        stalls += 1
        stalledSince = now
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
      continue
    }
    if (playsSince === undefined) worstStartMs = now - askedAt
    if (stalledSince !== undefined) stalledMs += now - stalledSince
    stalledSince = undefined
    playsSince ??= now
    playedMs += stepMs
    await new Promise((resolve) => setTimeout(resolve, stepMs))
    if (bytes / bytesPerMs - playedMs <= aheadMs) response.resume()
  }
  response.destroy()
  return { bytes, stalls, stalledMs, worstStartMs }
}

process.send?.({ begun: true })
const all = await Promise.all(options.paths.map(view))
const result: ViewersResult = {
  stalls: all.reduce((sum, { stalls }) => sum + stalls, 0),
  stalledMs: all.reduce((sum, { stalledMs }) => sum + stalledMs, 0),
  worstStartMs: Math.max(...all.map(({ worstStartMs }) => worstStartMs)),
  bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
}
process.send?.({ result }, () => process.exit(0))
