import type { Access } from '#access'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Tasks } from '#tasks'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { CodecEngine } from './codec-engine.ts'

export type MediaDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  vault: Vault
  access: Access
  engine: CodecEngine
  /** Work is asked for in the transaction that needs it done. */
  tasks: Pick<Tasks, 'ask' | 'requireRunning'>
}>
