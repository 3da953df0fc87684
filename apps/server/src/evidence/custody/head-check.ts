import { equalBytes } from '@getuige/base'
import {
  type Checkpoint,
  parseCheckpoint,
  ProofError,
  readUnverifiedNote,
  rootFromTiles,
  verifyCheckpoint,
} from '@getuige/proof'
import type { Reader } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { demandSigner } from './signer.ts'
import { type CustodyLog, TileMissing, tileReader } from './store.ts'

/** Why a log may not be signed as it stands. */
export type HeadTrouble = Readonly<{
  what: 'head-ahead' | 'head-differs' | 'head-missing' | 'head-bad' | 'tiles-differ' | 'origin-differs' | 'restored'
  /** A sentence for the operator: ids and numbers, no names. */
  sentence: string
}>

/** Thrown where a log would be signed that may not be. */
export class LogRefused extends Error {
  readonly trouble: HeadTrouble
  constructor(log: CustodyLog, trouble: HeadTrouble) {
    super(`${log.origin}: ${trouble.sentence}`)
    this.trouble = trouble
  }
}

/** Why the log may not be signed as it stands; see `findHeadTrouble`. A log that a back-up brought is not even looked at. */
export async function findTrouble(
  deps: CustodyDeps,
  db: Reader,
  log: CustodyLog,
  kept: string | undefined,
): Promise<HeadTrouble | undefined> {
  if (log.restoredAt === null) return findHeadTrouble(deps, db, log, kept)
  const sentence =
    'the database was restored from a back-up, and nobody here can know what was signed after it: stop the server and ' +
    'give npx getuige log continue --restored'
  return { what: 'restored', sentence }
}

/**
 * Hold what the database has of a log against the head that was kept beside it. In order is a kept head of the same
 * size, or of one that the stored tiles give the same root for: a crash between the commit and the file leaves it
 * behind. `kept` must have been read before `db` began to look, or while it holds the lock of the log: a head is kept
 * only after the commit that made it, so one that is ahead then was not made by this database.
 */
export async function findHeadTrouble(
  deps: CustodyDeps,
  db: Reader,
  log: CustodyLog,
  kept: string | undefined,
): Promise<HeadTrouble | undefined> {
  const { name, vkey } = await demandSigner(deps.keystore, deps.originHost, log.corpsId)
  if (!log.origin.startsWith(`${name}/`)) {
    const sentence = `the log was begun under another name than ${deps.originHost}; set GETUIGE_ORIGIN as it was, or continue it`
    return { what: 'origin-differs', sentence }
  }
  if (kept === undefined) {
    if (log.keptSize === null) return undefined
    const sentence = `the head of ${log.keptSize} entries that was kept beside the database is gone`
    return { what: 'head-missing', sentence }
  }
  // The very note that the database has needs no second look at its signature.
  const head = kept === log.checkpoint ? parseCheckpoint(readUnverifiedNote(kept).text) : readHead(kept, vkey)
  if (head?.origin !== log.origin)
    return { what: 'head-bad', sentence: 'what is kept beside the database is no head of this log' }
  if (head.size > log.size) {
    const sentence = `the database was set back: it has ${log.size} entries, ${head.size} were signed`
    return { what: 'head-ahead', sentence }
  }
  try {
    const tiles = tileReader(db, log.id)
    if (!equalBytes(await rootFromTiles(tiles, head.size), head.root)) {
      const sentence = `the database was written anew: its first ${head.size} entries are not those that were signed`
      return { what: 'head-differs', sentence }
    }
    if (head.size < log.size && !equalBytes(await rootFromTiles(tiles, log.size), log.root)) {
      return { what: 'tiles-differ', sentence: 'the tiles no longer give the root that was signed last' }
    }
  } catch (error) {
    if (!(error instanceof ProofError) && !(error instanceof TileMissing)) throw error
    return { what: 'tiles-differ', sentence: error.message }
  }
  return undefined
}

function readHead(note: string, vkey: string): Checkpoint | undefined {
  try {
    return verifyCheckpoint(note, vkey)
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}
