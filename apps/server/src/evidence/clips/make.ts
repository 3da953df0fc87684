import { createHash } from 'node:crypto'
import { newId, type PersonActor, type RecordingId, toHex } from '@getuige/base'
import { clipMethod, type ClipOrigin } from '@getuige/contract'
import { z } from 'zod'
import { copyGrants } from '#access'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import { TaskProblem, TaskStopped, type TaskWork } from '#tasks'
import type { Append, MadePayload } from '#vault'
import type { ClipsDeps } from './deps.ts'
import { nameOf } from './rules.ts'

const askedSchema = z.object({
  inMs: z.int(),
  outMs: z.int(),
  method: clipMethod,
  reason: z.string(),
  purpose: z.string(),
  reference: z.string().nullable(),
  viewingId: z.string(),
})
type Asked = z.output<typeof askedSchema>

/**
 * Cut a clip and enter it in the register. The same part, cut in the same way, that is still there and that whoever asks
 * may know of is the answer. Order: sealed bytes in staging, then in the store; then one transaction in which the clip is
 * registered, opened to whom its original is open, held as that is, entered on the trails of both, and its task is done.
 * A crash before it leaves bytes that no key opens any more, which are swept; the task begins again. Custody: `clip-made`
 * twice, `hold-placed` for each hold of the original.
 */
export async function cutClip(deps: ClipsDeps, work: TaskWork): Promise<{ madeRecordingId?: RecordingId }> {
  const { access, clock, db, media, recordings, vault } = deps
  const { corpsId, recordingId, askedBy, signal } = work
  const asked = askedSchema.parse(work.input)
  if (askedBy === null) throw new Error('a clip is asked for by somebody')
  const reader = db.of(corpsId)
  const original = await recordings.find(corpsId, recordingId)
  if (original === undefined || hasErasureBegun(original.state)) throw new TaskProblem('erased')
  // It may have waited long: what opened the recording to whoever asked may have ended since.
  const { allowed } = await access.decide(reader, 'view', askedBy, original, asked.purpose)
  if (!allowed) throw new TaskStopped('whoever asked may no longer view the recording')
  const same = await findSame(deps, askedBy, original, asked)
  if (same !== undefined) return { madeRecordingId: same }
  // Its moments are those of the time line that people saw.
  const proxy = original.proxy?.givesTimes === true ? original.proxy : null
  const source = await vault.find(reader, recordingId, proxy === null ? 'payload' : 'proxy')
  if (source === undefined) throw new TaskProblem('erased')

  const clipId = newId('recording', clock.now())
  const began = original.facts?.createdAt ?? null
  const cut = {
    ...asked,
    comment: `${clipId}: ${asked.inMs}-${asked.outMs} ms of ${recordingId}`,
    createdAt: began === null ? null : new Date(Date.parse(began) + asked.inMs),
  }
  const sha256 = createHash('sha256')
  let made: Awaited<ReturnType<typeof media.cut>> | undefined
  const sealed = await vault.sealMade(corpsId, clipId, original.dueAt, async (write) => {
    const append: Append = (piece) => {
      sha256.update(piece)
      return write(piece)
    }
    made = await media.cut(source, cut, { append, signal, report: work.report })
  })
  try {
    signal.throwIfAborted()
    if (made === undefined) throw new Error('nothing was cut')
    const { container, madeBy, ...facts } = made
    const origin: ClipOrigin = {
      recordingId,
      sha256: toHex(original.sha256),
      inMs: asked.inMs,
      outMs: asked.outMs,
      ...facts,
      madeBy: proxy === null ? madeBy : `${madeBy}; from the proxy, SHA-256 ${proxy.sha256}`,
      method: asked.method,
      reason: asked.reason,
    }
    await enter(deps, work.taskId, askedBy, asked, {
      id: clipId,
      origin,
      container,
      sealed,
      sha256: sha256.digest(),
    })
  } catch (error) {
    // Whatever else it was, it may have been committed: then it is a recording. What is none is swept.
    if (error instanceof TaskProblem || error instanceof TaskStopped) await vault.discardMade(sealed)
    throw error
  }
  return { madeRecordingId: clipId }
}

