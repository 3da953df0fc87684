import type { CorpsId } from '@getuige/base'
import type { Law } from '@getuige/law'
import type { Access } from '#access'
import type { Authority } from '#authority'
import type { Custody } from '#custody'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Log } from '#platform/log'

export type OversightDeps = Readonly<{
  db: Database
  clock: Clock
  log: Log
  custody: Custody
  access: Pick<Access, 'requireCorps'>
  authority: Authority
  vault: Vault
  corpsOf(corpsId: CorpsId): Promise<Readonly<{ name: string; timeZone: string }>>
  listCorps(): Promise<readonly Readonly<{ id: CorpsId }>[]>
  lawAt(corpsId: CorpsId, at: Date): Promise<Law>
  /** Null where no back-ups are made. */
  findBackup(): Promise<Readonly<{ madeAt: Date | null; isOverdue: boolean }> | null>
}>
