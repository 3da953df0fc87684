import { type Actor, type RecordingId, toHex } from '@getuige/base'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import { decideRetention } from './rules.ts'
import { listHoldsInForce } from './store.ts'

/**
 * Erase one recording, if it is due and not held when its lock is had. Order: the wrapping of its key is destroyed and
 * `erasure-begun` entered, in one transaction; then the sealed bytes, which nothing opens any more, are removed; then
 * the certificate is entered. Stopped anywhere after the first step, it is gone on with by the next run.
 * Throws `retention/must-keep`. Custody: `erasure-begun`, `recording-erased`.
 */
export async function eraseRecording(deps: RetentionDeps, actor: Actor, recordingId: RecordingId): Promise<void> {
  const before = await deps.recordings.find(actor.corpsId, recordingId)
  if (before === undefined) throw new AppError('recording/not-found')
  if (before.state === 'erased') return
  if (before.state !== 'erasing') await destroyKey(deps, actor, recordingId)
  const objects = await deps.vault.removeObjects(recordingId)
  await enterCertificate(deps, actor, recordingId, objects)
}

function destroyKey(deps: RetentionDeps, actor: Actor, recordingId: RecordingId): Promise<void> {
  const { clock, custody, recordings, vault } = deps
  return custody.act(actor, async (tx, record) => {
    const recording = await recordings.lock(tx, actor.corpsId, recordingId) // a hold takes the same lock
    if (recording.state === 'erasing' || recording.state === 'erased') throw new AppError('retention/must-keep')
    const holds = await listHoldsInForce(tx, [recordingId])
    const { ruleId } = deps.findLawPack(recording.lawPackId).retention
    const facts = { dueAt: recording.dueAt, ruleId, holdIds: holds.map(({ id }) => id) }
    const decision = decideRetention(facts, clock.now())
    if (decision.action === 'keep') throw new AppError('retention/must-keep', { because: decision.because })

    const { bucket } = await vault.destroyWrapping(tx, recordingId)
    await recordings.changeState(tx, recording, 'erasing', clock.now())
    await record({
      type: 'erasure-begun',
      recordingId,
      details: { ruleId, dueAt: recording.dueAt.toISOString(), keyWrappedBy: bucket },
    })
  })
}

async function enterCertificate(
  deps: RetentionDeps,
  actor: Actor,
  recordingId: RecordingId,
  objectsRemoved: number,
): Promise<void> {
  const { clock, custody, recordings, vault } = deps
  await custody
    .act(actor, async (tx, record) => {
      const recording = await recordings.lock(tx, actor.corpsId, recordingId)
      if (recording.state === 'erased') throw new AlreadyErased()
      await vault.forgetObjects(tx, recordingId)
      await recordings.changeState(tx, recording, 'erased', clock.now())
      await recordings.forgetContent(tx, recordingId)
      await record({
        type: 'recording-erased',
        recordingId,
        details: certificateOf(deps, recording, objectsRemoved, clock.now()),
      })
    })
    .catch((error: unknown) => {
      if (!(error instanceof AlreadyErased)) throw error
    })
}

/** What is left of a recording: which bytes there were, that no key opens them, under which rule they went. */
function certificateOf(deps: RetentionDeps, recording: RegisteredRecording, objectsRemoved: number, at: Date) {
  const { retention } = deps.findLawPack(recording.lawPackId)
  return {
    sha256: toHex(recording.sha256),
    payloadSha256: toHex(recording.payloadSha256),
    sizeBytes: recording.sizeBytes,
    recordedAt: recording.recordedAt.toISOString(),
    dueAt: recording.dueAt.toISOString(),
    lawPackId: recording.lawPackId,
    ruleId: retention.ruleId,
    keyDestroyed: true,
    objectsRemoved,
    erasedAt: at.toISOString(),
  }
}

class AlreadyErased extends Error {}
