import type { CorpsId, Day } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Custody } from '#custody'
import type { Devices } from '#devices'
import type { Recordings } from '#recordings'
import type { PlainSource, Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Log } from '#platform/log'

/** What a recording says of itself, as far as receiving it needs to know. */
export type Claims = Readonly<{
  /** Creation time in the file; null where it has none. */
  recordedAt: Date | null
  /** True when a probe found neither index nor any track: then the first bytes decide whether it is media at all. */
  isUnreadable: boolean
}>

export type IngestDeps = Readonly<{
  db: Database
  clock: Clock
  log: Log
  custody: Custody
  recordings: Recordings
  vault: Vault
  devices: Devices
  /** What the file says of itself. Never rejects on what the bytes say. */
  readClaims(source: PlainSource, signal: AbortSignal): Promise<Claims>
  recogniseHead(head: Uint8Array): Promise<{ verdict: 'media' | 'unknown' } | { verdict: 'not-media'; because: string }>
  hasMediaTraces(bytes: Uint8Array): boolean
  /** Told by the law pack of the corps: until when a recording of that moment is kept, and what its record asks. */
  decideKeeping(
    corpsId: CorpsId,
    recordedAt: Date,
  ): Promise<{ law: LawKey; dueAt: Date; dueOn: Day; activation: 'missing' | 'not-asked' }>
}>
