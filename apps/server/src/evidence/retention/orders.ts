import { type Day, dayOf, fromHex, type HoldId, type PersonActor, type RecordingId, toHex } from '@getuige/base'
import { holdId } from '@getuige/contract'
import { z } from 'zod'
import type { ApprovedRequest, Performer } from '#approvals'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { Reader } from '#platform/database'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import {
  copyOrder,
  findOrders,
  type Hold,
  insertOrder,
  listHoldsInForce,
  type Order,
  updateHoldLifted,
} from './store.ts'

/** A court's order that a recording is erased before its day. */
export type EarlyErasure = Readonly<{
  recordingId: RecordingId
  number: string
  court: string
  decidedOn: Day
  documentSha256: string
  /** Holds that the order ends by name. Any other stops it. */
  endsHolds: readonly HoldId[]
  reason: string
}>

const payloadSchema = z.object({
  number: z.string(),
  court: z.string(),
  decidedOn: z.iso.date(),
  documentSha256: z.string(),
  endsHolds: z.array(holdId),
})

/**
 * Ask a second person to approve it. Throws `retention/must-keep` when a hold stands, on the recording or on a clip of it,
 * that the order does not name.
 */
export async function askEarlyErasure(
  deps: RetentionDeps,
  actor: PersonActor,
  request: EarlyErasure,
): Promise<{ approvalId: string; expiresAt: Date }> {
  const { recordingId, number, court, decidedOn, documentSha256, reason } = request
  const db = deps.db.of(actor.corpsId)
  const recording = await deps.recordings.find(actor.corpsId, recordingId, db)
  if (recording === undefined) throw new AppError('recording/not-found')
  await deps.access.require(db, 'erase-early', actor, recording)
  if (decidedOn > dayOf(deps.clock.now(), await deps.timeZoneOf(actor.corpsId))) throw new AppError('request/invalid')
  const clips = await listAllClips(deps, db, recording)
  const ids = [recordingId, ...clips]
  const holds = requireEveryHoldNamed(await listHoldsInForce(db, ids), request.endsHolds)
  return deps.ask(actor, {
    act: 'erase-early',
    recordingId,
    shown: {
      number,
      court,
      decidedOn,
      documentSha256,
      endsHolds: holds.map((hold) => `${hold.kind} ${hold.number} (${hold.placedBy})`),
    },
    payload: { number, court, decidedOn, documentSha256, endsHolds: [...request.endsHolds] },
    reason,
  })
}

/**
 * What approving does: the holds that the order names end with it, and the recording and its clips are erased by the next
 * job, on the way that retention takes. Refused when a hold came up meanwhile that the order does not name. The caller holds the lock
 * of the recording. Custody: `hold-lifted` for each, `erasure-ordered`.
 */
export function orderApproved(deps: RetentionDeps): Performer {
  return async (
    tx,
    record,
    { approvalId, approver, asker, corpsId, recordingId, payload, reason }: ApprovedRequest,
  ) => {
    if (recordingId === null) throw new Error('an order names a recording')
    const order = payloadSchema.parse(payload)
    const recording = await deps.recordings.lock(tx, corpsId, recordingId)
    if (hasErasureBegun(recording.state)) throw new AppError('retention/being-erased')
    if ((await findOrders(tx, [recordingId])).has(recordingId)) throw new AppError('retention/being-erased')

    const orderedAt = deps.clock.now()
    const clipIds = await listAllClips(deps, tx, recording)
    const all = [recording, ...(await deps.recordings.lockAll(tx, corpsId, clipIds))]
    const holds = requireEveryHoldNamed(
      await listHoldsInForce(
        tx,
        all.map(({ id }) => id),
      ),
      order.endsHolds,
    )
    for (const { id, kind, number, recordingId: heldId } of holds) {
      await updateHoldLifted(tx, id, { at: orderedAt, by: asker.id, reason })
      const details = { holdId: id, kind, number, reason, holdsLeft: 0, orderNumber: order.number, approvalId }
      await record({ type: 'hold-lifted', recordingId: heldId, details })
    }
    const today = dayOf(orderedAt, await deps.timeZoneOf(corpsId))
    for (const { id, dueOn } of all.filter(({ isHeld }) => isHeld)) {
      await deps.recordings.tellHeld(tx, id, false)
      await deps.vault.releaseKey(tx, corpsId, id, dueOn > today ? dueOn : today)
    }
    await insertOrder(tx, {
      ...order,
      documentSha256: fromHex(order.documentSha256),
      recordingId,
      corpsId,
      approvalId,
      orderedAt,
      askedBy: asker.id,
      approvedBy: approver.id,
    })
    const { number, court, decidedOn, documentSha256, endsHolds } = order
    const details = {
      number,
      court,
      decidedOn,
      documentSha256,
      endsHolds,
      askedBy: { id: asker.id, name: asker.name, title: asker.title },
      approvalId,
      reason,
    }
    await record({ type: 'erasure-ordered', recordingId, details })
    for (const clipId of clipIds) {
      await copyOrder(tx, recordingId, clipId)
      await record({ type: 'erasure-ordered', recordingId: clipId, details: { ...details, originalId: recordingId } })
    }
  }
}

/** What was cut from a recording, and from that, and still exists. */
export async function listAllClips(
  { recordings }: Pick<RetentionDeps, 'recordings'>,
  reader: Reader,
  recording: Pick<RegisteredRecording, 'id' | 'corpsId'>,
): Promise<RecordingId[]> {
  const clips = (await recordings.listClipsOf(recording, reader)).map(({ id }) => id)
  const theirs = await Promise.all(clips.map((id) => listAllClips({ recordings }, reader, { ...recording, id })))
  return [...clips, ...theirs.flat()].toSorted()
}

function requireEveryHoldNamed(holds: readonly Hold[], named: readonly HoldId[]): readonly Hold[] {
  if (holds.some(({ id }) => !named.includes(id))) throw new AppError('retention/must-keep', { because: 'hold' })
  return holds
}

/** As entries and certificates name it. */
export function describeOrder({ number, court, decidedOn, documentSha256, approvalId }: Order) {
  return { orderNumber: number, court, decidedOn, documentSha256: toHex(documentSha256), approvalId }
}
