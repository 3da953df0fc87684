import type { Access } from '#access'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Retention } from '#retention'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'

export type SearchDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  access: Access
  retention: Pick<Retention, 'hasHold' | 'placeHoldWithin'>
}>
