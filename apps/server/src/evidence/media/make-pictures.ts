import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import { type Runner, TaskProblem, type TaskWork } from '#tasks'
import type { ObjectRow } from '#vault'
import type { Tx } from '#platform/database'
import type { ByteSource } from './byte-source.ts'
import type { MediaDeps } from './deps.ts'
import type { MediaFacts } from './media-facts.ts'
import { probe } from './probe.ts'
import { makeScrub } from './scrub.ts'
import { makeStoryboard } from './storyboard.ts'
import { makeWaveform } from './waveform.ts'

/** How much of the time the sheet takes, where there is sound as well: of an hour, two seconds in ten. */
const scrubShare = 0.2

/**
 * Make what helps to find a moment of a recording: the sheet for scrubbing and the waveform of its sound, from the sealed
 * object, or from its proxy where that gives the times; then the pictures of lists too. Of each, bytes first, then the
 * transaction that claims them; may run twice or stop anywhere.
 */
export async function makePictures(deps: MediaDeps, work: TaskWork): ReturnType<Runner> {
  const { db, engine, recordings, vault } = deps
  const { corpsId, recordingId, signal, report } = work
  const recording = await recordings.find(corpsId, recordingId)
  if (recording === undefined || hasErasureBegun(recording.state)) return {}
  const found = await findReadable(deps, recording, signal)
  if (found === undefined) return {}
  if (engine.name === 'none') throw new TaskProblem('no-engine')
  const { source, facts, failure, isProxy } = found

  const durationMs = facts.durationMs ?? 0
  const share = facts.video === null ? 0 : facts.audio === null ? 1 : scrubShare
  const claim = async (
    made: Partial<Record<'storyboard' | 'poster' | 'scrub' | 'waveform', Uint8Array>>,
    tell: (tx: Tx) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> => {
    // A store that could not be read says nothing of the recording: another time it may be whole.
    const cause = failure()
    if (cause !== undefined) throw cause
    const written: ObjectRow[] = []
    for (const kind of ['storyboard', 'poster', 'scrub', 'waveform'] as const) {
      const plain = made[kind]
      const object =
        plain === undefined ? undefined : await vault.writeDerived(db.of(corpsId), recordingId, corpsId, kind, plain)
      if (object !== undefined) written.push(object)
    }
    const claiming = db.of(corpsId).transaction()
    await claiming.execute(async (tx) => {
      const locked = await recordings.lock(tx, corpsId, recordingId)
      if (hasErasureBegun(locked.state) || written.length === 0) return
      for (const object of written) await vault.claim(tx, object)
      await tell(tx)
    })
  }
  if (isProxy) {
    const pictures = await makeStoryboard(engine, source, facts, signal)
    if ('storyboard' in pictures) {
      const { storyboard, poster } = pictures
      await claim({ storyboard, poster }, (tx) => recordings.tellStoryboard(tx, recordingId))
    }
  }

  // At once: nobody who wants the sheet waits for the sound.
  const scrub =
    facts.video === null || durationMs === 0
      ? undefined
      : await makeScrub(engine, source, { ...facts.video, durationMs }, signal, (part) => report(part * share))
  if (scrub !== undefined) {
    await claim({ scrub: scrub.jpeg }, (tx) => recordings.tellScrub(tx, recordingId, scrub.sheet))
  }
  report(share)
  const waveform =
    facts.audio === null
      ? new Uint8Array()
      : durationMs === 0
        ? undefined
        : await makeWaveform(engine, source, durationMs, signal, (part) => report(share + part * (1 - share)))
  if (waveform !== undefined) await claim({ waveform })
  if (scrub === undefined && (waveform?.length ?? 0) === 0) throw failure() ?? new TaskProblem('not-decodable')
  // A proxy that was made meanwhile may have other times.
  const now = await recordings.find(corpsId, recordingId)
  return now?.proxy?.givesTimes === true && !isProxy ? makePictures(deps, work) : {}
}

type Readable = Readonly<{ source: ByteSource; facts: MediaFacts; isProxy: boolean; failure(): Error | undefined }>

/** The original where it has pictures or sound at known times, else its proxy; undefined where neither has. */
async function findReadable(
  { db, vault }: MediaDeps,
  recording: RegisteredRecording,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  const { proxy } = recording
  const kinds =
    proxy === null ? (['payload'] as const) : proxy.givesTimes ? (['proxy'] as const) : (['payload', 'proxy'] as const)
  for (const kind of kinds) {
    const sealed = await vault.find(db.of(recording.corpsId), recording.id, kind)
    if (sealed === undefined) continue
    const readable = watchReads(sealed)
    const facts = await probe(readable.source, signal)
    if (facts.video !== null || facts.audio !== null) return { ...readable, facts, isProxy: kind === 'proxy' }
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
