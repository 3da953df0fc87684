import type { CorpsId, PersonActor } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Access } from '#access'
import type { Ask } from '#approvals'
import type { Adoption } from '#corps'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Clock } from '#platform/clock'
import type { Database, Reader, Tx } from '#platform/database'

export type DeploymentsDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  access: Access
  /** Names the law in force for the corps at an instant. */
  lawKeyAt(corpsId: CorpsId, at: Date, reader?: Reader): Promise<LawKey>
  listAdoptions(corpsId: CorpsId): Promise<readonly Adoption[]>
  insertAdoption(tx: Tx, corpsId: CorpsId, adoption: Adoption): Promise<void>
  /** A second person is asked; what is approved is done by the performer of its act. */
  ask(actor: PersonActor, request: Ask): Promise<{ approvalId: string; expiresAt: Date }>
}>
