import type { CorpsId, Day, Period, RecordingId } from '@getuige/base'
import type { Law, LawKey } from '@getuige/law'
import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { RecordingState } from '#recordings'
import type { Reader } from '#platform/database'

/** Recordings that any law treats alike: of one day, law and standing. */
export type Alike = Readonly<{
  law: LawKey
  state: Extract<RecordingState, 'stored' | 'viewable'>
  isHeld: boolean
  playable: boolean | null
  isWorn: boolean
  /** One of them; the others were recorded on the same day. */
  recordedAt: Date
  dueOn: Day
  newDueOn: Day
  recordings: number
}>

const intervalOf = ({ months = 0, days = 0 }: Period) => sql`make_interval(months => ${months}, days => ${days})`

/** The day on which a recording would be due: `dueAgain`, in calendar days, where the rows are. */
function newDueOn({ retention, timeZone }: Law): RawBuilder<Day> {
  const local = (column: 'recorded_at' | 'received_at') => sql`(${sql.ref(column)} at time zone ${timeZone})`
  const period = intervalOf(retention.keepFor.value)
  return sql<Day>`(case when ${local('recorded_at')} + ${period} <= ${local('received_at')}
    then ${local('received_at')} + ${period} else ${local('recorded_at')} + ${period} end)::date`
}

/**
 * The kept recordings of a corps, counted where they are: what comes back grows with the days that are kept, not with
 * the recordings.
 */
export async function countAlike(db: Reader, corpsId: CorpsId, law: Law): Promise<Alike[]> {
  const { retention, timeZone } = law
  const { months = 0, days = 0 } = retention.keepFor.value
  // Few are handed over so late that the exact question has to be asked of them.
  const surelyWithin = sql`make_interval(days => ${Math.max(0, months * 28 + days - 2)})`
  const period = intervalOf(retention.keepFor.value)
  const { rows } = await sql<{
    law: LawKey
    state: Alike['state']
    is_held: boolean
    playable: boolean | null
    is_worn: boolean
    recorded_at: Date
    due_on: Day
    new_due_on: Day
    recordings: number
  }>`
    select law, state, is_held, playable, is_worn, recorded_at, due_on, recordings,
        (coalesce(late_on, made_on) + ${period})::date as new_due_on
      from (
        select law, state, is_held, playable, wearer_id is not null as is_worn, due_on,
            (recorded_at at time zone ${timeZone})::date as made_on,
            case when received_at - recorded_at >= ${surelyWithin}
              and (recorded_at at time zone ${timeZone}) + ${period} <= (received_at at time zone ${timeZone})
              then (received_at at time zone ${timeZone})::date end as late_on,
            min(recorded_at) as recorded_at, count(*) as recordings
          from recording
          where corps_id = ${corpsId} and state in ('stored', 'viewable')
          group by law, state, is_held, playable, is_worn, due_on, made_on, late_on
      ) as alike`.execute(db)
  return rows.map((row) => ({
    law: row.law,
    state: row.state,
    isHeld: row.is_held,
    playable: row.playable,
    isWorn: row.is_worn,
    recordedAt: row.recorded_at,
    dueOn: row.due_on,
    newDueOn: row.new_due_on,
    recordings: row.recordings,
  }))
}

export type Change = 'erased-at-once' | 'earlier' | 'later' | 'held'
export type ChangedRow = Readonly<{
  id: RecordingId
  recordedAt: Date
  dueOn: Day
  newDueOn: Day
  mayOpen: boolean
}>

/** The recordings that a figure counts, in the order of their ids. `known`: which of them the person may know of. */
export async function listChanged(
  db: Reader,
  corpsId: CorpsId,
  law: Law,
  asked: Readonly<{ change: Change; asOf: Day; known: Expression<SqlBool>; afterId: string; limit: number }>,
): Promise<ChangedRow[]> {
  const due = newDueOn(law)
  const isChange = {
    'erased-at-once': sql<SqlBool>`not is_held and ${due} <= ${asked.asOf}::date and due_on > ${asked.asOf}::date`,
    earlier: sql<SqlBool>`not is_held and ${due} < due_on`,
    later: sql<SqlBool>`not is_held and ${due} > due_on`,
    held: sql<SqlBool>`is_held`,
  }[asked.change]
  const { rows } = await sql<{ id: RecordingId; recorded_at: Date; due_on: Day; new_due_on: Day; may_open: boolean }>`
    select id, recorded_at, due_on, ${due} as new_due_on, coalesce(${asked.known}, false) as may_open
      from recording
      where corps_id = ${corpsId} and state in ('stored', 'viewable') and ${isChange} and id > ${asked.afterId}
      order by id limit ${asked.limit}`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    recordedAt: row.recorded_at,
    dueOn: row.due_on,
    newDueOn: row.new_due_on,
    mayOpen: row.may_open,
  }))
}
