import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { type BenchServer, runChild, startServer } from './child.ts'
import { atLeast, atMost, besides, type Measured, median, round } from './figures.ts'
import type { UploadOptions } from './upload-client.ts'

const MiB = 1024 * 1024

/** Recordings received over loopback, against digesting and sealing the same bytes in memory; and memory of eight. */
export async function measureIngest(
  options: Readonly<{ rounds: number; sizeMiB: number; eachOfEightMiB: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile)
  const sizeBytes = options.sizeMiB * MiB
  const [baseline, whole, pieces]: [number[], number[], number[]] = [[], [], []]
  // The first round warms everything up and does not count.
  for (let round = 0; round <= options.rounds; round += 1) {
    const before = digestAndSeal(sizeBytes)
    const inOne = await upload(server, { uploads: 1, sizeBytes, patchBytes: sizeBytes, nonce: `one-${round}` })
    await server.ask('settle')
    const between = digestAndSeal(sizeBytes)
    const inPieces = await upload(server, { uploads: 1, sizeBytes, patchBytes: 8 * MiB, nonce: `pieces-${round}` })
    await server.ask('settle')
    if (round === 0) continue
    baseline.push(before, between)
    whole.push(inOne)
    pieces.push(inPieces)
  }
  const peak = await measureEight(server, options.eachOfEightMiB * MiB)
  const base = median(baseline)
  return {
    name: 'ingest',
    verdicts: [
      atLeast(`${options.sizeMiB} MiB in one request`, median(whole) / base, 0.7),
      besides(`${options.sizeMiB} MiB in requests of 8 MiB`, median(pieces) / base),
      ...(peak === undefined
        ? []
        : [atMost(`peak memory, eight of ${options.eachOfEightMiB} MiB at once`, peak.peakMiB, 300, 'MiB')]),
    ],
    figures: {
      rounds: options.rounds,
      baselineMBps: round(base),
      wholeMBps: round(median(whole)),
      piecesMBps: round(median(pieces)),
      idleMiB: peak === undefined ? null : round(peak.idleMiB),
      peakMiB: peak === undefined ? null : round(peak.peakMiB),
      eightMBps: peak === undefined ? null : round(peak.MBps),
    },
  }
}

/** MB/s of one thread that does nothing else: SHA-256 of the plain bytes, and ChaCha20-Poly1305 in chunks of 64 KiB. */
function digestAndSeal(sizeBytes: number): number {
  const noise = randomBytes(MiB)
  const key = randomBytes(32)
  const nonce = Buffer.alloc(12)
  const hash = createHash('sha256')
  const startedAt = performance.now()
  for (let chunk = 0; chunk < sizeBytes / 65_536; chunk += 1) {
    const at = (chunk * 65_536) % MiB
    const plain = noise.subarray(at, at + 65_536)
    hash.update(plain)
    nonce.writeUInt32BE(chunk, 4)
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
    cipher.update(plain)
    cipher.final()
    cipher.getAuthTag()
  }
  hash.digest()
  return sizeBytes / 1e6 / ((performance.now() - startedAt) / 1000)
}

async function upload(
  server: BenchServer,
  options: Omit<UploadOptions, 'server'>,
  begun?: () => void,
): Promise<number> {
  const result = await runChild('upload-client.ts', { server: server.ready, ...options }, begun)
  const { seconds } = result as { seconds: number }
  return (options.uploads * options.sizeBytes) / 1e6 / seconds
}

/** Resident memory of the server process, all its threads; undefined on a system that does not tell. */
async function measureEight(
  server: BenchServer,
  sizeBytes: number,
): Promise<{ idleMiB: number; peakMiB: number; MBps: number } | undefined> {
  const file = `/proc/${server.pid}/status`
  const read = async (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(await readFile(file, 'utf8'))?.[1]) / 1024
  try {
    const idleMiB = await read('VmRSS')
    // The peak so far was of passwords and earlier rounds; this forgets it (proc(5), clear_refs).
    await writeFile(`/proc/${server.pid}/clear_refs`, '5')
    const patchBytes = sizeBytes
    const MBps = await upload(server, { uploads: 8, sizeBytes, patchBytes, nonce: 'eight' })
    return { idleMiB, peakMiB: await read('VmHWM'), MBps }
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
      return undefined
    throw error
  }
}
