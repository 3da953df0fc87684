import type { CorpsId } from '@getuige/base'
import type { Clock } from '#platform/clock'
import type { Database, Tx } from '#platform/database'
import type { Keystore } from '#platform/keystore'
import type { Log } from '#platform/log'
import type { NewEntry } from './entries.ts'
import type { KeptHeads } from './kept-heads.ts'
import type { WitnessSetting } from './witnesses.ts'

export type CustodyDeps = Readonly<{
  db: Database
  clock: Clock
  keystore: Keystore
  log: Log
  /** The name under which the logs of this installation are known: a host name, without scheme. */
  originHost: string
  /** The last signed head of each log, beside the database. */
  heads: KeptHeads
  /** Whom to ask for a cosignature of each checkpoint. */
  witnesses: readonly WitnessSetting[]
  /** Queue what follows from an entry, in its transaction. */
  react(tx: Tx, corpsId: CorpsId, entry: NewEntry): Promise<void>
}>
