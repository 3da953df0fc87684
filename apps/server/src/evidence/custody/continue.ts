import { toBase64 } from '@getuige/base'
import { type Checkpoint, parseCheckpoint, ProofError, readUnverifiedNote, verifyCheckpoint } from '@getuige/proof'
import type { Tx } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { makeEntry } from './entries.ts'
import { findHeadTrouble } from './head-check.ts'
import { signWaiting } from './sequencer.ts'
import { demandSigner } from './signer.ts'
import {
  closeLog,
  type CustodyLog,
  insertEntries,
  insertLog,
  listLogs,
  listLogsWithWaiting,
  listOpenLogs,
  lockLog,
  moveWaiting,
  unmarkRestored,
} from './store.ts'

export type ContinueRequest = Readonly<{
  /** Why: the words of the operator, such as which back-up was restored. */
  reason: string
  /** `refused`: logs that are not signed as they stand. `growing`: besides, every log that acts or waiting entries enter. Those are among the refused after a restore. */
  which: 'refused' | 'growing'
  /** Heads of our logs that others kept, as signed notes. Throws `ProofError` if one is not signed by us. */
  heads?: readonly string[]
}>
export type Continued = Readonly<{
  from: string
  origin: string
  /** Entries that were signed, by the newest head known, and that the database no longer has. */
  lost: number
}>

/**
 * Go on in another log where one cannot be signed any more, or after a restore, when nobody here can know what was
 * signed after the back-up. The old log is closed as the database has it. The first entry of the new one says so:
 * `log-continued`, with the head that the database has and every newer one that is known. What waited enters the new log.
 */
export async function continueLogs(deps: CustodyDeps, request: ContinueRequest): Promise<Continued[]> {
  const open = await listOpenLogs(deps.db.everyCorps)
  const waiting = new Set((await listLogsWithWaiting(deps.db.everyCorps)).map(({ id }) => id))
  const continued: Continued[] = []
  for (const { id, corpsId } of open) {
    const isGrowing = waiting.has(id) || open.findLast((log) => log.corpsId === corpsId)?.id === id
    const { name, vkey } = await demandSigner(deps.keystore, deps.originHost, corpsId)
    const given = (request.heads ?? [])
      .map((note) => ({ note, origin: parseCheckpoint(readUnverifiedNote(note).text).origin }))
      .filter(({ origin }) => origin.startsWith(`${name}/`))
      .map(({ note }) => verifyCheckpoint(note, vkey))
    const kept = await deps.heads.find(id)
    const done = await deps.db
      .of(corpsId)
      .transaction()
      .execute(async (tx) => {
        const log = await lockLog(tx, id)
        const isRefused =
          (log.restoredAt !== null && isGrowing) ||
          (await findHeadTrouble(deps, tx, log, kept)) !== undefined ||
          given.some(({ origin, size }) => origin === log.origin && size > log.size)
        if (!isRefused && !(request.which === 'growing' && isGrowing)) {
          // A log of a year that is over came from the back-up whole.
          if (log.restoredAt !== null) await unmarkRestored(tx, log.id)
          return undefined
        }
        return continueLog(deps, tx, log, {
          reason: request.reason,
          known: [...given, ...(await keptHeads(deps, tx, log))],
        })
      })
    if (done === undefined) continue
    await deps.heads.keep(done.logId, done.checkpoint)
    continued.push(done.continued)
  }
  return continued
}

async function continueLog(
  deps: CustodyDeps,
  tx: Tx,
  log: CustodyLog,
  { reason, known }: Readonly<{ reason: string; known: readonly Checkpoint[] }>,
): Promise<{ logId: string; checkpoint: string; continued: Continued }> {
  const { corpsId, year } = log
  const at = deps.clock.now()
  // Named by the moment, not counted: a database that was set back has forgotten how many there were.
  const label = `${year}.${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  const id = `${corpsId}.${label}`
  const origin = `${deps.originHost}/${corpsId}/${label}`
  await closeLog(tx, log.id, at)
  await insertLog(tx, { id, corpsId, year, origin, continues: log.id })

  const newer = [...Map.groupBy(known, (head) => head.origin).values()].flatMap((heads) => {
    const newest = heads.reduce((one, other) => (other.size > one.size ? other : one))
    return newest.origin === log.origin && newest.size <= log.size ? [] : [newest]
  })
  const entry = makeEntry(
    { kind: 'system', corpsId },
    {
      type: 'log-continued',
      recordingId: null,
      details: {
        log: log.origin,
        stored: { size: log.size, root: toBase64(log.root) },
        known: newer.map(({ origin: of, size, root }) => ({ log: of, size, root: toBase64(root) })),
        reason,
      },
    },
    id,
    at,
  )
  await insertEntries(tx, [entry])
  const begun = await lockLog(tx, id)
  const signed = await signWaiting(deps, tx, begun, null)
  if (signed === undefined) throw new Error(`${id} was begun without its first entry`)
  await moveWaiting(tx, log.id, id)
  const lost = newer.reduce((sum, head) => sum + head.size - (head.origin === log.origin ? log.size : 0), 0)
  return { logId: id, checkpoint: signed.checkpoint, continued: { from: log.origin, origin, lost } }
}

/** The heads kept beside the database of this log, and of those of the same year that the database does not know. */
async function keptHeads(deps: CustodyDeps, tx: Tx, log: CustodyLog): Promise<Checkpoint[]> {
  const { vkey } = await demandSigner(deps.keystore, deps.originHost, log.corpsId)
  const others = new Set((await listLogs(tx, log.corpsId)).map(({ id }) => id).filter((id) => id !== log.id))
  const heads: Checkpoint[] = []
  for (const id of await deps.heads.list()) {
    const isOfYear = id === `${log.corpsId}.${log.year}` || id.startsWith(`${log.corpsId}.${log.year}.`)
    if (!isOfYear || others.has(id)) continue
    const note = await deps.heads.find(id)
    if (note === undefined) continue
    try {
      heads.push(verifyCheckpoint(note, vkey))
    } catch (error) {
      // What is no head of ours says nothing about what was signed.
      if (!(error instanceof ProofError)) throw error
    }
  }
  return heads
}
