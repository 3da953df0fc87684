import { createHash } from 'node:crypto'
import { toHex } from '@getuige/base'
import type { DamagedPart, ProxyFacts } from '@getuige/contract'
import { nothingToRecord } from '#custody'
import type { RegisteredRecording } from '#recordings'
import { type Runner, type TaskState, type TaskWork, TaskProblem } from '#tasks'
import type { Append, PlainSource } from '#vault'
import type { Tx } from '#platform/database'
import type { ByteSource } from './byte-source.ts'
import type { CodecEngine } from './codec-engine.ts'
import { type Coding, streamOf } from './gathered.ts'
import type { MediaDeps } from './deps.ts'
import { lostTimes } from './lost-times.ts'
import type { MediaFacts } from './media-facts.ts'
import { probe } from './probe.ts'
import { findReferences, gatherAvc, gatherHevc, ownReferences, type Reference } from './reconstruct.ts'
import { muxer, remux, type Remux, type Remuxed } from './remux.ts'
import { decideRendition, type RenditionDecision } from './rules.ts'
import { findFfmpegVersion, optionsOf, transcode, transcodeStream } from './transcode.ts'

/**
 * Make what browsers play in the place of a recording, once: from the sealed object, sealed as it is written, with
 * nothing plain on a disk. The recording itself stays as it is. Object first, then one transaction that claims it; may
 * run twice or stop anywhere. Custody: `proxy-made`.
 */
export async function makeProxy(deps: MediaDeps, work: TaskWork): Promise<Awaited<ReturnType<Runner>>> {
  const { custody, db, engine, recordings, vault } = deps
  const { corpsId, recordingId, signal } = work
  const reader = db.of(corpsId)
  const recording = await recordings.find(corpsId, recordingId)
  if (recording?.state !== 'viewable' || recording.rendition === 'direct' || recording.rendition === 'proxy') return {}
  const source = await vault.find(reader, recordingId, 'payload')
  if (source === undefined) throw new TaskProblem('erased')

  const facts = await probe(source, signal)
  const decision = decideRendition(facts, engine.name)
  if (decision.rendition !== 'proxy') {
    await settle(deps, work, decision.rendition)
    if (decision.rendition === 'direct') return {}
    throw new TaskProblem(decision.because === 'no-engine' ? 'no-engine' : 'not-decodable')
  }
  const own = decision.method === 'reconstructed' ? await ownReferences(source, facts) : []
  const isLost = decision.method === 'reconstructed' && own.length === 0
  const references = isLost ? await findReferences(deps, recording, signal) : own
  const making = { deps, source, facts, references, work }
  const ways = waysOf(decision, engine, references)
  for (const way of ways) {
    const proxy = await makeBy(way, making, way === ways.at(-1))
    if (proxy === null) continue
    await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
      await deps.tasks.requireRunning(tx, work.taskId) // whoever cancels takes the same lock
      const locked = await recordings.lock(tx, corpsId, recordingId)
      // Another run was first, or erasure was: nothing is claimed, and the object is swept.
      if (locked.state !== 'viewable' || locked.rendition === 'proxy') return nothingToRecord
      await vault.claim(tx, proxy.object)
      const { givesTimes, durationMs, videoCodec } = proxy.facts
      const lostMs = proxy.facts.method === 'reconstructed' ? [0] : proxy.jumpsMs
      await recordings.tellRendition(tx, recordingId, {
        rendition: 'proxy',
        proxy: proxy.facts,
        ...(lostMs.length > 0 ? { damages: withLostTimes(locked, lostMs) } : {}),
        ...(givesTimes ? { durationMs } : {}),
      })
      // The original could not give them, or not by these times.
      const lacksPictures = givesTimes || (videoCodec !== null && locked.scrub === null)
      if (lacksPictures && engine.name !== 'none') {
        await deps.tasks.ask(tx, { corpsId, recordingId, kind: 'pictures', askedBy: null, input: null })
      }
      const { method, sizeBytes, sha256, madeBy } = proxy.facts
      // What fsck holds the row of the object against.
      const payloadSha256 = toHex(proxy.object.payloadSha256)
      const parametersOf = proxy.reference?.recordingId
      return record({
        type: 'proxy-made',
        recordingId,
        details: {
          method,
          sizeBytes,
          sha256,
          payloadSha256,
          madeBy,
          ...(givesTimes ? { durationMs } : {}),
          ...(parametersOf == null ? {} : { parametersOf }),
        },
      })
    })
    return {}
  }
  const lacksEngine = references.some(({ coding }) => coding === 'hevc') && !ways.includes('gathered-by-ffmpeg')
  throw new TaskProblem(lacksEngine ? 'no-engine' : 'not-decodable')
}

