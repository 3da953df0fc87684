import type { CorpsId, PersonActor, PersonId } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Log } from '#platform/log'

export type Colleague = Pick<PersonActor, 'id' | 'name' | 'title' | 'roles'>

export type AccessDeps = Readonly<{
  db: Database
  clock: Clock
  log: Log
  custody: Custody
  recordings: Recordings
  vault: Vault
  /** The law of the corps itself at an instant; each recording keeps its own. */
  lawKeyAt(corpsId: CorpsId, at: Date): Promise<LawKey>
  /** Those who are of the corps now. */
  listColleagues(corpsId: CorpsId): Promise<readonly Colleague[]>
  findColleague(corpsId: CorpsId, personId: PersonId): Promise<Colleague | undefined>
}>
