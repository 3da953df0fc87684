import {
  addPeriod,
  type CorpsId,
  newId,
  type PersonActor,
  type RecordingId,
  type SessionId,
  type ViewingId,
} from '@getuige/base'
import { resolveLaw } from '@getuige/law'
import { nothingToRecord, type RecordEntry } from '#custody'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { PlainSource } from '#vault'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { AccessDeps } from './deps.ts'
import type { Decisions } from './decisions.ts'
import { judgeReason, likenessOf } from './empty-words.ts'
import { requirePurpose, type StatedPurpose } from './purposes.ts'
import {
  type EndedBecause,
  findViewing,
  insertViewing,
  listOver,
  listReasons,
  lockViewing,
  updateEnded,
  updateLastUsed,
  type Viewing,
  type Whose,
} from './store.ts'

export type Viewer = PersonActor & Readonly<{ sessionId: SessionId }>
/** What a viewing opens: the recording itself, or what was made of it. */
export type ViewedKind = 'payload' | 'proxy' | 'waveform' | 'track'
/** A viewing that goes on, and what it is for. */
export type Viewed = Pick<Viewing, 'id' | 'recordingId' | 'purpose' | 'reference'>

const minuteMs = 60_000
/** Whoever watches longer states the purpose again. */
const mostMinutes = 60
/** How many viewings are remembered here: as many as are looked at by turns. */
const mostKnown = 1000
/** How far the row may lag behind the last use. After a crash a viewing ends so much too early at most. */
const writtenEveryMs = minuteMs
/** Said for so many other files or recordings in a month, a reason says little of any of them. */
const copies = { times: 3, within: { days: 30 } }

type Known = Whose & { lastUsedAt: Date; hasEnded: boolean; writtenAt: Date }

