import type { CorpsId, RecordingId } from '@getuige/base'
import { formatTlogProof, parseCheckpoint, proveInclusion, readUnverifiedNote } from '@getuige/proof'
import type { CustodyDeps } from './deps.ts'
import { type CustodyLog, listEntriesOf, listLogs, type StoredEntry, tileReader } from './store.ts'

export type ProvenEntry = Readonly<{ entry: StoredEntry; origin: string; proof: string }>

/** The custody trail of a recording, oldest first, with the newest head of the log that its newest entries are in. */
export async function readTrail(
  deps: CustodyDeps,
  corpsId: CorpsId,
  recordingId: RecordingId,
): Promise<{ entries: StoredEntry[]; log: CustodyLog | null }> {
  const entries = await listEntriesOf(deps.db, corpsId, recordingId)
  const logs = await listLogs(deps.db, corpsId)
  return { entries, log: logs.at(-1) ?? null }
}

/**
 * Every entry of the trail with its proof under the newest checkpoint of its log. Throws when one has no place yet:
 * sequence first.
 */
export async function proveTrail(
  deps: CustodyDeps,
  corpsId: CorpsId,
  recordingId: RecordingId,
): Promise<{ entries: ProvenEntry[]; checkpoints: string[] }> {
  // One snapshot: entries, tiles and checkpoints that belong together.
  return deps.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const logs = new Map((await listLogs(tx, corpsId)).map((log) => [log.id, log]))
      const entries: ProvenEntry[] = []
      const checkpoints = new Set<string>()
      for (const entry of await listEntriesOf(tx, corpsId, recordingId)) {
        const log = logs.get(entry.logId)
        if (entry.logIndex === null || log?.checkpoint == null)
          throw new Error(`entry ${entry.id} is not in the log yet`)
        const { size, origin } = parseCheckpoint(readUnverifiedNote(log.checkpoint).text)
        const path = await proveInclusion(tileReader(tx, log.id), entry.logIndex, size)
        entries.push({
          entry,
          origin,
          proof: formatTlogProof({ index: entry.logIndex, path, checkpoint: log.checkpoint }),
        })
        checkpoints.add(log.checkpoint)
      }
      return { entries, checkpoints: [...checkpoints] }
    })
}