async function findSame(
  { access, db, recordings }: ClipsDeps,
  actor: PersonActor,
  original: RegisteredRecording,
  { inMs, outMs, method }: Asked,
): Promise<RecordingId | undefined> {
  for (const { id, ...part } of await recordings.listClipsOf(original)) {
    if (part.inMs !== inMs || part.outMs !== outMs) continue
    const clip = await recordings.find(original.corpsId, id)
    if (clip?.clipOf?.method !== method) continue
    if ((await access.decide(db.of(original.corpsId), 'know', actor, clip)).allowed) return id
  }
  return undefined
}

type NewClip = Readonly<{
  id: RecordingId
  origin: ClipOrigin
  container: string
  sealed: MadePayload
  sha256: Uint8Array
}>

async function enter(
  deps: ClipsDeps,
  taskId: TaskWork['taskId'],
  actor: PersonActor,
  { purpose, reference, viewingId }: Asked,
  { id: clipId, origin, container, sealed, sha256 }: NewClip,
): Promise<void> {
  const { clock, custody, recordings, tasks, vault } = deps
  const { corpsId } = actor
  const { recordingId: originalId, inMs, outMs, fromMs, toMs, method, madeBy, reason } = origin
  // Before the act, whose moment its entries have: nothing is entered before it was received.
  const receivedAt = clock.now()
  await custody.act(actor, async (tx, record) => {
    await tasks.requireRunning(tx, taskId) // whoever cancels takes the same lock
    const original = await recordings.lock(tx, corpsId, originalId) // and whoever erases, this one
    if (hasErasureBegun(original.state)) throw new TaskProblem('erased')
    const { cameraId, wearerId, law, dueAt, dueOn, activation, recordedAtFrom } = original
    const recordedAt = new Date(original.recordedAt.getTime() + fromMs)
    const inserted = await recordings.insert(tx, {
      id: clipId,
      corpsId,
      cameraId,
      wearerId,
      recordedAt,
      recordedAtFrom,
      receivedAt,
      sizeBytes: sealed.ref.sizeBytes,
      sha256,
      payloadSha256: sealed.payloadSha256,
      originalName: nameOf(original.originalName, origin, container),
      law,
      dueAt,
      dueOn,
      activation,
      clipOf: origin,
    })
    if (!inserted) throw new Error('a clip names itself, so no other recording has its digest')
    await vault.adopt(tx, { corpsId, recordingId: clipId, dueOn, ...sealed })
    const grants = await copyGrants(tx, originalId, clipId, receivedAt)
    await recordings.tellTerms(tx, clipId, 'purpose', purpose, [purpose])
    const part = { inMs, outMs, fromMs, toMs, cutMethod: method, cutBy: madeBy }
    const why = { reason, purpose, reference, viewingId }
    await record({
      type: 'clip-made',
      recordingId: clipId,
      details: {
        originalId,
        originalSha256: origin.sha256,
        ...part,
        ...why,
        cameraId,
        wearerId,
        sha256: toHex(sha256),
        payloadSha256: toHex(sealed.payloadSha256),
        sizeBytes: sealed.ref.sizeBytes,
        recordedAt: recordedAt.toISOString(),
        recordedAtFrom,
        dueAt: dueAt.toISOString(),
        law,
        activation,
        grants: grants.map(({ grantId, copyOf }) => ({ grantId, copyOf })),
      },
    })
    await record({
      type: 'clip-made',
      recordingId: originalId,
      details: { clipId, clipSha256: toHex(sha256), ...part, ...why },
    })
    if (original.isHeld) await deps.holdAsOriginal(tx, record, { corpsId, originalId, clipId })
    await tasks.finish(tx, taskId, clipId)
  })
}