/** Nothing says when each of its pictures was taken from there on, such as from its beginning. */
const withLostTimes = (
  { damages }: Pick<RegisteredRecording, 'damages'>,
  fromMs: readonly number[],
): readonly DamagedPart[] => [...damages.filter(({ kind }) => kind !== 'timing-lost'), ...lostTimes(fromMs)]

/** How many are asked for in one night: the newest of today must not wait behind all of them. */
const mostEachNight = 500

/**
 * Have recordings that were probed by an earlier version played and pictured too, where they can be: each is asked for
 * once. May run twice or stop anywhere.
 */
export async function askMissing(
  { tasks, db, engine, recordings }: Pick<MediaDeps, 'tasks' | 'db' | 'engine' | 'recordings'>,
  signal: AbortSignal,
): Promise<number> {
  const waiting = await recordings.listWithoutRendition(mostEachNight)
  for (const { corpsId, id: recordingId } of waiting) {
    signal.throwIfAborted()
    await db
      .of(corpsId)
      .transaction()
      .execute(async (tx) => {
        const locked = await recordings.lock(tx, corpsId, recordingId)
        if (locked.state !== 'viewable' || locked.rendition !== null) return
        await recordings.tellRendition(tx, recordingId, { rendition: 'making', proxy: null })
        const asked = { corpsId, recordingId, askedBy: null, input: null }
        await tasks.ask(tx, { ...asked, kind: 'proxy' })
        const hasSomething = (locked.facts?.video ?? locked.facts?.audio ?? null) !== null
        if (hasSomething && engine.name !== 'none') await tasks.ask(tx, { ...asked, kind: 'pictures' })
      })
  }
  return waiting.length
}

export type ProxyTask = Pick<TaskWork, 'corpsId' | 'recordingId'>

/** For the tasks: while one waits or runs a proxy is being made, and when one ended without any there is none. */
export async function tellProxyTask(
  { recordings }: Pick<MediaDeps, 'recordings'>,
  tx: Tx,
  { corpsId, recordingId }: ProxyTask,
  state: TaskState,
): Promise<void> {
  if (state === 'done') return
  const recording = await recordings.lock(tx, corpsId, recordingId)
  if (recording.state !== 'viewable' || recording.rendition === 'direct' || recording.rendition === 'proxy') return
  const rendition = state === 'waiting' || state === 'running' ? 'making' : 'none'
  await recordings.tellRendition(tx, recordingId, { rendition, proxy: null })
}

async function settle(
  { db, recordings }: MediaDeps,
  { corpsId, recordingId }: TaskWork,
  rendition: 'direct' | 'none',
): Promise<void> {
  await db
    .of(corpsId)
    .transaction()
    .execute(async (tx) => {
      const locked = await recordings.lock(tx, corpsId, recordingId)
      if (locked.state === 'viewable') await recordings.tellRendition(tx, recordingId, { rendition, proxy: null })
    })
}

type Way = 'packets' | 'packets-by-ffmpeg' | 'pictures-by-ffmpeg' | 'gathered' | 'gathered-by-ffmpeg'

