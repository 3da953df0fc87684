import type { CorpsId, PersonActor, RecordingId } from '@getuige/base'
import { type LawKey, resolveLaw } from '@getuige/law'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import { adoptApproved, type AdoptLaw, askAdoption } from './adopt-law.ts'
import type { DeploymentsDeps } from './deps.ts'
import { type Due, dueUnder } from './keeping.ts'
import { decideActivation, standingBefore } from './rules.ts'
import { findActivation, listWarnings, type StoredActivation, upsertActivation } from './store.ts'

export { describePack, lawOfPack, listNewestPacks } from './describe-law.ts'
export { type Candidate, requireCandidate } from './candidate.ts'
export type { AdoptLaw } from './adopt-law.ts'
export { type Due, dueAgain, dueUnder } from './keeping.ts'
export type { DeploymentsDeps } from './deps.ts'
export { forgetActivations, type StoredActivation } from './store.ts'
export type Deployments = ReturnType<typeof openDeployments>

export type CompleteActivation = Readonly<{
  firstWarningAt: Date | null
  secondWarningAt: Date | null
  exception: string | null
  trigger: string
  effect: 'calmed' | 'unchanged' | 'escalated'
  note: string
}>

/** The legal framework: the law pack in force, and whether switching on was done as it asks. */
export function openDeployments(deps: DeploymentsDeps) {
  const { db, clock, custody, recordings, access } = deps

  return {
    /**
     * Until when a recording made at that moment is kept, and how its activation record stands before it is made: by the
     * law that was in force then.
     */
    decideKeeping: async (
      corpsId: CorpsId,
      recordedAt: Date,
    ): Promise<Due & Readonly<{ law: LawKey; activation: 'missing' | 'not-asked' }>> => {
      const law = resolveLaw(await deps.lawKeyAt(corpsId, recordedAt))
      return { law: law.key, ...dueUnder(law, recordedAt), activation: standingBefore(law.activation) }
    },

    /** Throws `law/…` when it may not be adopted so. */
    askAdoption: (actor: PersonActor, request: AdoptLaw) => askAdoption(deps, actor, request),
    /** Performer of `adopt-law`. */
    adoptApproved: adoptApproved(deps),
    listAdoptions: deps.listAdoptions,

    listWarnings: (corpsId: CorpsId, recordingIds: readonly RecordingId[]) =>
      listWarnings(db.of(corpsId), recordingIds),
    findActivation: (recording: RegisteredRecording): Promise<StoredActivation | undefined> =>
      findActivation(db.of(recording.corpsId), recording.id),

    /** The wearer completes or corrects the record; every version stays in the trail. Custody: `activation-completed`. */
    complete(actor: PersonActor, recordingId: RecordingId, request: CompleteActivation): Promise<void> {
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        await access.require(tx, 'complete-activation', actor, recording)
        const law = resolveLaw(recording.law)
        const endedAt = new Date(recording.recordedAt.getTime() + (recording.durationMs ?? 24 * 3_600_000))
        const decision = decideActivation(request, law.activation, endedAt)
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
            ruleId: law.activation.warnings.ruleId,
          },
        })
      })
    },
  }
}
