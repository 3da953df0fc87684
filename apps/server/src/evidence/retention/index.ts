import { type Actor, type CorpsId, dayOf, type HoldId, type PersonActor, type RecordingId } from '@getuige/base'
import type { KeptUntil } from '@getuige/contract'
import { requireRule } from '#deployments'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import { eraseRecordings } from './erase.ts'
import { liftHold, placeHold, type PlaceHold } from './holds.ts'
import { findNextRun } from './nightly.ts'
import { findLastRun, type Hold, insertRun, listHoldsInForce } from './store.ts'

export type { RetentionDeps } from './deps.ts'
export type { PlaceHold } from './holds.ts'
export { type Hold, listHoldsInForce } from './store.ts'
export type Retention = ReturnType<typeof openRetention>

const dayMs = 86_400_000
/** Erased together: whoever places a hold on one of them waits for all of them. */
const batchRecordings = 500
/** While the bytes of one are removed, the database enters another. */
const batchesAtOnce = 3

/** Held or erased: until when each recording is kept, holds, and the end. */
export function openRetention(deps: RetentionDeps) {
  const { db, clock, recordings } = deps

  function describe(recording: RegisteredRecording, holds: readonly Hold[]): KeptUntil {
    const pack = deps.findLawPack(recording.law)
    const rule = requireRule(pack, pack.retention.ruleId)
    const now = clock.now()
    const isOver = recording.dueAt <= now
    const whileKept = holds.length > 0 ? 'held' : isOver ? 'period-over' : 'within-period'
    const isErased = recording.state === 'erasing' || recording.state === 'erased'
    const firstDay = dayOf(recording.recordedAt, pack.timeZone)
    return {
      because: isErased ? 'erased' : whileKept,
      dueAt: recording.dueAt.toISOString(),
      dueOn: recording.dueOn,
      daysLeft: daysBetween(dayOf(now, pack.timeZone), recording.dueOn),
      periodDays: daysBetween(firstDay, recording.dueOn),
      rule: { id: rule.id, label: rule.label, source: rule.source, status: pack.status },
      holds: holds.map((hold) => ({
        id: hold.id,
        kind: hold.kind,
        number: hold.number,
        reason: hold.reason,
        placedAt: hold.placedAt.toISOString(),
        placedBy: hold.placedBy,
      })),
      erasedAt: recording.erasedAt?.toISOString() ?? null,
    }
  }

  return {
    placeHold: (actor: PersonActor, request: PlaceHold) => placeHold(deps, actor, request),
    liftHold: (actor: PersonActor, holdId: HoldId, reason: string) => liftHold(deps, actor, holdId, reason),
    /** One recording, now. Throws `retention/must-keep` when it is held, or not due. */
    async erase(actor: Actor, recordingId: RecordingId): Promise<void> {
      const erasure = (await eraseRecordings(deps, actor, [recordingId])).get(recordingId)
      if (erasure?.became === 'kept') throw new AppError('retention/must-keep', { because: erasure.because })
      if (erasure?.became === 'failed') throw erasure.error
    },

    /** Of recordings of one corps. */
    keptUntil: async (listed: readonly RegisteredRecording[]): Promise<ReadonlyMap<RecordingId, KeptUntil>> => {
      const [first] = listed
      if (first === undefined) return new Map()
      const held = listed.filter(({ isHeld }) => isHeld).map(({ id }) => id)
      const holds = Map.groupBy(await listHoldsInForce(db.of(first.corpsId), held), ({ recordingId }) => recordingId)
      return new Map(listed.map((recording) => [recording.id, describe(recording, holds.get(recording.id) ?? [])]))
    },

    /**
     * Erase every recording that is due. May run twice or stop anywhere: each is decided again under its lock, so a later
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

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
}

/** What is due, each recording once, those of one batch of one corps. */
async function* listDueInBatches({
  clock,
  recordings,
}: RetentionDeps): AsyncGenerator<Readonly<{ corpsId: CorpsId; ids: RecordingId[] }>> {
  for (let afterId = ''; ;) {
    const due = await recordings.listDue(clock.now(), batchRecordings, afterId)
    const last = due.at(-1)
    if (last === undefined) return
    afterId = last.id
    for (const [corpsId, ofCorps] of Map.groupBy(due, (each) => each.corpsId))
      yield { corpsId, ids: ofCorps.map(({ id }) => id) }
  }
}