/** What is tried, in this order, until something comes of it: as it is before anew. */
export function waysOf(
  decision: Extract<RenditionDecision, { rendition: 'proxy' }>,
  engine: Pick<CodecEngine, 'name'>,
  references: readonly Pick<Reference, 'coding'>[],
): readonly Way[] {
  const byFfmpeg = engine.name === 'ffmpeg'
  if (decision.method === 'reconstructed') {
    if (!byFfmpeg) return ['gathered']
    // What its camera makes now is looked for first.
    const isHevc = references[0]?.coding === 'hevc'
    return isHevc ? ['gathered-by-ffmpeg', 'gathered'] : ['gathered', 'gathered-by-ffmpeg']
  }
  if (decision.method === 'encoded') return byFfmpeg ? ['pictures-by-ffmpeg'] : []
  const packets = decision.sound === 'copied' ? (['packets'] as const) : []
  return byFfmpeg ? [...packets, 'packets-by-ffmpeg', 'pictures-by-ffmpeg'] : packets
}

export const methods: Readonly<Record<Way, ProxyFacts['method']>> = {
  packets: 'remuxed',
  'packets-by-ffmpeg': 'remuxed',
  'pictures-by-ffmpeg': 'encoded',
  gathered: 'reconstructed',
  'gathered-by-ffmpeg': 'reconstructed',
}

type Making = Readonly<{
  deps: MediaDeps
  source: PlainSource
  facts: MediaFacts
  references: readonly Reference[]
  work: TaskWork
}>

const minuteMs = 60_000

/** However slow this machine is, and however long the recording says it is: shorter than what waits unclaimed is kept. */
const limitOf = ({ durationMs }: MediaFacts): number =>
  Math.min(10 * 60 * minuteMs, 30 * minuteMs + (durationMs ?? 60 * minuteMs) * 30)

async function makeBy(way: Way, making: Making, isLast: boolean) {
  const { facts, work } = making
  const tooLong = AbortSignal.timeout(limitOf(facts))
  const signal = AbortSignal.any([work.signal, tooLong])
  try {
    return await makeWithin(way, making, isLast, signal)
  } catch (error) {
    work.signal.throwIfAborted()
    if (tooLong.aborted) throw new TaskProblem('took-too-long', { cause: error })
    throw error
  }
}

async function makeWithin(
  way: Way,
  { deps, source, facts, references, work }: Making,
  isLast: boolean,
  signal: AbortSignal,
) {
  const { clock, db, engine, vault } = deps
  const { corpsId, recordingId } = work
  // Most of the work is to read, decode and encode; then what was made is written in its place.
  const tell = (atMs: number) => work.report(Math.min(0.95, (0.95 * atMs) / Math.max(1, facts.durationMs ?? atMs * 2)))
  let made: Remuxed | null = null
  await using samples = await vault.setAside(async (write) => {
    made = await runWay(way, { engine, source, facts, references, write, tell }, signal)
  })
  const remuxed = made as Remuxed | null
  if (remuxed === null || !isEnough(remuxed, facts, isLast)) return null

  const sha256 = createHash('sha256')
  const object = await vault.writeDerivedStream(db.of(corpsId), recordingId, corpsId, 'proxy', async (append) => {
    const write: Append = (piece) => {
      sha256.update(piece)
      return append(piece)
    }
    await write(remuxed.head)
    for (let at = 0; at < samples.sizeBytes; at += pieceBytes) {
      signal.throwIfAborted()
      await write(await samples.read(at, Math.min(at + pieceBytes, samples.sizeBytes)))
      work.report(0.95 + (0.05 * at) / samples.sizeBytes)
    }
    await write(remuxed.tail)
  })
  if (object === undefined) throw new TaskProblem('erased')
  const coding = codings[way]
  const reference = references.find((one) => one.coding === coding) ?? null
  const proxyFacts: ProxyFacts = {
    method: methods[way],
    videoCodec: remuxed.videoCodec,
    audioCodec: remuxed.audioCodec,
    heightPx: remuxed.heightPx,
    framesPerSecond: remuxed.framesPerSecond,
    durationMs: remuxed.durationMs,
    givesTimes: facts.durationMs === null || remuxed.jumpsMs.length > 0,
    sizeBytes: object.plainBytes,
    sha256: sha256.digest('hex'),
    madeBy: await nameMaker(way, engine, reference),
    madeAt: clock.now().toISOString(),
  }
  return { object, facts: proxyFacts, reference, jumpsMs: remuxed.jumpsMs }
}

