import {
  type CorpsId,
  type Day,
  dayAfter,
  firstInstantOf,
  instantOf,
  type RecordingId,
  startOfDay,
} from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Readable } from './sought.ts'

/** Where a page begins: after this recording, in the order of the list. */
export type ListPosition = Readonly<{ recordedAt: Date; id: string }>

/** Those that ran at some time from the first instant on, and before the second. */
export type Between = Readonly<{ fromAt?: Date | undefined; untilAt?: Date | undefined }>

export type ListQuery = Readonly<{
  corpsId: CorpsId
  /** What whoever asks may know of: a condition on rows of `recording`. */
  visible: Expression<SqlBool>
  readable: Readable
  filters: RecordingFilters
  /** Those whose stored bytes are not what was received; normally none. */
  damagedIds?: readonly RecordingId[]
  between?: Between | undefined
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

/** No recording is longer: what began earlier before the first instant is not looked at. */
export const longestMs = 24 * 3_600_000

/** Of what has a `recordedAt`, that a recording of it can have run then; whether it did depends on how long it lasts. */
export const beganWithin = (recordedAt: RawBuilder<unknown>, { fromAt, untilAt }: Between): RawBuilder<SqlBool>[] => [
  ...(fromAt === undefined ? [] : [sql<SqlBool>`${recordedAt} >= ${new Date(fromAt.getTime() - longestMs)}`]),
  ...(untilAt === undefined ? [] : [sql<SqlBool>`${recordedAt} < ${untilAt}`]),
]

/** The days or minutes of the filters, as clocks in `timeZone` show them: both are counted in. */
export function betweenMoments({ from, to }: Pick<RecordingFilters, 'from' | 'to'>, timeZone: string): Between {
  return {
    fromAt: from === undefined ? undefined : firstInstantOf(...partsOf(from), timeZone),
    untilAt: to === undefined ? undefined : endOf(to, timeZone),
  }
}

function endOf(moment: string, timeZone: string): Date {
  const [day, time] = moment.split('T')
  if (day === undefined || time === undefined) return startOfDay(dayAfter(moment), timeZone)
  return new Date(instantOf(day, `${time}:59.999`, timeZone).getTime() + 1)
}

function partsOf(moment: string): [day: Day, time: string] {
  const [day = moment, time = '00:00'] = moment.split('T')
  return [day, `${time}:00`]
}

/** Those that may be listed at all, between the moments that are asked for. */
export function matchesReach({
  corpsId,
  visible,
  between = {},
}: Pick<ListQuery, 'corpsId' | 'visible' | 'between'>): Expression<SqlBool>[] {
  const { fromAt } = between
  // How long it lasts is not known at first: then it is where it begins.
  const ends = sql`recording.recorded_at + coalesce(recording.duration_ms, 0) * interval '1 millisecond'`
  return [
    sql<SqlBool>`recording.corps_id = ${corpsId}`,
    visible,
    ...beganWithin(sql`recording.recorded_at`, between),
    ...(fromAt === undefined ? [] : [sql<SqlBool>`(recording.recorded_at >= ${fromAt} or ${ends} > ${fromAt})`]),
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
