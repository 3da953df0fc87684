import { dayOf, type HoldId, newId, type PersonActor, type RecordingId } from '@getuige/base'
import { hasErasureBegun } from '#recordings'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import { findHold, type Hold, insertHold, listHoldsInForce, updateHoldLifted } from './store.ts'

export type PlaceHold = Readonly<{ recordingId: RecordingId; kind: Hold['kind']; number: string; reason: string }>

/**
 * Stop the erasure of a recording: its key moves out of the day it would die with. Too late once that key is destroyed.
 * Custody: `hold-placed`.
 */
export function placeHold(deps: RetentionDeps, actor: PersonActor, request: PlaceHold): Promise<Hold> {
  const { access, clock, custody, recordings, vault } = deps
  return custody.act(actor, async (tx, record) => {
    const recording = await recordings.lock(tx, actor.corpsId, request.recordingId) // erasure takes the same lock
    access.require('place-hold', actor, recording)
    if (hasErasureBegun(recording.state)) throw new AppError('retention/being-erased')

    const placedAt = clock.now()
    const hold = { ...request, id: newId('hold', placedAt), placedAt }
    await insertHold(tx, { ...hold, corpsId: actor.corpsId, placedBy: actor.id })
    await recordings.tellHeld(tx, recording.id, true)
    await vault.holdKey(tx, actor.corpsId, recording.id)
    const { kind, number, reason } = request
    await record({ type: 'hold-placed', recordingId: recording.id, details: { holdId: hold.id, kind, number, reason } })
    return { ...hold, placedBy: actor.name }
  })
}

/**
 * End a hold. With the last one gone the recording is due again on its day, or tonight when that is past.
 * Custody: `hold-lifted`.
 */
export async function liftHold(deps: RetentionDeps, actor: PersonActor, holdId: HoldId, reason: string): Promise<void> {
  const { access, clock, custody, db, recordings, vault } = deps
  const known = await findHold(db.of(actor.corpsId), actor.corpsId, holdId)
  if (known === undefined) throw new AppError('hold/not-found')
  const timeZone = await deps.timeZoneOf(actor.corpsId)
  await custody.act(actor, async (tx, record) => {
    const recording = await recordings.lock(tx, actor.corpsId, known.recordingId)
    const hold = await findHold(tx, actor.corpsId, holdId)
    if (hold === undefined || !access.mayKnow(actor, recording)) throw new AppError('hold/not-found')
    if (hold.liftedAt !== null) throw new AppError('hold/already-lifted')
    access.require('lift-hold', actor, recording)

    await updateHoldLifted(tx, holdId, { at: clock.now(), by: actor.id, reason })
    const left = await listHoldsInForce(tx, [recording.id])
    if (left.length === 0) {
      await recordings.tellHeld(tx, recording.id, false)
      const today = dayOf(clock.now(), timeZone)
      await vault.releaseKey(tx, actor.corpsId, recording.id, recording.dueOn > today ? recording.dueOn : today)
    }
    const { kind, number } = hold
    await record({
      type: 'hold-lifted',
      recordingId: recording.id,
      details: { holdId, kind, number, reason, holdsLeft: left.length },
    })
  })
}
