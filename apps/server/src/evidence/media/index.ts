import { type Actor, type CorpsId, dayOf, type PersonActor, type RecordingId } from '@getuige/base'
import type { pictureKinds } from '@getuige/contract'
import { nothingToRecord } from '#custody'
import type { TaskState, TaskWork } from '#tasks'
import type { PlainSource } from '#vault'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { MediaDeps } from './deps.ts'
import { canCut, type Cut, type CutFacts, cutOut, type CutWork } from './cut.ts'
import { makePictures } from './make-pictures.ts'
import { prepare } from './prepare.ts'
import { askMissing, makeProxy, type ProxyTask, tellProxyTask } from './proxy.ts'
import { listSidecars } from './sidecar-store.ts'
import { type AnnouncedSidecar, forgetSidecars, placeSidecars, receiveSidecar } from './sidecars.ts'
import { insertPreviewShown } from './store.ts'

export { findCodecEngine } from './codec-engine.ts'
export type { Cut, CutFacts } from './cut.ts'
export type { CodecEngine } from './codec-engine.ts'
export type { MediaDeps } from './deps.ts'
export { probe } from './probe.ts'
export { hasMediaTraces, recogniseHead } from './recognise.ts'
export { toContractSidecar } from './sidecar-store.ts'
export { forgetPreviews } from './store.ts'
export type Media = ReturnType<typeof openMedia>

/** Viewed: what a recording is, and the pictures by which people know it. */
export function openMedia(deps: MediaDeps) {
  const { db, clock, custody, recordings, vault, access } = deps
  /** Shown since this process began; the database knows of the rest. */
  const shown = new Set<string>()

  /** A picture of a recording is a look at it: entered once a person, recording and day, before the first byte. */
  async function enterPreview(actor: PersonActor, recordingId: RecordingId): Promise<void> {
    const on = dayOf(clock.now(), 'UTC')
    const key = `${recordingId}/${actor.id}/${on}`
    if (shown.has(key)) return
    await custody.act(actor, async (tx, record) => {
      if (!(await insertPreviewShown(tx, recordingId, actor.id, on))) return nothingToRecord
      return record({ type: 'preview-shown', recordingId, details: {} })
    })
    if (shown.size > 100_000) shown.clear()
    shown.add(key)
  }

  return {
    engineName: deps.engine.name,
    /** Whether this machine can cut so. */
    canCut: (recording: Parameters<typeof canCut>[1], method: Cut['method']) => canCut(deps.engine, recording, method),
    /** A part of a recording as a file of its own, while it is written by `append`. Throws a `TaskProblem`. */
    cut: (source: PlainSource, cut: Cut, work: CutWork): Promise<CutFacts> => cutOut(deps, source, cut, work),
    prepare: (data: Parameters<typeof prepare>[1], signal: AbortSignal) => prepare(deps, data, signal),
    makeProxy: (work: TaskWork) => makeProxy(deps, work),
    askMissing: (signal: AbortSignal) => askMissing(deps, signal),
    proxyTaskTold: (tx: Tx, of: ProxyTask, state: TaskState) => tellProxyTask(deps, tx, of, state),

    receiveSidecar: (actor: Actor, announced: AnnouncedSidecar, body: AsyncIterable<Uint8Array>, signal: AbortSignal) =>
      receiveSidecar(deps, actor, announced, body, signal),
    placeSidecars: (data: Parameters<typeof placeSidecars>[1], signal: AbortSignal) =>
      placeSidecars(deps, data, signal),
    forgetSidecars: (corpsId: CorpsId, recordingId: RecordingId) => forgetSidecars(deps, corpsId, recordingId),
    listSidecars: (corpsId: CorpsId, recordingId: RecordingId) => listSidecars(db.of(corpsId), recordingId),

    makePictures: (work: TaskWork) => makePictures(deps, work),

    /** Custody: `preview-shown`, once a day. Throws `media/no-picture` where there is none. */
    async openPicture(
      actor: PersonActor,
      recordingId: RecordingId,
      kind: (typeof pictureKinds)[number],
    ): Promise<PlainSource> {
      const recording = await recordings.find(actor.corpsId, recordingId)
      if (recording === undefined) throw new AppError('recording/not-found')
      const reader = db.of(actor.corpsId)
      await access.require(reader, 'know', actor, recording)
      const isMade = kind === 'scrub' ? recording.scrub !== null : recording.hasStoryboard
      if (recording.state !== 'viewable' || !isMade) throw new AppError('media/no-picture')
      // A picture is a look too, for a purpose and within its window; that it cannot be played does not matter here.
      await access.require(reader, 'preview', actor, { ...recording, playable: true })
      const source = await vault.find(db.of(actor.corpsId), recordingId, kind)
      if (source === undefined) throw new AppError('media/no-picture')
      await enterPreview(actor, recordingId)
      return source
    },
  }
}
