import { randomBytes } from 'node:crypto'
import { type Actor, type CorpsId, newId } from '@getuige/base'
import { emptyRoot, entrySaltBytes, leafOf } from '@getuige/proof'
import type { Tx } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { describeActor, type NewEntry } from './entries.ts'
import { findLogId, insertEntry, insertLog } from './store.ts'

/** Enters what was done. Call it in the act, once or more. */
export type Record_ = (entry: NewEntry) => Promise<void>

/**
 * One act: the rows it changes, its custody entries and the jobs that follow commit together, or nothing does. Throws
 * when nothing was recorded, so an act without an entry cannot be written. Entries wait for the sequencer, so acts do
 * not wait for one another.
 */
export function newAct(deps: CustodyDeps) {
  const logIds = new Map<string, string>()

  /** Made on first use, in a transaction of its own: a row that a long act holds would make the others wait. */
  async function demandLogId(corpsId: CorpsId, at: Date): Promise<string> {
    const year = at.getUTCFullYear()
    const id = `${corpsId}.${year}`
    if (logIds.has(id)) return id
    if ((await findLogId(deps.db, corpsId, year)) === undefined) {
      await insertLog(deps.db, { id, corpsId, year, origin: `${deps.originHost}/${corpsId}/${year}`, root: emptyRoot })
    }
    logIds.set(id, id)
    return id
  }

  async function enter(tx: Tx, logId: string, actor: Actor, entry: NewEntry, at: Date): Promise<void> {
    const salt = randomBytes(entrySaltBytes)
    const described = describeActor(actor)
    const fields = {
      actor: described,
      at: at.toISOString(),
      details: entry.details,
      recordingId: entry.recordingId,
      type: entry.type,
    }
    await insertEntry(tx, {
      ...entry,
      id: newId('entry', at),
      logId,
      corpsId: actor.corpsId,
      actor: described as Record<string, string>,
      at,
      salt,
      leaf: leafOf(fields, salt),
    })
  }

  return async function act<T>(actor: Actor, work: (tx: Tx, record: Record_) => Promise<T>): Promise<T> {
    const at = deps.clock.now()
    // Before the transaction: an act that holds a connection must never wait for a second one.
    const logId = await demandLogId(actor.corpsId, at)
    return deps.db.transaction().execute(async (tx) => {
      let recorded = 0
      const result = await work(tx, async (entry) => {
        recorded += 1
        await enter(tx, logId, actor, entry, at)
        await deps.react(tx, actor.corpsId, entry)
      })
      if (recorded === 0) throw new Error('an act recorded nothing')
      return result
    })
  }
}
