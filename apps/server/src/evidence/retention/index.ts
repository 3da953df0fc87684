import {
  type Actor,
  type CorpsId,
  type Day,
  dayOf,
  type HoldId,
  type PersonActor,
  type RecordingId,
} from '@getuige/base'
import type { KeptUntil } from '@getuige/contract'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import { applyAdoptions } from './change-law.ts'
import type { RetentionDeps } from './deps.ts'
import { eraseRecordings } from './erase.ts'
import type { RecordEntry } from '#custody'
import type { Reader, Tx } from '#platform/database'
import {
  askLift,
  holdAsOriginal,
  liftApproved,
  placeHold,
  type PlaceHold,
  placeHoldWithin,
  requireHoldKind,
} from './holds.ts'
import { describeKeptUntil, explainKeeping } from './keeping.ts'
import { findNextRun } from './nightly.ts'
import { announceErasures, countUnseen, listNotices, updateSeen } from './notices.ts'
import { askEarlyErasure, type EarlyErasure, orderApproved } from './orders.ts'
import { listSimulated, simulate, type Simulate } from './simulate.ts'
import { findLastRun, insertRun, listDueOn, listHoldsInForce, listOrdered } from './store.ts'

export type { RetentionDeps } from './deps.ts'
export type { PlaceHold } from './holds.ts'
export type { EarlyErasure } from './orders.ts'
export { forgetHolds, type Hold, listHoldsInForce } from './store.ts'
export type Retention = ReturnType<typeof openRetention>

/** Erased together: whoever places a hold on one of them waits for all of them. */
const batchRecordings = 500
/** While the bytes of one are removed, the database enters another. */
const batchesAtOnce = 3

