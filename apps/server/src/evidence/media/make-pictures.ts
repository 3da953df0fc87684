import type { ScrubSheet } from '@getuige/contract'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import { type Runner, TaskProblem, type TaskWork } from '#tasks'
import type { ByteSource } from './byte-source.ts'
import type { MediaDeps } from './deps.ts'
import type { MediaFacts } from './media-facts.ts'
import { probe } from './probe.ts'
import { makeScrub } from './scrub.ts'
import { makeWaveform } from './waveform.ts'

/** How much of the time the sheet takes, where there is sound as well: of an hour, two seconds in ten. */
const scrubShare = 0.2

/**
 * Make what helps to find a moment of a recording: the sheet for scrubbing and the waveform of its sound, from the sealed
 * object, or from its proxy where the original cannot be read. Of each, bytes first, then the transaction that claims
 * them; may run twice or stop anywhere.
 */
export async function makePictures(deps: MediaDeps, work: TaskWork): ReturnType<Runner> {
  const { db, engine, recordings, vault } = deps
  const { corpsId, recordingId, signal, report } = work
  const recording = await recordings.find(corpsId, recordingId)
  if (recording === undefined || hasErasureBegun(recording.state)) return {}
  const found = await findReadable(deps, recording, signal)
  if (found === undefined) return {}
  if (engine.name === 'none') throw new TaskProblem('no-engine')
  const { source, facts, failure } = found

  const durationMs = facts.durationMs ?? 0
  const share = facts.video === null ? 0 : facts.audio === null ? 1 : scrubShare
  const claim = async (kind: 'scrub' | 'waveform', plain: Uint8Array, scrub?: ScrubSheet): Promise<void> => {
    // A store that could not be read says nothing of the recording: another time it may be whole.
    const cause = failure()
    if (cause !== undefined) throw cause
    const written = await vault.writeDerived(db.of(corpsId), recordingId, corpsId, kind, plain)
    const claiming = db.of(corpsId).transaction()
    await claiming.execute(async (tx) => {
      const locked = await recordings.lock(tx, corpsId, recordingId)
      if (hasErasureBegun(locked.state) || written === undefined) return
      await vault.claim(tx, written)
      if (scrub !== undefined) await recordings.tellScrub(tx, recordingId, scrub)
    })
  }

  // At once: nobody who wants the sheet waits for the sound.
  const scrub =
    facts.video === null || durationMs === 0
      ? undefined
      : await makeScrub(engine, source, { ...facts.video, durationMs }, signal, (part) => report(part * share))
  if (scrub !== undefined) await claim('scrub', scrub.jpeg, scrub.sheet)
  report(share)
  const waveform =
    facts.audio === null
      ? new Uint8Array()
      : durationMs === 0
        ? undefined
        : await makeWaveform(engine, source, durationMs, signal, (part) => report(share + part * (1 - share)))
  if (waveform !== undefined) await claim('waveform', waveform)
  if (scrub === undefined && (waveform?.length ?? 0) === 0) throw failure() ?? new TaskProblem('not-decodable')
  return {}
}

type Readable = Readonly<{ source: ByteSource; facts: MediaFacts; failure(): Error | undefined }>

/** The original where it has pictures or sound that can be read, else its proxy; undefined where neither has. */
async function findReadable(
  { db, vault }: MediaDeps,
  recording: RegisteredRecording,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  for (const kind of ['payload', ...(recording.proxy === null ? [] : ['proxy' as const])] as const) {
    const sealed = await vault.find(db.of(recording.corpsId), recording.id, kind)
    if (sealed === undefined) continue
    const readable = watchReads(sealed)
    const facts = await probe(readable.source, signal)
    if (facts.video !== null || facts.audio !== null) return { ...readable, facts }
  }
  return undefined
}

/** Programs that are served the bytes see only that they end; here it is kept why. */
function watchReads(source: ByteSource): Pick<Readable, 'source' | 'failure'> {
  let failure: Error | undefined
  const read: ByteSource['read'] = (start, end) =>
    source.read(start, end).catch((error: unknown) => {
      failure ??= error instanceof Error ? error : new Error('the recording could not be read', { cause: error })
      throw error
    })
  return { source: { sizeBytes: source.sizeBytes, read }, failure: () => failure }
}
