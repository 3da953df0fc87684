import type { CorpsId, Day, PersonActor, RecordingId } from '@getuige/base'
import { addPeriod, dayOf } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Access } from '#access'
import type { Custody } from '#custody'
import type { Recordings, RegisteredRecording } from '#recordings'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import { AppError } from '#platform/errors'
import type { LawPack } from './law-pack.ts'
import { findLawPack, lawPacks } from './packs.ts'
import { decideActivation, standingBefore } from './rules.ts'
import { findActivation, type StoredActivation, upsertActivation } from './store.ts'

export type { LawPack, LawRule } from './law-pack.ts'
export { requireRule } from './law-pack.ts'
export { findLawPack, lawPacks } from './packs.ts'
export type { StoredActivation } from './store.ts'
export type Deployments = ReturnType<typeof openDeployments>

export type CompleteActivation = Readonly<{
  firstWarningAt: Date | null
  secondWarningAt: Date | null
  exception: string | null
  trigger: string
  effect: 'calmed' | 'unchanged' | 'escalated'
  note: string
}>

type DeploymentsDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  access: Access
  lawKeyAt(corpsId: CorpsId, at: Date): Promise<LawKey>
}>

/** The legal framework: the law pack in force, and whether switching on was done as it asks. */
export function openDeployments(deps: DeploymentsDeps) {
  const { db, clock, custody, recordings, access } = deps

  return {
    lawPacks,
    findLawPack,

    /** Until when a recording made at that moment is kept, and how its activation record stands before it is made. */
    decideKeeping: async (
      corpsId: CorpsId,
      recordedAt: Date,
    ): Promise<{ law: LawKey; dueAt: Date; dueOn: Day; activation: 'missing' | 'not-asked' }> => {
      const law = await deps.lawKeyAt(corpsId, recordedAt)
      const pack = findLawPack(law)
      const dueAt = addPeriod(recordedAt, pack.retention.keepFor, pack.timeZone)
      return {
        law,
        dueAt,
        dueOn: dayOf(dueAt, pack.timeZone),
        activation: standingBefore(pack.activation),
      }
    },

    findActivation: (recording: RegisteredRecording): Promise<StoredActivation | undefined> =>
      findActivation(db.of(recording.corpsId), recording.id),

    /** The wearer completes or corrects the record; every version stays in the trail. Custody: `activation-completed`. */
    complete(actor: PersonActor, recordingId: RecordingId, request: CompleteActivation): Promise<void> {
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        access.require('complete-activation', actor, recording)
        const pack = findLawPack(recording.law)
        const endedAt = new Date(recording.recordedAt.getTime() + (recording.durationMs ?? 24 * 3_600_000))
        const decision = decideActivation(request, pack.activation, endedAt)
        if ('refused' in decision) throw new AppError(`activation/${decision.refused}`)

        await upsertActivation(tx, recordingId, { ...request, completedAt: clock.now(), completedBy: actor.id })
        await recordings.tellActivation(tx, recordingId, decision.standing)
        await record({
          type: 'activation-completed',
          recordingId,
          details: {
            ...request,
            firstWarningAt: request.firstWarningAt?.toISOString() ?? null,
            secondWarningAt: request.secondWarningAt?.toISOString() ?? null,
            standing: decision.standing,
            ruleId: pack.activation.ruleId,
          },
        })
      })
    },
  }
}

export function describePack(pack: LawPack) {
  const { id, label, status } = pack
  return { id, label, status, rules: pack.rules.map((rule) => ({ ...rule })) }
}
