import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Jobs } from '#platform/jobs'
import type { Keystore } from '#platform/keystore'
import type { ObjectStore, Staging } from '#platform/object-store'

export type VaultDeps = Readonly<{
  db: Database
  clock: Clock
  keystore: Keystore
  staging: Staging
  objects: ObjectStore
  enqueue: Jobs['enqueue']
}>
