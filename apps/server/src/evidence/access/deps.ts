import type { LawKey } from '@getuige/law'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { AccessRules } from './rules.ts'

export type AccessDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  vault: Vault
  /** Who may do what under the law pack that the recording was made under. */
  rulesOf(law: LawKey): AccessRules
}>
