import type { Access } from '#access'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'

export type MarkersDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  access: Access
}>
