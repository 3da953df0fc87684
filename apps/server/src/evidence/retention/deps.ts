import type { CorpsId } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Access } from '#access'
import type { Custody } from '#custody'
import type { LawPack } from '#deployments'
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
  findLawPack(law: LawKey): LawPack
  timeZoneOf(corpsId: CorpsId): Promise<string>
}>
