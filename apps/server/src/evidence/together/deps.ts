import type { CorpsId, PersonId, RecordingId } from '@getuige/base'
import type { Access } from '#access'
import type { Custody } from '#custody'
import type { Recordings } from '#recordings'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'

export type TogetherDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  access: Access
  timeZoneOf(corpsId: CorpsId): Promise<string>
  /** Also one who has left since. */
  findPerson(corpsId: CorpsId, personId: PersonId): Promise<Readonly<{ id: PersonId; name: string }> | undefined>
  /** Which cameras they carried between two instants, in that order. */
  listCarried(corpsId: CorpsId, wearerId: PersonId, from: Date, until: Date): Promise<readonly Carried[]>
  /** The warnings of these recordings, in the order of time. */
  listWarnings(corpsId: CorpsId, recordingIds: readonly RecordingId[]): Promise<readonly Warning[]>
}>

/** `until` null: still theirs. */
export type Carried = Readonly<{ label: string; from: Date; until: Date | null }>
export type Warning = Readonly<{ recordingId: RecordingId; at: Date; which: 'first' | 'second' }>
