import type { PersonActor } from '@getuige/base'
import type { Task } from '@getuige/contract'
import type { Reader } from '#platform/database'
import type { TasksDeps } from './deps.ts'
import { mayCancel, mayRetry } from './rules.ts'
import { type ListedTask, listMatching } from './store.ts'

/**
 * What a list shows of work that this person may know of. Whoever knows of a recording for no other reason than that they
 * wore the camera is not told who works with it.
 */
export async function describeTasks(
  { access, recordings }: Pick<TasksDeps, 'access' | 'recordings'>,
  actor: PersonActor,
  listed: readonly ListedTask[],
  reader: Reader,
): Promise<Task[]> {
  const ids = [...new Set(listed.map(({ recordingId }) => recordingId))]
  const worn = new Set(listed.filter(({ wearerId }) => wearerId === actor.id).map(({ recordingId }) => recordingId))
  const found = await Promise.all([...worn].map((id) => recordings.find(actor.corpsId, id, reader)))
  const knownAsWearer = await access.listKnownAsWearer(
    reader,
    actor,
    found.filter((one) => one !== undefined),
  )
  const made = listed.flatMap(({ madeRecordingId }) => madeRecordingId ?? [])
  const known = await listMatching(reader, await access.listFilter(actor, 'know'), made)
  const assignable = await listMatching(reader, await access.listFilter(actor, 'assign'), ids)
  return listed
    .filter(({ askedBy, recordingId }) => askedBy === null || askedBy === actor.id || !knownAsWearer.has(recordingId))
    .map((task) => {
      const askedBy = task.askedBy === null ? 'system' : task.askedBy === actor.id ? 'oneself' : 'somebody'
      const standing = {
        state: task.state,
        problem: task.problem,
        askedBy,
        mayAssign: assignable.has(task.recordingId),
      } as const
      return {
        id: task.id,
        kind: task.kind,
        recordingId: task.recordingId,
        recordedAt: task.recordedAt.toISOString(),
        cameraLabel: task.cameraLabel,
        state: task.state,
        percent: task.percent,
        remainingMs: task.remainingMs,
        problem: task.problem,
        madeRecordingId: task.madeRecordingId !== null && known.has(task.madeRecordingId) ? task.madeRecordingId : null,
        askedAt: task.askedAt.toISOString(),
        startedAt: task.startedAt?.toISOString() ?? null,
        endedAt: task.endedAt?.toISOString() ?? null,
        askedBy: task.askedByName,
        may: { cancel: mayCancel(standing), retry: mayRetry(standing) },
      }
    })
}
