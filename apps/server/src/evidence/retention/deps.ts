import type { ApprovalId, CorpsId, PersonActor } from '@getuige/base'
import type { Corps } from '#corps'
import type { Access } from '#access'
import type { Ask } from '#approvals'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Log } from '#platform/log'

export type RetentionDeps = Readonly<{
  db: Database
  clock: Clock
  log: Log
  custody: Custody
  recordings: Recordings
  vault: Vault
  access: Access
  corps: Pick<Corps, 'list' | 'lawKeyAt' | 'listUnapplied' | 'tellApplied'>
  /** A second person is asked; what is approved is done by the performer of its act. */
  ask(actor: PersonActor, request: Ask): Promise<{ approvalId: ApprovalId; expiresAt: Date }>
  timeZoneOf(corpsId: CorpsId): Promise<string>
}>
