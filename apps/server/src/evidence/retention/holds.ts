import {
  type ApprovalId,
  type CorpsId,
  dayOf,
  type HoldId,
  newId,
  type PersonActor,
  type RecordingId,
} from '@getuige/base'
import { holdId as holdIdSchema } from '@getuige/contract'
import { resolveLaw } from '@getuige/law'
import { z } from 'zod'
import type { ApprovedRequest, Performer } from '#approvals'
import type { RecordEntry } from '#custody'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import { copyHolds, findHold, type Hold, insertHold, listHoldsInForce, updateHoldLifted } from './store.ts'

export type PlaceHold = Readonly<{ recordingId: RecordingId; kind: Hold['kind']; number: string; reason: string }>

/**
 * Stop the erasure of a recording: its key moves out of the day it would die with. Too late once that key is destroyed.
 * Custody: `hold-placed`.
 */
export function placeHold(deps: RetentionDeps, actor: PersonActor, request: PlaceHold): Promise<Hold> {
  const { access, custody, recordings } = deps
  return custody.act(actor, async (tx, record) => {
    const recording = await recordings.lock(tx, actor.corpsId, request.recordingId) // erasure takes the same lock
    await access.require(tx, 'place-hold', actor, recording)
    return placeHoldWithin(deps, tx, record, actor, recording, request)
  })
}

/** As `placeHold`, in the act of the caller, who holds the lock of the recording and asked whether the person may. */
export async function placeHoldWithin(
  { clock, recordings, vault }: RetentionDeps,
  tx: Tx,
  record: RecordEntry,
  actor: PersonActor,
  recording: RegisteredRecording,
  { kind, number, reason }: Omit<PlaceHold, 'recordingId'>,
): Promise<Hold> {
  if (hasErasureBegun(recording.state)) throw new AppError('retention/being-erased')
  requireHoldKind(recording, kind)
  const placedAt = clock.now()
  const hold = { kind, number, reason, recordingId: recording.id, id: newId('hold', placedAt), placedAt }
  await insertHold(tx, { ...hold, corpsId: actor.corpsId, placedBy: actor.id })
  await recordings.tellHeld(tx, recording.id, true)
  await recordings.tellTerms(tx, recording.id, 'file', hold.id, [number])
  await vault.holdKey(tx, actor.corpsId, recording.id)
  await record({ type: 'hold-placed', recordingId: recording.id, details: { holdId: hold.id, kind, number, reason } })
  return { ...hold, placedBy: actor.name }
}

/** Throws `hold/not-in-pack`: the law of the recording knows no holds of that kind. */
export function requireHoldKind({ law }: RegisteredRecording, kind: Hold['kind']): void {
  if (!resolveLaw(law).holdKinds.some(({ id }) => id === kind)) throw new AppError('hold/not-in-pack')
}

/**
 * What holds an original holds a clip that is cut from it, from the moment there is one; from then on each is lifted by
 * itself. Within the act that makes the clip, under the locks of both. Custody: `hold-placed` for each.
 */
export async function holdAsOriginal(
  { clock, recordings, vault }: RetentionDeps,
  tx: Tx,
  record: RecordEntry,
  { corpsId, originalId, clipId }: Readonly<{ corpsId: CorpsId; originalId: RecordingId; clipId: RecordingId }>,
): Promise<void> {
  const holds = await copyHolds(tx, originalId, clipId, clock.now())
  if (holds.length === 0) return
  await recordings.tellHeld(tx, clipId, true)
  await vault.holdKey(tx, corpsId, clipId)
  for (const { id: holdId, copiedFrom, kind, number, reason } of holds) {
    await recordings.tellTerms(tx, clipId, 'file', holdId, [number])
    const details = { holdId, kind, number, reason, copiedFrom, originalId }
    await record({ type: 'hold-placed', recordingId: clipId, details })
  }
}

/** Ask a second person to approve that a hold ends. Throws as the act itself would. */
export async function askLift(
  deps: RetentionDeps,
  actor: PersonActor,
  holdId: HoldId,
  reason: string,
): Promise<{ approvalId: ApprovalId; expiresAt: Date }> {
  const db = deps.db.of(actor.corpsId)
  const hold = await findHold(db, actor.corpsId, holdId)
  const recording = hold && (await deps.recordings.find(actor.corpsId, hold.recordingId, db))
  if (hold === undefined || recording === undefined) throw new AppError('hold/not-found')
  const { allowed: mayKnow } = await deps.access.decide(db, 'know', actor, recording)
  if (!mayKnow) throw new AppError('hold/not-found')
  if (hold.liftedAt !== null) throw new AppError('hold/already-lifted')
  const { kind, number } = hold
  return deps.ask(actor, {
    act: 'lift-hold',
    recordingId: hold.recordingId,
    shown: { kind, number, dueOn: recording.dueOn },
    payload: { holdId },
    reason,
  })
}

const payloadSchema = z.object({ holdId: holdIdSchema })

/**
 * What approving does: the hold ends. With the last one gone the recording is due again on its day, or tonight when that
 * is past. The caller holds the lock of the recording. Custody: `hold-lifted`.
 */
export function liftApproved(deps: RetentionDeps): Performer {
  const { clock, recordings, vault } = deps
  return async (tx, record, { approvalId, asker, corpsId, payload, reason }: ApprovedRequest) => {
    const { holdId } = payloadSchema.parse(payload)
    const hold = await findHold(tx, corpsId, holdId)
    if (hold === undefined) throw new AppError('hold/not-found')
    if (hold.liftedAt !== null) throw new AppError('hold/already-lifted')
    const recording = await recordings.lock(tx, corpsId, hold.recordingId)

    await updateHoldLifted(tx, holdId, { at: clock.now(), by: asker.id, reason })
    const left = await listHoldsInForce(tx, [recording.id])
    if (left.length === 0) {
      await recordings.tellHeld(tx, recording.id, false)
      const today = dayOf(clock.now(), await deps.timeZoneOf(corpsId))
      await vault.releaseKey(tx, corpsId, recording.id, recording.dueOn > today ? recording.dueOn : today)
    }
    const { kind, number } = hold
    await record({
      type: 'hold-lifted',
      recordingId: recording.id,
      details: {
        holdId,
        kind,
        number,
        reason,
        holdsLeft: left.length,
        askedBy: { id: asker.id, name: asker.name, title: asker.title },
        approvalId,
      },
    })
  }
}
