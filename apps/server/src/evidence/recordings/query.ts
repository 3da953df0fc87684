import type { CorpsId, RecordingId } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Readable } from './sought.ts'

/** Where a page begins: after this recording, in the order of the list. */
export type ListPosition = Readonly<{ recordedAt: Date; id: string }>

export type ListQuery = Readonly<{
  corpsId: CorpsId
  /** What whoever asks may know of: a condition on rows of `recording`. */
  visible: Expression<SqlBool>
  readable: Readable
  filters: RecordingFilters
  /** Those whose stored bytes are not what was received; normally none. */
  damagedIds?: readonly RecordingId[]
  /** Bounds of the days that the filters name, in the time zone of the corps. */
  fromAt?: Date | undefined
  untilAt?: Date | undefined
  /** Before this instant a recording that is due counts as due soon. */
  dueSoonBefore: Date
}>

/** Which of them a list shows. */
export type Show = NonNullable<RecordingFilters['show']>

export const all = (conditions: readonly Expression<SqlBool>[]) => sql<SqlBool>`(${sql.join(conditions, sql` and `)})`

/** Of recordings, that `show` lists them. */
export function matchesShow(show: Show, { damagedIds = [], dueSoonBefore }: ListQuery): RawBuilder<SqlBool> {
  const isKept = sql<SqlBool>`recording.state in ('stored', 'viewable')`
  switch (show) {
    case 'all':
      return isKept
    case 'viewable':
      return sql`(recording.state = 'viewable' and recording.playable)`
    case 'held':
      return all([sql<SqlBool>`recording.is_held`, isKept])
    case 'due-soon':
      return all([sql<SqlBool>`not recording.is_held and recording.due_at < ${dueSoonBefore}`, isKept])
    case 'damaged': {
      const since = damagedIds.length === 0 ? sql`` : sql` or recording.id = any(${damagedIds}::text[])`
      return all([sql<SqlBool>`(recording.damage <> 'none'${since})`, isKept])
    }
    case 'waiting':
      // As the index of these has it.
      return sql`(recording.state = 'stored' or (recording.state = 'viewable' and recording.rendition = 'making'))`
    case 'erased':
      return sql`recording.state in ('erasing', 'erased')`
  }
}

/** Those that may be listed at all, between the days that are asked for. */
export function matchesReach({
  corpsId,
  visible,
  fromAt,
  untilAt,
}: Pick<ListQuery, 'corpsId' | 'visible' | 'fromAt' | 'untilAt'>): Expression<SqlBool>[] {
  return [
    sql<SqlBool>`recording.corps_id = ${corpsId}`,
    visible,
    ...(fromAt === undefined ? [] : [sql<SqlBool>`recording.recorded_at >= ${fromAt}`]),
    ...(untilAt === undefined ? [] : [sql<SqlBool>`recording.recorded_at < ${untilAt}`]),
  ]
}

function matchesColumns({ filters: { cameraId, wearerId, activation } }: ListQuery): Expression<SqlBool>[] {
  return [
    ...(cameraId === undefined ? [] : [sql<SqlBool>`recording.camera_id = ${cameraId}`]),
    ...(wearerId === undefined ? [] : [sql<SqlBool>`recording.wearer_id = ${wearerId}`]),
    ...(activation === undefined ? [] : [sql<SqlBool>`recording.activation = ${activation}`]),
  ]
}

/** All that is asked of a recording by columns of its own. */
export const matches = (show: Show, query: ListQuery) => [
  ...matchesReach(query),
  ...matchesColumns(query),
  matchesShow(show, query),
]
