import type { CorpsId } from '@getuige/base'
import type { Access } from '#access'
import type { Approvals } from '#approvals'
import type { Authority } from '#authority'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { TimeStamps } from '#platform/time-stamp'

export type CasesDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  vault: Vault
  access: Access
  ask: Approvals['ask']
  authority: Authority
  timeStamps: TimeStamps
  corpsOf(corpsId: CorpsId): Promise<Readonly<{ name: string; timeZone: string }>>
}>
