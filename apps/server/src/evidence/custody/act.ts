import type { Actor, CorpsId } from '@getuige/base'
import type { Tx } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { makeEntry, type NewEntry, type WaitingEntry } from './entries.ts'
import { findOpenLogId, insertEntriesLast, insertLog } from './store.ts'

/** Enters what was done. Call it in the act, once or more. The entries are written when the act ends. */
export type Record_ = (entry: NewEntry) => Promise<void>

/** Returned by an act that found nothing to do: its transaction is rolled back, and nothing is entered. */
export const nothingToRecord: unique symbol = Symbol('nothing to record')

/**
 * One act: the rows it changes, its custody entries and the jobs that follow commit together, or nothing does. Throws
 * when nothing was recorded, so an act without an entry cannot be written; one that finds on looking that there is
 * nothing to do returns `nothingToRecord`. Entries wait for the sequencer, so acts do not
 * wait for one another. `logIds` remembers the open log of each corps and year.
 */
export function newAct(deps: CustodyDeps, logIds: Map<string, string>) {
  /** Made on first use, in a transaction of its own: a row that a long act holds would make the others wait. */
  async function demandLogId(corpsId: CorpsId, at: Date): Promise<string> {
    const year = at.getUTCFullYear()
    const key = `${corpsId}.${year}`
    const known = logIds.get(key)
    if (known !== undefined) return known
    const origin = `${deps.originHost}/${corpsId}/${year}`
    const find = () => findOpenLogId(deps.db.of(corpsId), corpsId, year)
    let id = await find()
    if (id === undefined) {
      await insertLog(deps.db.of(corpsId), { id: key, corpsId, year, origin, continues: null })
      id = await find() // another server may have been first
    }
    if (id === undefined) throw new Error(`${origin} is closed, and no log goes on from it`)
    logIds.set(key, id)
    return id
  }

  return async function act<T>(actor: Actor, work: (tx: Tx, record: Record_) => Promise<T>): Promise<T> {
    const at = deps.clock.now()
    // Before the transaction: an act that holds a connection must never wait for a second one.
    const logId = await demandLogId(actor.corpsId, at)
    try {
      return await deps.db
        .of(actor.corpsId)
        .transaction()
        .execute(async (tx) => {
          const entries: WaitingEntry[] = []
          const result = await work(tx, async (entry) => {
            entries.push(makeEntry(actor, entry, logId, at))
            await deps.react(tx, actor.corpsId, entry)
          })
          if (result === nothingToRecord) throw new NothingToRecord(result)
          if (entries.length === 0) throw new Error('an act recorded nothing')
          await insertEntriesLast(tx, entries)
          return result
        })
    } catch (error) {
      if (error instanceof NothingToRecord) return error.answer as T
      throw error
    }
  }
}

/** Ends the transaction of an act that has nothing to do. */
class NothingToRecord extends Error {
  readonly answer: unknown
  constructor(answer: unknown) {
    super('nothing to record')
    this.answer = answer
  }
}
