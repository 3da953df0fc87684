import type { Custody } from '#custody'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Jobs } from '#platform/jobs'
import type { Keystore } from '#platform/keystore'
import type { Log } from '#platform/log'
import type { ObjectStore, Staging } from '#platform/object-store'
import type { Recordings } from '#recordings'

export type VaultDeps = Readonly<{
  db: Database
  clock: Clock
  keystore: Keystore
  staging: Staging
  objects: ObjectStore
  /** Has every object too, and gives back what the first has lost. */
  second: ObjectStore | undefined
  /** How fast objects are read again; 0: never, undefined: as fast as they can be. */
  scrubBytesPerSecond: number | undefined
  log: Log
  custody: Pick<Custody, 'act'>
  recordings: Pick<Recordings, 'find' | 'lock'>
  enqueue: Jobs['enqueue']
}>
