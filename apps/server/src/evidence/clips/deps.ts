import type { CorpsId, RecordingId } from '@getuige/base'
import type { Access } from '#access'
import type { Custody, RecordEntry } from '#custody'
import type { Media } from '#media'
import type { Recordings } from '#recordings'
import type { Tasks } from '#tasks'
import type { Vault } from '#vault'
import type { Clock } from '#platform/clock'
import type { Database, Tx } from '#platform/database'

export type ClipsDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  vault: Vault
  access: Access
  tasks: Tasks
  media: Pick<Media, 'canCut' | 'cut'>
  /** Retention, a module above, is told of a clip of a recording that is held; what holds it holds the clip. */
  holdAsOriginal(
    tx: Tx,
    record: RecordEntry,
    clip: Readonly<{ corpsId: CorpsId; originalId: RecordingId; clipId: RecordingId }>,
  ): Promise<void>
}>
