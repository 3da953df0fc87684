import { type CorpsId, dayOf, type RecordingId } from '@getuige/base'
import { type Law, type LawKey, resolveLaw } from '@getuige/law'
import { sql } from 'kysely'
import { nothingToRecord } from '#custody'
import { dueAgain } from '#deployments'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { Reader } from '#platform/database'
import type { RetentionDeps } from './deps.ts'

const batchRecordings = 200

/**
 * Apply adoptions that reach recordings already there: the day of each moves where the law erases it earlier, never
 * later, and its key with it. In batches, each an act; what a crash leaves is gone on with, and a recording that moved is
 * not moved again. Custody: `law-changed`. Answers how many recordings moved.
 */
export async function applyAdoptions(deps: RetentionDeps, signal?: AbortSignal): Promise<number> {
  let moved = 0
  for (const { serial, corpsId, law: key, inForceFrom } of await deps.corps.listUnapplied(deps.clock.now())) {
    const law = resolveLaw(key)
    for (let afterId: string | undefined = ''; afterId !== undefined;) {
      signal?.throwIfAborted()
      const ids: RecordingId[] = await listUnder(deps.db.of(corpsId), corpsId, law, inForceFrom, afterId)
      afterId = ids.at(-1)
      moved += await moveBatch(deps, corpsId, law, ids)
    }
    await deps.corps.tellApplied(corpsId, serial, deps.clock.now())
  }
  return moved
}

async function moveBatch(
  { clock, custody, recordings, vault }: RetentionDeps,
  corpsId: CorpsId,
  law: Law,
  ids: readonly RecordingId[],
): Promise<number> {
  if (ids.length === 0) return 0
  const today = dayOf(clock.now(), law.timeZone)
  let moved = 0
  await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    for (const recording of await recordings.lockAll(tx, corpsId, ids)) {
      const due = findEarlierDue(law, recording)
      if (due === null) continue
      await recordings.tellLaw(tx, recording.id, { law: law.key, ...due })
      // A held one keeps the key of its hold; lifting brings it under the new day.
      if (!recording.isHeld) {
        await vault.releaseKey(tx, corpsId, recording.id, due.dueOn > today ? due.dueOn : today)
      }
      await record({
        type: 'law-changed',
        recordingId: recording.id,
        details: {
          law: law.key,
          lawBefore: recording.law,
          dueAt: due.dueAt.toISOString(),
          dueOn: due.dueOn,
          dueOnBefore: recording.dueOn,
          ruleId: law.retention.keepFor.ruleId,
        },
      })
      moved += 1
    }
    return moved === 0 ? nothingToRecord : undefined
  })
  return moved
}

/** Null: it stays as it is, under the law it has. */
function findEarlierDue(law: Law, recording: RegisteredRecording) {
  if (hasErasureBegun(recording.state) || recording.law === law.key) return null
  const due = dueAgain(law, recording.recordedAt, recording.receivedAt)
  return due.dueAt < recording.dueAt ? due : null
}

/** Recordings of the same pack that were made before this law came into force. */
async function listUnder(
  db: Reader,
  corpsId: CorpsId,
  law: Law,
  inForceFrom: Date,
  afterId: string,
): Promise<RecordingId[]> {
  const rows = await db
    .selectFrom('recording')
    .select('id')
    .where('corps_id', '=', corpsId)
    .where('state', 'in', ['stored', 'viewable'])
    .where('recorded_at', '<', inForceFrom)
    .where(sql<LawKey>`law`, '!=', law.key)
    .where(sql<string>`split_part(law, '@', 1)`, '=', law.id)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(batchRecordings)
    .execute()
  return rows.map((row) => row.id as RecordingId)
}