/** Held or erased: until when each recording is kept and why, holds, what is announced, and the end. */
export function openRetention(deps: RetentionDeps) {
  const { db, clock, recordings } = deps

  return {
    placeHold: (actor: PersonActor, request: PlaceHold) => placeHold(deps, actor, request),
    holdAsOriginal: (tx: Tx, record: RecordEntry, clip: Parameters<typeof holdAsOriginal>[3]) =>
      holdAsOriginal(deps, tx, record, clip),
    /** In the act of the caller, who holds the lock of the recording and asked whether the person may. */
    placeHoldWithin: (
      tx: Tx,
      record: RecordEntry,
      actor: PersonActor,
      recording: RegisteredRecording,
      request: Omit<PlaceHold, 'recordingId'>,
    ) => placeHoldWithin(deps, tx, record, actor, recording, request),
    /** Whether it is held under that number already. Throws `hold/not-in-pack`, as placing it would. */
    hasHold: async (
      reader: Reader,
      recording: RegisteredRecording,
      { kind, number }: Pick<PlaceHold, 'kind' | 'number'>,
    ): Promise<boolean> => {
      requireHoldKind(recording, kind)
      return (await listHoldsInForce(reader, [recording.id])).some((one) => one.kind === kind && one.number === number)
    },
    askLift: (actor: PersonActor, holdId: HoldId, reason: string) => askLift(deps, actor, holdId, reason),
    /** Performer of `lift-hold`. */
    liftApproved: liftApproved(deps),
    askEarlyErasure: (actor: PersonActor, request: EarlyErasure) => askEarlyErasure(deps, actor, request),
    /** Performer of `erase-early`. */
    orderApproved: orderApproved(deps),
    /** One recording, now. Throws `retention/must-keep` when it is held, or neither due nor ordered to be erased. */
    async erase(actor: Actor, recordingId: RecordingId): Promise<void> {
      const erasure = (await eraseRecordings(deps, actor, [recordingId])).get(recordingId)
      if (erasure?.became === 'kept') throw new AppError('retention/must-keep', { because: erasure.because })
      if (erasure?.became === 'failed') throw erasure.error
    },

    explain: (actor: PersonActor, recordingId: RecordingId) => explainKeeping(deps, actor, recordingId),
    /** Of recordings of one corps. What those are held for that somebody knows of as their wearer alone is not told. */
    keptUntil: async (
      listed: readonly RegisteredRecording[],
      knownAsWearer: ReadonlySet<RecordingId>,
    ): Promise<ReadonlyMap<RecordingId, KeptUntil>> => {
      const [first] = listed
      if (first === undefined) return new Map()
      const held = listed.filter(({ isHeld }) => isHeld).map(({ id }) => id)
      const holds = Map.groupBy(await listHoldsInForce(db.of(first.corpsId), held), ({ recordingId }) => recordingId)
      const now = clock.now()
      return new Map(
        listed.map((recording) => {
          const tellsHolds = !knownAsWearer.has(recording.id)
          return [recording.id, describeKeptUntil(recording, holds.get(recording.id) ?? [], now, tellsHolds)]
        }),
      )
    },

    simulate: (corpsId: CorpsId, asked: Simulate) => simulate(deps, corpsId, asked),
    listSimulated: (actor: PersonActor, asked: Parameters<typeof listSimulated>[2]) =>
      listSimulated(deps, actor, asked),
    /** Move the days of recordings that an adoption reaches. May run twice or stop anywhere. */
    applyAdoptions: (signal?: AbortSignal) => applyAdoptions(deps, signal),
    /** Tell those with a file on what is about to be erased. May run twice or stop anywhere. */
    announceErasures: (signal?: AbortSignal) => announceErasures(deps, signal),
    notices: ({ corpsId, id }: PersonActor) => listNotices(db.of(corpsId), corpsId, id),
    countUnseen: ({ corpsId, id }: PersonActor) => countUnseen(db.of(corpsId), corpsId, id),
    seeNotices: ({ corpsId, id }: PersonActor, upTo: number) =>
      updateSeen(db.of(corpsId), corpsId, id, upTo, clock.now()),

    /** Recordings due on a day; whether this person may open each. */
    async listDueOn(actor: PersonActor, on: Day, after: string | undefined, limit: number) {
      const { corpsId } = actor
      const known = await deps.access.listFilter(actor, 'know')
      const rows = await listDueOn(db.of(corpsId), corpsId, on, { known, afterId: after ?? '', limit: limit + 1 })
      const shown = rows.slice(0, limit)
      return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
    },

    /**
     * Erase every recording that is due, or whose erasure a court ordered. May run twice or stop anywhere: each is decided again under its lock, so a later
     * hold still wins. One that fails does not spare the others. `actorOf`: in whose name; undefined leaves a corps out.
     */
    async eraseDue(
      actorOf: (corpsId: CorpsId) => Actor | undefined,
      signal?: AbortSignal,
    ): Promise<{ erased: number; failed: number; failures: unknown[] }> {
      const byCorps = new Map<CorpsId, { erased: number; failed: number }>()
      const failures: unknown[] = []
      const batches = listDueInBatches(deps)
      const eraseNext = async () => {
        for await (const { corpsId, ids } of batches) {
          signal?.throwIfAborted()
          const actor = actorOf(corpsId)
          if (actor === undefined) continue
          const figures = byCorps.get(corpsId) ?? { erased: 0, failed: 0 }
          byCorps.set(corpsId, figures)
          for (const [recordingId, erasure] of await eraseRecordings(deps, actor, ids)) {
            if (erasure.became === 'erased') figures.erased += 1
            if (erasure.became !== 'failed') continue
            deps.log.error('retention/not-erased', erasure.error, { recordingId })
            failures.push(erasure.error)
            figures.failed += 1
          }
        }
      }
      await Promise.all(Array.from({ length: batchesAtOnce }, eraseNext))
      for (const [corpsId, figures] of byCorps)
        await insertRun(db.of(corpsId), corpsId, { at: clock.now(), ...figures })
      const totals = [...byCorps.values()]
      return {
        erased: totals.reduce((sum, { erased }) => sum + erased, 0),
        failed: failures.length,
        failures,
      }
    },

    lastRun: (corpsId: CorpsId) => findLastRun(db.of(corpsId), corpsId),
    figures: (corpsId: CorpsId) => recordings.figures(corpsId, clock.now()),
    async calendar(corpsId: CorpsId) {
      return recordings.dueByDay(corpsId, dayOf(clock.now(), await deps.timeZoneOf(corpsId)))
    },
    nextRunAt: () => findNextRun(clock.now()),
  }
}

/** What is due or ordered to be erased, each recording once, those of one batch of one corps. */
async function* listDueInBatches({
  db,
  clock,
  recordings,
}: RetentionDeps): AsyncGenerator<Readonly<{ corpsId: CorpsId; ids: RecordingId[] }>> {
  const lists = [
    (afterId: string) => recordings.listDue(clock.now(), batchRecordings, afterId),
    (afterId: string) => listOrdered(db.everyCorps, batchRecordings, afterId),
  ]
  for (const list of lists) {
    for (let afterId = ''; ;) {
      const due = await list(afterId)
      const last = due.at(-1)
      if (last === undefined) break
      afterId = last.id
      for (const [corpsId, ofCorps] of Map.groupBy(due, (each) => each.corpsId))
        yield { corpsId, ids: ofCorps.map(({ id }) => id) }
    }
  }
}
