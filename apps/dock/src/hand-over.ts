import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Announcement, mostSidecarBytes } from '@getuige/contract'
import { ProofError, verifyReceipt } from '@getuige/proof'
import { AwayError, FileChangedError, ReceiptWrongError, RefusedError, toFailure } from './failures.ts'
import { decideNext } from './rules.ts'
import { send } from './send.ts'
import type { Server } from './server.ts'
import type { Stamp, State } from './state.ts'

export type HandOverDeps = Readonly<{
  folder: string
  camera: string
  /** What the clock of the camera showed, and ours at that moment, where it was told. */
  clocks: Readonly<{ cameraClock: string; dockClock: string }> | undefined
  vkey: string
  server: Server
  state: State
  patienceMs: number
  signal: AbortSignal
  sleep(ms: number, signal: AbortSignal): Promise<void>
  onStage(stage: Stage): void
}>

/** How far a file has come, for whoever watches. */
export type Stage = Readonly<
  | { at: 'digesting' | 'sending'; path: string; doneBytes: number; sizeBytes: number }
  | { at: 'waiting'; because: 'away' | 'refused' }
>

/** `had`: this file has its receipt, as in an earlier run. `known`: the same recording was received from elsewhere. */
export type HandedOver = 'had' | 'known' | 'received'

/**
 * One file, from here into the vault: its digest, every byte, the receipt. Returns once a receipt that fits the file as
 * it is now lies in the state folder. The file is only ever read. Throws whatever `toReason` explains.
 */
export async function handOver(deps: HandOverDeps, path: string): Promise<HandedOver> {
  const { state, server, vkey, signal } = deps
  await using file = await open(join(deps.folder, path), 'r')
  const stamp = await stampOf(file)
  const { sizeBytes } = stamp
  const knownDigest = state.findDigest(path, stamp)
  const sha256 = knownDigest ?? (await digest(deps, file, path, sizeBytes))
  if (knownDigest === undefined) {
    await requireUnchanged()
    await state.saveDigest(path, stamp, sha256)
  }

  const kept = await state.findReceipt(sha256)
  if (kept !== undefined && fits(kept, { vkey, sha256, sizeBytes })) {
    return knownDigest === undefined ? 'known' : 'had'
  }

  const known = await persist(deps, () => server.findReceipt(sha256))
  if (known === undefined) await upload()
  const receipt = known ?? (await persist(deps, requireReceipt))
  if (!fits(receipt, { vkey, sha256, sizeBytes })) throw new ReceiptWrongError()
  await requireUnchanged()
  await state.saveReceipt(sha256, receipt)
  await state.removeUpload(sha256)
  return known === undefined ? 'received' : 'known'

  async function requireUnchanged(): Promise<void> {
    const now = await stampOf(file)
    if (now.sizeBytes !== sizeBytes || now.mtimeNs !== stamp.mtimeNs) throw new FileChangedError()
  }

  async function requireReceipt(): Promise<string> {
    const receipt = await server.findReceipt(sha256)
    if (receipt === undefined) throw new RefusedError('ingest/not-received')
    return receipt
  }

  async function upload(): Promise<void> {
    const { camera } = deps
    let acknowledgedBytes = 0
    const announcement = { filename: basename(path), sha256, camera, ...deps.clocks } satisfies Announcement
    const attempt = async () => {
      const begun = await state.findUpload(sha256)
      await send({
        server,
        file,
        sizeBytes,
        announcement,
        beganAt: begun?.camera === camera ? begun.url : undefined,
        onBegun: (url) => state.saveUpload(sha256, { url, camera }),
        onProgress: (doneBytes, isAcknowledged) => {
          if (isAcknowledged) acknowledgedBytes = Math.max(acknowledgedBytes, doneBytes)
          deps.onStage({ at: 'sending', path, doneBytes, sizeBytes })
        },
        signal,
      })
    }
    try {
      await persist(deps, attempt, () => acknowledgedBytes)
    } catch (error) {
      // Our own last piece, whose answer was lost, or the same recording by another way: its receipt is there.
      if (error instanceof RefusedError && error.code === 'ingest/already-received') return
      if (error instanceof RefusedError && error.code === 'ingest/digest-mismatch') await requireUnchanged()
      if (error instanceof RefusedError) await state.removeUpload(sha256)
      throw error
    }
  }
}

