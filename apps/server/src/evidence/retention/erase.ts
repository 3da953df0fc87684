import { type Actor, type RecordingId, toHex } from '@getuige/base'
import { type Law, resolveLaw } from '@getuige/law'
import { nothingToRecord, type RecordEntry } from '#custody'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import { describeOrder, listAllClips } from './orders.ts'
import { decideRetention } from './rules.ts'
import { copyOrder, findOrders, listHoldsInForce, type Order } from './store.ts'

export type Erasure = Readonly<
  | { became: 'erased' }
  | { became: 'kept'; because: 'hold' | 'within-period' }
  /** Goes on where it stopped when it is tried again. */
  | { became: 'failed'; error: unknown }
>

/**
 * Erase those of these recordings that are due, or whose erasure was ordered, and that are not held when their locks are had. Order: the wrapping of their keys
 * is destroyed and `erasure-begun` entered, in one transaction; then the sealed bytes, which nothing opens any more, are
 * removed; then the certificates are entered, in one transaction. Stopped anywhere after the first step, it is gone on
 * with by the next run. One that cannot be erased does not spare the others. Custody: `erasure-begun`, `recording-erased`.
 */
export async function eraseRecordings(
  deps: RetentionDeps,
  actor: Actor,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, Erasure>> {
  const erasures = new Map<RecordingId, Erasure>()
  const removed = new Map<RecordingId, number>()
  const goOn = (work: (ids: readonly RecordingId[]) => Promise<void>) =>
    inHalves(
      recordingIds.filter((id) => !erasures.has(id)),
      work,
      (id, error) => erasures.set(id, { became: 'failed', error }),
    )

  await goOn(async (ids) => {
    for (const [id, because] of await destroyKeys(deps, actor, ids)) erasures.set(id, { became: 'kept', because })
  })
  await goOn(async (ids) => {
    for (const [id, objects] of await deps.vault.removeObjects(ids)) removed.set(id, objects)
  })
  await goOn((ids) => enterCertificates(deps, actor, ids, removed))
  await goOn(async (ids) => {
    for (const id of ids) erasures.set(id, { became: 'erased' })
  })
  return erasures
}

/** All at once; where that fails, in halves, down to the ones that fail alone. */
async function inHalves(
  ids: readonly RecordingId[],
  work: (ids: readonly RecordingId[]) => Promise<void>,
  fail: (id: RecordingId, error: unknown) => void,
): Promise<void> {
  const [first] = ids
  if (first === undefined) return
  try {
    await work(ids)
  } catch (error) {
    if (ids.length === 1) return fail(first, error)
    const middle = Math.ceil(ids.length / 2)
    await inHalves(ids.slice(0, middle), work, fail)
    await inHalves(ids.slice(middle), work, fail)
  }
}

/** Answers which are kept, and why. Those whose erasure has begun before are left as they are. */
async function destroyKeys(
  deps: RetentionDeps,
  actor: Actor,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, 'hold' | 'within-period'>> {
  const { clock, custody, recordings, vault } = deps
  const kept = new Map<RecordingId, 'hold' | 'within-period'>()
  await custody.act(actor, async (tx, record) => {
    const locked = await recordings.lockAll(tx, actor.corpsId, recordingIds) // a hold takes the same lock
    if (locked.length < recordingIds.length) throw new AppError('recording/not-found')
    const holds = Map.groupBy(await listHoldsInForce(tx, recordingIds), ({ recordingId }) => recordingId)
    const orders = await findOrders(tx, recordingIds)
    const due: RegisteredRecording[] = []
    for (const recording of locked) {
      if (hasErasureBegun(recording.state)) continue
      const holdIds = (holds.get(recording.id) ?? []).map(({ id }) => id)
      const decision = decideRetention(factsOf(recording, holdIds, orders.get(recording.id)), clock.now())
      if (decision.action === 'keep') kept.set(recording.id, decision.because)
      else due.push(recording)
    }
    if (due.length === 0) return nothingToRecord

    await orderLateClips(deps, tx, record, due, orders)
    const ids = due.map(({ id }) => id)
    const buckets = await vault.destroyWrappings(tx, ids)
    await recordings.changeStates(tx, due, 'erasing', clock.now())
    for (const recording of due) {
      const keyWrappedBy = buckets.get(recording.id) ?? null
      await record({
        type: 'erasure-begun',
        recordingId: recording.id,
        details: {
          ruleId: ruleOf(recording, orders.get(recording.id), clock.now()),
          dueAt: recording.dueAt.toISOString(),
          keyWrappedBy,
        },
      })
    }
    return undefined
  })
  return kept
}

/** A clip that was cut after the order was approved, before this: the order is on it as well. */
async function orderLateClips(
  deps: RetentionDeps,
  tx: Tx,
  record: RecordEntry,
  originals: readonly RegisteredRecording[],
  orders: ReadonlyMap<RecordingId, Order>,
): Promise<void> {
  for (const original of originals) {
    const order = orders.get(original.id)
    if (order === undefined) continue
    const clips = await listAllClips(deps, tx, original)
    const known = await findOrders(tx, clips)
    for (const clipId of clips.filter((id) => !known.has(id))) {
      await copyOrder(tx, original.id, clipId)
      const { orderNumber: number, ...rest } = describeOrder(order)
      const details = { number, ...rest, originalId: original.id }
      await record({ type: 'erasure-ordered', recordingId: clipId, details })
    }
  }
}

async function enterCertificates(
  deps: RetentionDeps,
  actor: Actor,
  recordingIds: readonly RecordingId[],
  objectsRemoved: ReadonlyMap<RecordingId, number>,
): Promise<void> {
  const { clock, custody, recordings, vault } = deps
  await custody.act(actor, async (tx, record) => {
    const locked = await recordings.lockAll(tx, actor.corpsId, recordingIds)
    // Those that another run has ended meanwhile have their certificate.
    const ended = locked.filter(({ state }) => state === 'erasing')
    if (ended.length === 0) return nothingToRecord
    const erasedAt = clock.now()
    const orders = await findOrders(tx, recordingIds)
    await vault.forgetObjects(
      tx,
      ended.map(({ id }) => id),
    )
    await recordings.changeStates(tx, ended, 'erased', erasedAt)
    for (const recording of ended) {
      const details = certificateOf(
        recording,
        orders.get(recording.id),
        objectsRemoved.get(recording.id) ?? 0,
        erasedAt,
      )
      await record({ type: 'recording-erased', recordingId: recording.id, details })
    }
    return undefined
  })
}

/** What is left of a recording: which bytes there were, that no key opens them, under which rule they went. */
function certificateOf(recording: RegisteredRecording, order: Order | undefined, objectsRemoved: number, at: Date) {
  return {
    sha256: toHex(recording.sha256),
    payloadSha256: toHex(recording.payloadSha256),
    sizeBytes: recording.sizeBytes,
    recordedAt: recording.recordedAt.toISOString(),
    dueAt: recording.dueAt.toISOString(),
    law: recording.law,
    ruleId: ruleOf(recording, order, at),
    ...(order === undefined ? {} : describeOrder(order)),
    keyDestroyed: true,
    objectsRemoved,
    erasedAt: at.toISOString(),
  }
}

function factsOf(recording: RegisteredRecording, holdIds: readonly string[], order: Order | undefined) {
  const law = resolveLaw(recording.law)
  return {
    dueAt: recording.dueAt,
    ruleId: law.retention.keepFor.ruleId,
    holdIds,
    order: order === undefined ? null : { number: order.number, ruleId: earlyRuleOf(law) },
  }
}

/** By which rule it went: that of its period, or, before its day, that of an order. */
function ruleOf(recording: RegisteredRecording, order: Order | undefined, at: Date): string {
  const law = resolveLaw(recording.law)
  return order !== undefined && at < recording.dueAt ? earlyRuleOf(law) : law.retention.keepFor.ruleId
}

const earlyRuleOf = (law: Law) => law.acts['erase-early'].ruleId
