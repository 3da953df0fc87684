import type { CorpsId, PersonId } from '@getuige/base'
import type { Custody } from '#custody'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'

export type DevicesDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  findPerson(corpsId: CorpsId, personId: PersonId): Promise<{ name: string } | undefined>
}>
