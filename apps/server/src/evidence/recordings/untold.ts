import type { CorpsId, RecordingId } from '@getuige/base'
import { sql } from 'kysely'
import type { Database, Tx } from '#platform/database'
import { hasErasureBegun } from './lifecycle.ts'
import { tellPlaces } from './places.ts'
import { lockRecordings } from './store.ts'
import { tellTerms, type TermSource } from './terms.ts'

const batchRecordings = 200

/**
 * Keep what was told of recordings before there was a search by words and places. May run twice or stop anywhere; returns
 * at once when nothing waits.
 */
export async function tellUntold(database: Database, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const { rows } = await sql<{ id: RecordingId; corps_id: CorpsId }>`
      select distinct recording_id as id, corps_id
      from (select recording_id, corps_id from recording_untold order by recording_id limit ${batchRecordings}) as next`.execute(
      database.everyCorps,
    )
    if (rows.length === 0) return
    for (const [corpsId, its] of Map.groupBy(rows, (row) => row.corps_id)) {
      const ids = its.map(({ id }) => id)
      await database
        .of(corpsId)
        .transaction()
        .execute((tx) => tellThese(tx, corpsId, ids))
    }
  }
}

async function tellThese(tx: Tx, corpsId: CorpsId, ids: readonly RecordingId[]): Promise<void> {
  const locked = await lockRecordings(tx, corpsId, ids)
  const kept = new Set(locked.flatMap(({ id, state }) => (hasErasureBegun(state) ? [] : [id])))
  const { rows } = await sql<{ id: RecordingId; source: TermSource | 'place'; key: string; texts: string[] }>`
    delete from recording_untold where recording_id = any(${ids}::text[])
    returning recording_id as id, source, key, texts`.execute(tx)
  for (const { id, source, key, texts } of rows) {
    if (!kept.has(id)) continue
    if (source !== 'place') await tellTerms(tx, id, source, key, texts)
    else await tellPlaces(tx, id, [{ latitude: Number(texts[0]), longitude: Number(texts[1]) }])
  }
}
