import type { CorpsId, RecordingId } from '@getuige/base'
import { formatTlogProof, proveInclusion } from '@getuige/proof'
import { AppError } from '#platform/errors'
import type { CustodyDeps } from './deps.ts'
import { type CustodyLog, listEntriesOf, listLogs, type StoredEntry, tileReader } from './store.ts'
import { findHeadToProveUnder } from './witnesses.ts'

export type ProvenEntry = Readonly<{ entry: StoredEntry; origin: string; proof: string }>

/** The custody trail of a recording, oldest first, with the newest head of the log that its newest entries are in. */
export async function readTrail(
  deps: CustodyDeps,
  corpsId: CorpsId,
  recordingId: RecordingId,
): Promise<{ entries: StoredEntry[]; log: CustodyLog | null }> {
  const entries = await listEntriesOf(deps.db.of(corpsId), corpsId, recordingId)
  const logs = await listLogs(deps.db.of(corpsId), corpsId)
  return { entries, log: logs.at(-1) ?? null }
}

/**
 * Every entry of the trail with its proof: under the newest checkpoint of its log that a witness cosigned, if that covers
 * all of them, else under the newest. Sequence first: throws `log/not-signed` when one has no place then.
 */
export async function proveTrail(
  deps: CustodyDeps,
  corpsId: CorpsId,
  recordingId: RecordingId,
): Promise<{ entries: ProvenEntry[]; checkpoints: string[] }> {
  // One snapshot: entries, tiles and checkpoints that belong together.
  return deps.db
    .of(corpsId)
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const logs = new Map((await listLogs(tx, corpsId)).map((log) => [log.id, log]))
      const trail = await listEntriesOf(tx, corpsId, recordingId)
      const entries: ProvenEntry[] = []
      const checkpoints: string[] = []
      for (const [logId, its] of Map.groupBy(trail, (entry) => entry.logId)) {
        const log = logs.get(logId)
        const indexes = its.flatMap(({ logIndex }) => logIndex ?? [])
        if (log?.checkpoint == null || indexes.length < its.length)
          throw new AppError('log/not-signed', { recordingId, log: logId })
        const { id, size, origin, checkpoint } = log
        const head = await findHeadToProveUnder(tx, { id, size, checkpoint }, Math.max(...indexes))
        for (const [i, entry] of its.entries()) {
          const index = indexes[i] ?? 0
          const path = await proveInclusion(tileReader(tx, id), index, head.size)
          entries.push({ entry, origin, proof: formatTlogProof({ index, path, checkpoint: head.note }) })
        }
        checkpoints.push(head.note)
      }
      return { entries, checkpoints }
    })
}
