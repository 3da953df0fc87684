import type { TaskId, ViewingId } from '@getuige/base'
import type { Viewer } from '#access'
import type { TaskWork } from '#tasks'
import { AppError } from '#platform/errors'
import type { ClipsDeps } from './deps.ts'
import { cutClip } from './make.ts'
import { isWithin, type Part } from './rules.ts'

export type { ClipsDeps } from './deps.ts'
export type { Part } from './rules.ts'
export type Clips = ReturnType<typeof openClips>

/** Parts cut out of recordings: each a recording of its own, that says of what it is a part. */
export function openClips(deps: ClipsDeps) {
  const { access, db, media, tasks } = deps

  return {
    /** Ask for a clip within a viewing, whose purpose is its own. Throws `clip/…` where it cannot be made. */
    async make(actor: Viewer, viewingId: ViewingId, asked: Part & Readonly<{ reason: string }>): Promise<TaskId> {
      const { viewing, recording } = await access.requireViewing(actor, viewingId)
      const { inMs, outMs, method, reason } = asked
      if (!isWithin(asked, recording)) throw new AppError('clip/outside')
      if (!media.canCut(recording, method)) throw new AppError('clip/no-engine')
      const { purpose, reference } = viewing
      const { sessionId: _sessionId, ...askedBy } = actor
      return db
        .of(actor.corpsId)
        .transaction()
        .execute((tx) =>
          tasks.ask(tx, {
            corpsId: actor.corpsId,
            kind: 'clip',
            recordingId: recording.id,
            askedBy,
            input: { inMs, outMs, method, reason, purpose, reference, viewingId },
          }),
        )
    },

    /** Does what was asked, as a task. */
    cut: (work: TaskWork) => cutClip(deps, work),
  }
}
