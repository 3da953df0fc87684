import type { CorpsId } from '@getuige/base'
import type { Law } from '@getuige/law'
import type { Access } from '#access'
import type { Authority } from '#authority'
import type { Custody } from '#custody'
import type { Over } from '#recordings'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database, Tx } from '#platform/database'
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
  /** A page of the rows in which modules keep what people said and did, of what is over; how many of which table. */
  forgetRows(tx: Tx, over: Over): Promise<Readonly<Record<string, number>>>
  /** Null where no back-ups are made. */
  findBackup(): Promise<Readonly<{ madeAt: Date | null; isOverdue: boolean }> | null>
}>