const pieceBytes = 4 * 1024 * 1024

type Run = Readonly<{
  engine: CodecEngine
  source: ByteSource
  facts: MediaFacts
  references: readonly Reference[]
  write: Append
  tell: (atMs: number) => void
}>

/** Null when nothing came of it. */
export async function runWay(way: Way, run: Run, signal: AbortSignal): Promise<Remuxed | null> {
  const { engine, source, facts, references, write, tell } = run
  if (way === 'packets') return remux({ from: source, write, tell }, signal)
  if (way === 'gathered') {
    const gathered = await gatherAvc(source, references, signal)
    return gathered === null ? null : remux({ from: source, gathered, write, tell }, signal)
  }
  if (engine.ffmpegPath === null) return null
  const limitMs = limitOf(facts)
  if (way === 'gathered-by-ffmpeg') {
    const gathered = await gatherHevc(source, references, signal)
    if (gathered === null) return null
    const { framesPerSecond, rotation } = gathered
    const bare = streamOf(gathered, (start, end) => source.read(start, end))
    const stream = transcodeStream(engine.ffmpegPath, bare, { framesPerSecond, limitMs }, signal)
    return writeOut(stream, { rotation, write, tell }, signal)
  }
  const pictures = picturesOf(way)
  const stream = transcode(engine.ffmpegPath, source, { pictures, limitMs }, signal)
  const rotation = pictures === 'copied' && facts.video !== null ? { rotation: facts.video.rotation } : {}
  return writeOut(stream, { ...rotation, write, tell }, signal)
}

async function writeOut(
  stream: AsyncGenerator<Uint8Array, void, void>,
  work: Omit<Remux, 'from'>,
  signal: AbortSignal,
): Promise<Remuxed | null> {
  try {
    return await remux({ from: stream, ...work }, signal)
  } finally {
    await stream.return()
  }
}

/** Of which coding pictures are gathered. */
const codings: Readonly<Partial<Record<Way, Coding>>> = { gathered: 'avc', 'gathered-by-ffmpeg': 'hevc' }

const picturesOf = (way: Way) => (way === 'packets-by-ffmpeg' ? 'copied' : 'encoded')

/**
 * A file that nothing is wrong with is whole in its proxy too; of any other, what can be played is played. Where a stream
 * lost its place our parser ends, and what is tried after it (`isLast`: nothing is) may find the rest.
 */
export function isEnough(
  made: Remuxed,
  { container, video, durationMs, damage }: MediaFacts,
  isLast: boolean,
): boolean {
  if (video !== null && made.pictures === 0) return false
  if (made.isPartial && container === 'mpeg-ts' && !isLast) return false
  const isCommon = made.videoCodec === null || made.videoCodec === 'avc'
  // Where clocks were set anew, what a file says of its length means nothing.
  const isAnyLength = damage !== 'none' || durationMs === null || made.jumpsMs.length > 0
  return isCommon && !made.changesSize && (isAnyLength || made.durationMs >= durationMs * 0.95 - 500)
}

async function nameMaker(way: Way, { ffmpegPath }: CodecEngine, reference: Reference | null): Promise<string> {
  // By their digest: whoever may know of this recording may not know of the other one of its camera.
  const digest = reference && createHash('sha256').update(reference.description).digest('hex')
  const parameters = digest === null ? '' : `; parameters of its camera, SHA-256 ${digest}`
  if (way === 'packets' || way === 'gathered' || ffmpegPath === null) return `${muxer}${parameters}`
  return `ffmpeg ${await findFfmpegVersion(ffmpegPath)}: ${optionsOf(picturesOf(way))}; ${muxer}${parameters}`
}
