import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type BenchServer, runChild, startServer } from './child.ts'
import { atLeast, atMost, besides, type Measured, median, round } from './figures.ts'
import { type Memory, watchMemory } from './memory.ts'

const MiB = 1024 * 1024

/** A package fetched to a file, against `cp` of that file to the same disk; and the memory of the server meanwhile. */
export async function measureExport(
  options: Readonly<{ rounds: number; sizeMiB: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile)
  const sizeBytes = options.sizeMiB * MiB
  const recording = { uploads: 1, sizeBytes, patchBytes: sizeBytes, nonce: 'export' }
  await runChild('upload-client.ts', { server: server.ready, ...recording })
  await server.ask('settle')
  const recordingId = String(await server.ask('viewable'))
  const [copied, exported] = [join(server.ready.dataFolder, 'copied'), join(server.ready.dataFolder, 'exported')]

  const rates: Record<'copy' | 'export', number[]> = { copy: [], export: [] }
  let memory: Memory | undefined
  for (let n = 0; n < options.rounds; n += 1) {
    const startedAt = performance.now()
    const [, watched] = await watchMemory(server.pid, () => fetchPackage(server, recordingId, exported))
    await sync(exported)
    const { size } = await stat(exported)
    rates.export.push(size / 1e6 / ((performance.now() - startedAt) / 1000))
    if (watched !== undefined && watched.peakMiB > (memory?.peakMiB ?? 0)) memory = watched
    rates.copy.push(await copy(exported, copied, size))
    await Promise.all([rm(copied), rm(exported)])
  }
  return {
    name: 'export',
    verdicts: [
      atLeast(`a package of ${options.sizeMiB} MiB against cp`, median(rates.export) / median(rates.copy), 0.6),
      ...(memory === undefined
        ? []
        : [
            atMost('memory that it takes', memory.peakMiB - memory.beforeMiB, 150, 'MiB'),
            besides('peak memory of the server', memory.peakMiB, 'MiB'),
          ]),
    ],
    figures: { rounds: options.rounds, exportMBps: round(median(rates.export)), copyMBps: round(median(rates.copy)) },
  }
}

/** MB/s, with the bytes on the disk at the end, as with the package. */
async function copy(from: string, to: string, sizeBytes: number): Promise<number> {
  const startedAt = performance.now()
  const [code] = (await once(spawn('cp', [from, to], { stdio: 'inherit' }), 'exit')) as [number]
  if (code !== 0) throw new Error(`cp ended with exit code ${code}`)
  await sync(to)
  return sizeBytes / 1e6 / ((performance.now() - startedAt) / 1000)
}

async function sync(file: string): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.sync()
}

async function fetchPackage({ ready, ask }: BenchServer, recordingId: string, to: string): Promise<void> {
  const address = `http://127.0.0.1:${ready.port}`
  const asked = await fetch(`${address}/api/recordings/${recordingId}/exports`, {
    method: 'POST',
    headers: { cookie: ready.cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ purpose: 'report', reference: 'PV-1', recipient: 'Parket', reason: 'to measure' }),
  })
  const { approvalId } = (await asked.json()) as { approvalId?: string }
  if (approvalId === undefined) throw new Error(`no package: ${asked.status}`)
  const downloadUrl = await ask('approve', approvalId)
  const sent = request(`${address}${String(downloadUrl)}`, { headers: { cookie: ready.cookie } })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`the package was answered ${response.statusCode}`)
  await pipeline(response, createWriteStream(to, { highWaterMark: MiB }))
}
