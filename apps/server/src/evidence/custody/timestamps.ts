import { type CorpsId, utf8 } from '@getuige/base'
import { type Generated, sql } from 'kysely'
import type { Database, Reader } from '#platform/database'
import type { TimeStamps } from '#platform/time-stamp'

declare module '#platform/database' {
  interface Tables {
    custody_timestamp: {
      corps_id: Generated<string>
      log_id: string
      size: number
      checkpoint: string
      authority: string
      token: Uint8Array
      at: Date
    }
  }
}

/** `checkpoint` is the signed note that `token` (RFC 3161, DER) is over; `at` is the time that the token states. */
export type StampedCheckpoint = Readonly<{
  logId: string
  size: number
  checkpoint: string
  authority: string
  token: Uint8Array
  at: Date
}>

type StampDeps = Readonly<{ db: Database; timeStamps: TimeStamps }>

/**
 * Have the newest checkpoint of every log stamped that has none yet. An authority that is down delays: the next run asks
 * for what is newest then, which covers all before it. May run twice: the first stamp of a size is kept.
 */
export async function stampCheckpoints({ db, timeStamps }: StampDeps, signal: AbortSignal): Promise<number> {
  if (!timeStamps.isConfigured) return 0
  let stamped = 0
  for (const { id, corpsId, size, checkpoint } of await listUnstamped(db.everyCorps)) {
    signal.throwIfAborted()
    const stamp = await timeStamps.stamp(utf8(checkpoint), signal)
    if (stamp === undefined) break // whoever did not answer will not for the next log either
    await db
      .of(corpsId)
      .insertInto('custody_timestamp')
      .values({ log_id: id, size, checkpoint, ...stamp })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    stamped += 1
  }
  return stamped
}

async function listUnstamped(db: Reader): Promise<{ id: string; corpsId: string; size: number; checkpoint: string }[]> {
  const rows = await db
    .selectFrom('custody_log as l')
    .select(['l.id', 'l.corps_id as corpsId', 'l.size', 'l.checkpoint'])
    .where('l.size', '>', 0)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('custody_timestamp as t')
            .select(sql`1`.as('one'))
            .whereRef('t.log_id', '=', 'l.id')
            .whereRef('t.size', '=', 'l.size'),
        ),
      ),
    )
    .execute()
  return rows.flatMap(({ checkpoint, ...log }) => (checkpoint === null ? [] : [{ ...log, checkpoint }]))
}

/** The newest stamp of each authority on each log of a corps, newest first. */
export async function listNewestStamps(
  db: Reader,
  corpsId: CorpsId,
): Promise<Readonly<{ origin: string; authority: string; size: number; at: Date }>[]> {
  const rows = await db
    .selectFrom('custody_timestamp as t')
    .innerJoin('custody_log as l', 'l.id', 't.log_id')
    .distinctOn(['l.origin', 't.authority'])
    .select(['l.origin', 't.authority', 't.size', 't.at'])
    .where('l.corps_id', '=', corpsId)
    .orderBy('l.origin')
    .orderBy('t.authority')
    .orderBy('t.size', 'desc')
    .execute()
  return rows.toSorted((a, b) => b.at.getTime() - a.at.getTime())
}

/** The first stamped checkpoint that covers the entry, or the newest one; none larger than `size`. */
export async function findStamped(
  db: Reader,
  logId: string,
  which: Readonly<{ covering: number } | { upTo: number }>,
): Promise<StampedCheckpoint | undefined> {
  const all = db.selectFrom('custody_timestamp').selectAll().where('log_id', '=', logId)
  const row =
    'covering' in which
      ? await all.where('size', '>', which.covering).orderBy('size').limit(1).executeTakeFirst()
      : await all.where('size', '<=', which.upTo).orderBy('size', 'desc').limit(1).executeTakeFirst()
  if (row === undefined) return undefined
  const { corps_id: _corpsId, log_id: _logId, ...rest } = row
  return { logId, ...rest }
}