/**
 * A file of places, to the recording that it lies beside: after that has its receipt, and not before. Returns once the
 * server has these bytes. Throws whatever `toReason` explains.
 */
export async function handOverSidecar(deps: HandOverDeps, path: string, of: string): Promise<HandedOver> {
  const { state, server } = deps
  const recordingId = await findReceived(deps, of)
  await using file = await open(join(deps.folder, path), 'r')
  const { sizeBytes } = await stampOf(file)
  if (sizeBytes > mostSidecarBytes) throw new RefusedError('sidecar/too-large')
  const bytes = await file.readFile()
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if ((await state.findSidecar(sha256)) === recordingId) return 'had'
  deps.onStage({ at: 'sending', path, doneBytes: 0, sizeBytes })
  await persist(deps, () => server.handOverSidecar(recordingId, basename(path), sha256, bytes))
  await state.saveSidecar(sha256, recordingId)
  return 'received'
}

/** The recording that the server made of this file, by the receipt that lies here. */
async function findReceived({ folder, state, vkey }: HandOverDeps, path: string): Promise<string> {
  await using file = await open(join(folder, path), 'r')
  const stamp = await stampOf(file)
  const sha256 = state.findDigest(path, stamp)
  const receipt = sha256 === undefined ? undefined : await state.findReceipt(sha256)
  if (sha256 === undefined || receipt === undefined || !fits(receipt, { vkey, sha256, sizeBytes: stamp.sizeBytes })) {
    throw new RefusedError('ingest/not-received')
  }
  return verifyReceipt(receipt, vkey).recordingId
}

/** Try again what may pass. Patience begins anew whenever the work got further than ever before. */
async function persist<T>(
  deps: Pick<HandOverDeps, 'patienceMs' | 'signal' | 'sleep' | 'onStage'>,
  attempt: () => Promise<T>,
  reached: () => number = () => 0,
): Promise<T> {
  let spent = { tries: 0, waitedMs: 0 }
  let furthest = reached()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      deps.signal.throwIfAborted()
      const failure = toFailure(error)
      if (failure === undefined) throw error
      if (reached() > furthest) spent = { tries: 0, waitedMs: 0 }
      furthest = Math.max(furthest, reached())
      const next = decideNext(failure, spent, deps.patienceMs)
      if (next.action === 'give-up') throw error
      if (spent.tries === 0) deps.onStage({ at: 'waiting', because: error instanceof AwayError ? 'away' : 'refused' })
      spent = { tries: spent.tries + 1, waitedMs: spent.waitedMs + next.delayMs }
      await deps.sleep(next.delayMs, deps.signal)
    }
  }
}

async function stampOf(file: FileHandle): Promise<Stamp> {
  const { size, mtimeNs } = await file.stat({ bigint: true })
  return { sizeBytes: Number(size), mtimeNs: mtimeNs.toString() }
}

async function digest(deps: HandOverDeps, file: FileHandle, path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256')
  const stream = file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1024 * 1024, signal: deps.signal })
  let doneBytes = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece)
    doneBytes += piece.length
    deps.onStage({ at: 'digesting', path, doneBytes, sizeBytes })
  }
  return hash.digest('hex')
}

type Expected = Readonly<{ vkey: string; sha256: string; sizeBytes: number }>

/** Is this the receipt of that corps for these very bytes? */
function fits(note: string, { vkey, sha256, sizeBytes }: Expected): boolean {
  try {
    const receipt = verifyReceipt(note, vkey)
    return receipt.sha256 === sha256 && receipt.sizeBytes === sizeBytes
  } catch (error) {
    if (error instanceof ProofError) return false
    throw error
  }
}
