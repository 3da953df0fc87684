import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { measureAgePipe } from './age-pipe.ts'
import { type BenchServer, runChild, startServer } from './child.ts'
import { atLeast, atMost, besides, type Measured, median, round } from './figures.ts'
import { cpuSeconds, watchMemory } from './memory.ts'
import type { UploadOptions } from './upload-client.ts'

const MiB = 1024 * 1024

/** Recordings received over loopback, against digesting and sealing the same bytes in memory; and memory of eight. */
export async function measureIngest(
  options: Readonly<{ rounds: number; sizeMiB: number; eachOfEightMiB: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile)
  const sizeBytes = options.sizeMiB * MiB
  const [baseline, whole, pieces, draft]: [number[], number[], number[], number[]] = [[], [], [], []]
  /** Seconds of processor for one recording. */
  const [ofAge, ofHttp, ofDraft]: [number[], number[], number[]] = [[], [], []]
  // The first round warms everything up and does not count.
  for (let round = 0; round <= options.rounds; round += 1) {
    const before = digestAndSeal(sizeBytes)
    const cpuBefore = await cpuSeconds(server.pid)
    const inOne = await upload(server, { uploads: 1, sizeBytes, patchBytes: sizeBytes, nonce: `one-${round}` })
    const cpuAfter = await cpuSeconds(server.pid)
    await server.ask('settle')
    const age = await measureAgePipe(sizeBytes)
    const drafted = (await server.ask('draft', sizeBytes)) as { seconds: number; cpuSeconds: number }
    const between = digestAndSeal(sizeBytes)
    const inPieces = await upload(server, { uploads: 1, sizeBytes, patchBytes: 8 * MiB, nonce: `pieces-${round}` })
    await server.ask('settle')
    if (round === 0) continue
    baseline.push(before, between)
    whole.push(inOne)
    draft.push(sizeBytes / 1e6 / drafted.seconds)
    ofDraft.push(drafted.cpuSeconds)
    if (cpuBefore !== undefined && cpuAfter !== undefined) ofHttp.push(cpuAfter - cpuBefore)
    if (age !== undefined) ofAge.push(age)
    pieces.push(inPieces)
  }
  const peak = await measureEight(server, options.eachOfEightMiB * MiB)
  const base = median(baseline)
  return {
    name: 'ingest',
    verdicts: [
      atLeast(`${options.sizeMiB} MiB in one request`, median(whole) / base, 0.8),
      besides(`${options.sizeMiB} MiB in requests of 8 MiB`, median(pieces) / base),
      atLeast('digested, sealed and written, without HTTP', median(draft) / base, 0.8),
      ...(ofAge.length === 0
        ? []
        : [
            atLeast('bytes per CPU-second against age -e | sha256sum', median(ofAge) / median(ofDraft), 0.9),
            ...(ofHttp.length === 0 ? [] : [besides('the same, received over HTTP', median(ofAge) / median(ofHttp))]),
          ]),
      ...(peak === undefined
        ? []
        : [atMost(`peak memory, eight of ${options.eachOfEightMiB} MiB at once`, peak.peakMiB, 300, 'MiB')]),
    ],
    figures: {
      rounds: options.rounds,
      baselineMBps: round(base),
      draftMBps: round(median(draft)),
      ageCpuSeconds: ofAge.length === 0 ? null : round(median(ofAge)),
      draftCpuSeconds: round(median(ofDraft)),
      httpCpuSeconds: ofHttp.length === 0 ? null : round(median(ofHttp)),
      wholeMBps: round(median(whole)),
      piecesMBps: round(median(pieces)),
      idleMiB: peak === undefined ? null : round(peak.beforeMiB),
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

async function measureEight(server: BenchServer, sizeBytes: number) {
  const eight = { uploads: 8, sizeBytes, patchBytes: sizeBytes, nonce: 'eight' }
  const [MBps, memory] = await watchMemory(server.pid, () => upload(server, eight))
  return memory === undefined ? undefined : { ...memory, MBps }
}