/** Purpose before play: viewings, each for a purpose stated first, until nobody looks any more. */
export function openViewings(deps: AccessDeps & Readonly<{ decisions: Decisions }>) {
  const { db, clock, custody, decisions, log, recordings, vault } = deps
  /** Looked up once, so that a player may ask for a thousand ranges; the row learns of its use now and then. */
  const known = new Map<ViewingId, Known>()
  const writing = new Set<Promise<void>>()

  async function demandOwn(viewingId: ViewingId, actor: Viewer): Promise<Known> {
    const viewing = known.get(viewingId) ?? (await findViewing(db.of(actor.corpsId), viewingId))
    const isTheirs =
      viewing?.corpsId === actor.corpsId && viewing.personId === actor.id && viewing.sessionId === actor.sessionId
    if (viewing === undefined || !isTheirs) throw new AppError('viewing/not-found')
    return known.get(viewingId) ?? remember(viewing)
  }

  function remember(viewing: Whose): Known {
    // The one that was begun first gives way.
    const oldest = known.size >= mostKnown ? known.values().next().value : undefined
    if (oldest !== undefined) {
      known.delete(oldest.id)
      write([oldest])
    }
    const one = { ...viewing, writtenAt: viewing.lastUsedAt }
    known.set(viewing.id, one)
    return one
  }

  /** Throws `viewing/ended` when the recording is over, or the person may no longer view it for that purpose. */
  async function requireStill(actor: Viewer, { recordingId, purpose }: Known): Promise<RegisteredRecording> {
    const recording = await recordings.find(actor.corpsId, recordingId)
    if (recording === undefined || hasErasureBegun(recording.state)) throw new AppError('viewing/ended')
    const decision = await decisions.decide(db.of(actor.corpsId), 'view', actor, recording, purpose)
    if (!decision.allowed) throw new AppError('viewing/ended')
    return recording
  }

  function touch(viewing: Known): void {
    const now = clock.now()
    if (isOver(viewing, now)) throw new AppError('viewing/ended')
    viewing.lastUsedAt = now
    if (now.getTime() - viewing.writtenAt.getTime() >= writtenEveryMs) write([viewing])
  }

  /** In the background: a range does not wait for it, and what is lost ends a viewing a little early. */
  function write(viewings: readonly Known[]): void {
    const byCorps = Map.groupBy(
      viewings.filter(({ lastUsedAt, writtenAt }) => lastUsedAt > writtenAt),
      ({ corpsId }) => corpsId,
    )
    for (const [corpsId, its] of byCorps) {
      for (const viewing of its) viewing.writtenAt = viewing.lastUsedAt
      const written = writeBack(corpsId, its)
      writing.add(written)
      void written.then(() => writing.delete(written))
    }
  }

  async function writeBack(corpsId: CorpsId, viewings: readonly Known[]): Promise<void> {
    const used = new Map(viewings.map(({ id, lastUsedAt }) => [id, lastUsedAt]))
    await updateLastUsed(db.of(corpsId), used).catch((error: unknown) => log.error('access/use-not-written', error))
  }

  async function settle(): Promise<void> {
    write([...known.values()])
    await Promise.all(writing)
  }

  /** Under the lock of the recording. `together`: those for which the same is said at once. */
  async function begin(
    tx: Tx,
    record: RecordEntry,
    actor: Viewer,
    recording: RegisteredRecording,
    stated: StatedPurpose,
    together: readonly RecordingId[],
  ): Promise<Viewing> {
    const recordingId = recording.id
    const purpose = await requirePurpose({ clock, decisions }, tx, 'view', actor, recording, stated)
    await vault.requireSound(tx, recordingId)
    const law = resolveLaw(recording.law)
    const startedAt = clock.now()
    const since = addPeriod(startedAt, { days: -copies.within.days }, law.timeZone)
    const viewing: Viewing = {
      ...stated,
      id: newId('viewing', startedAt),
      corpsId: actor.corpsId,
      recordingId,
      personId: actor.id,
      sessionId: actor.sessionId,
      reasonJudged: judge(stated, together, await listReasons(tx, actor.id, since)),
      startedAt,
      expiresAt: new Date(startedAt.getTime() + mostMinutes * minuteMs),
      idleMinutes: law.viewingIdleMinutes.value,
    }
    await insertViewing(tx, viewing)
    await recordings.tellTerms(tx, recordingId, 'purpose', viewing.purpose, [viewing.purpose])
    const { legalBasis, ruleId, ruleIds, isReferenceAsExpected, openedBy } = purpose
    const { reference, reason } = stated
    await record({
      type: 'viewing-started',
      recordingId,
      details: {
        viewingId: viewing.id,
        purpose: purpose.id,
        reference,
        reason,
        legalBasis,
        ruleId,
        ruleIds: [...ruleIds],
        isReferenceAsExpected,
        openedBy: [...openedBy],
      },
    })
    return viewing
  }

  return {
    /** Custody: `viewing-started`, committed before the first byte can be asked for. */
    start: (actor: Viewer, recordingId: RecordingId, stated: StatedPurpose): Promise<Viewing> => {
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        return begin(tx, record, actor, recording, stated, [recordingId])
      })
    },

    /** A viewing of each, in the order given, for one purpose: all begin, or none does. Custody: as `start`, for each. */
    startTogether: (
      actor: Viewer,
      recordingIds: readonly RecordingId[],
      stated: StatedPurpose,
    ): Promise<readonly Viewing[]> => {
      return custody.act(actor, async (tx, record) => {
        const locked = await recordings.lockAll(tx, actor.corpsId, recordingIds)
        const begun: Viewing[] = []
        for (const recordingId of recordingIds) {
          const recording = locked.find(({ id }) => id === recordingId)
          if (recording === undefined) throw new AppError('recording/not-found')
          begun.push(await begin(tx, record, actor, recording, stated, recordingIds))
        }
        return begun
      })
    },

    /**
     * The bytes a viewing shows, the recording's own or what was made of it; every one that is read renews it. Throws
     * `viewing/ended` once it was not used for a while, its hour or the recording is over, or the person may no longer
     * view for that purpose: whether they may, and whether the recording, its key and its bytes are there and sound, is
     * asked each time. Throws `media/not-made` where nothing of that kind was made.
     */
    open: async (
      actor: Viewer,
      viewingId: ViewingId,
      kind: ViewedKind = 'payload',
    ): Promise<{ source: PlainSource; recording: RegisteredRecording }> => {
      const viewing = await demandOwn(viewingId, actor)
      touch(viewing)
      const reader = db.of(actor.corpsId)
      const [recording, source] = await Promise.all([
        requireStill(actor, viewing),
        vault.find(reader, viewing.recordingId, kind),
        kind === 'payload' ? undefined : vault.requireSound(reader, viewing.recordingId),
      ])
      if (source === undefined) throw new AppError(kind === 'payload' ? 'viewing/ended' : 'media/not-made')
      const read: PlainSource['read'] = (start, end) => {
        touch(viewing)
        return source.read(start, end)
      }
      return { source: { sizeBytes: source.sizeBytes, read }, recording }
    },

    /** As `open`, which it renews and throws as well, for what is done within a viewing without its bytes. */
    require: async (
      actor: Viewer,
      viewingId: ViewingId,
    ): Promise<{ viewing: Viewed; recording: RegisteredRecording }> => {
      const viewing = await demandOwn(viewingId, actor)
      touch(viewing)
      const [recording] = await Promise.all([
        requireStill(actor, viewing),
        vault.requireSound(db.of(actor.corpsId), viewing.recordingId),
      ])
      const { id, recordingId, purpose, reference } = viewing
      return { viewing: { id, recordingId, purpose, reference }, recording }
    },

    /** By hand; one that has ended stays ended. Custody: `viewing-ended`. */
    end: async (actor: Viewer, viewingId: ViewingId): Promise<void> => {
      const viewed = await demandOwn(viewingId, actor)
      const { recordingId } = viewed
      await custody.act(actor, async (tx, record) => {
        const viewing = await lockViewing(tx, viewingId)
        const endedAt = clock.now()
        if (viewing === undefined || viewing.hasEnded || isOver(viewing, endedAt)) return nothingToRecord
        await updateEnded(tx, viewingId, endedAt, 'by-hand')
        return record({ type: 'viewing-ended', recordingId, details: { viewingId, because: 'by-hand' } })
      })
      // Still known, so that an answer on its way, or a look-up of a moment ago, finds that it has ended.
      viewed.hasEnded = true
    },

    /** Enter the end of those that nobody ended. May run twice: each is looked at again under its lock. */
    endOver: async (signal: AbortSignal): Promise<void> => {
      await settle()
      for (;;) {
        const over = await listOver(db.everyCorps, clock.now(), 500)
        for (const [corpsId, its] of Map.groupBy(over, (viewing) => viewing.corpsId)) {
          signal.throwIfAborted()
          await endAll(corpsId, its)
        }
        if (over.length < 500) return
      }
    },

    settle,
  }

  async function endAll(corpsId: CorpsId, viewings: readonly Whose[]): Promise<void> {
    await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
      let ended = 0
      for (const { id, recordingId } of viewings) {
        const viewing = await lockViewing(tx, id)
        if (viewing === undefined || viewing.hasEnded || !isOver(viewing, clock.now())) continue
        const { at, because } = endOf(viewing)
        await updateEnded(tx, id, at, because)
        const details = { viewingId: id, because, endedAt: at.toISOString() }
        await record({ type: 'viewing-ended', recordingId, details })
        ended += 1
      }
      return ended === 0 ? nothingToRecord : undefined
    })
    for (const { id } of viewings) known.delete(id)
  }
}

type Span = Pick<Whose, 'expiresAt' | 'idleMinutes' | 'lastUsedAt' | 'hasEnded'>

/** When a viewing ends that is not used again, and because of what. */
function endOf({ expiresAt, idleMinutes, lastUsedAt }: Span): { at: Date; because: EndedBecause } {
  const idleAt = new Date(lastUsedAt.getTime() + idleMinutes * minuteMs)
  return idleAt < expiresAt ? { at: idleAt, because: 'idle' } : { at: expiresAt, because: 'hour-over' }
}

function isOver(viewing: Span, now: Date): boolean {
  return viewing.hasEnded || endOf(viewing).at <= now
}

function judge(
  { reason, reference }: StatedPurpose,
  together: readonly RecordingId[],
  before: readonly Readonly<{ reason: string; of: string }>[],
): Viewing['reasonJudged'] {
  if (judgeReason(reason) === 'empty') return 'empty'
  const likeness = likenessOf(reason)
  const others = before.filter((one) => likenessOf(one.reason) === likeness).map(({ of }) => of)
  const here: readonly string[] = reference === null ? together : [reference]
  const elsewhere = new Set(others.filter((of) => !here.includes(of)))
  return elsewhere.size >= copies.times ? 'copied' : 'words'
}
