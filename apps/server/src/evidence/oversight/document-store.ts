import type { CorpsId } from '@getuige/base'
import { sql } from 'kysely'
import type { Reader } from '#platform/database'

export type Between = Readonly<{ corpsId: CorpsId; from: Date; until: Date; timeZone: string }>

/** Recordings by the month they were received in, and what became of them since. */
export async function countByMonth(
  db: Reader,
  { corpsId, from, timeZone, until }: Between,
): Promise<{ month: string; received: number; held: number; erased: number; unexplained: number }[]> {
  const { rows } = await sql<{ month: string; received: number; held: number; erased: number; unexplained: number }>`
    select to_char(received_at at time zone ${timeZone}, 'YYYY-MM') as month, count(*) as received,
      count(*) filter (where is_held) as held, count(*) filter (where state = 'erased') as erased,
      count(*) filter (where activation = 'missing') as unexplained
    from recording where corps_id = ${corpsId} and received_at >= ${from} and received_at < ${until}
    group by 1 order by 1`.execute(db)
  return rows
}

export async function countByCamera(
  db: Reader,
  { corpsId, from, until }: Between,
): Promise<{ label: string; serial: string; count: number }[]> {
  const { rows } = await sql<{ label: string; serial: string; count: number }>`
    select c.label, c.serial, count(r.id) as count
    from camera c left join recording r on r.camera_id = c.id and r.received_at >= ${from} and r.received_at < ${until}
    where c.corps_id = ${corpsId} group by c.id order by c.label, c.serial`.execute(db)
  return rows
}

export async function countByTrigger(
  db: Reader,
  { corpsId, from, until }: Between,
): Promise<{ trigger: string; count: number }[]> {
  const { rows } = await sql<{ trigger: string; count: number }>`
    select a.trigger, count(*) as count from activation_record a join recording r on r.id = a.recording_id
    where r.corps_id = ${corpsId} and r.received_at >= ${from} and r.received_at < ${until}
    group by 1 order by 2 desc, 1`.execute(db)
  return rows
}

/** Viewings and disclosures, by one detail of their entries. */
export async function countUses(
  db: Reader,
  { corpsId, from, until }: Between,
  by: 'purpose' | 'recipient' | 'role',
): Promise<{ name: string; viewings: number; disclosures: number }[]> {
  const name =
    by === 'role'
      ? sql`jsonb_array_elements_text(case when jsonb_typeof(actor -> 'roles') = 'array' then actor -> 'roles'
          else jsonb_build_array(actor ->> 'role') end)`
      : sql`coalesce(details ->> ${by}, '')`
  const { rows } = await sql<{ name: string | null; viewings: number; disclosures: number }>`
    select name, count(*) filter (where type = 'viewing-started') as viewings,
      count(*) filter (where type = 'package-exported') as disclosures
    from (
      select type, ${name} as name from custody_entry
      where corps_id = ${corpsId} and type in ('viewing-started', 'package-exported') and log_index is not null
        and at >= ${from} and at < ${until} and octet_length(salt) > 0
    ) as used group by 1 order by 2 desc, 3 desc, 1`.execute(db)
  return rows.flatMap((row) => (row.name === null || row.name === '' ? [] : [{ ...row, name: row.name }]))
}

export type UseRow = Readonly<{
  id: string
  recorded_at: Date
  received_at: Date
  camera: string
  serial: string
  wearer: string | null
  wearer_title: string | null
  activation: string
  trigger: string | null
  exception: string | null
  effect: string | null
  first_warning_at: Date | null
  second_warning_at: Date | null
  viewings: number
  disclosures: number
  holds: number
  due_on: string
  state: string
}>

/** Each recording as a use of a camera, by the moment of receipt, from after `after` on. */
export async function listUses(
  db: Reader,
  { corpsId, from, until }: Between,
  after: Pick<UseRow, 'received_at' | 'id'> | undefined,
  limit: number,
): Promise<UseRow[]> {
  const { rows } = await sql<UseRow>`
    select r.id, r.recorded_at, r.received_at, c.label as camera, c.serial, p.name as wearer, p.title as wearer_title,
      r.activation, a.trigger, a.exception, a.effect, a.first_warning_at, a.second_warning_at, r.due_on, r.state,
      coalesce(u.viewings, 0) as viewings, coalesce(u.disclosures, 0) as disclosures,
      (select count(*) from hold h where h.recording_id = r.id) as holds
    from recording r
    join camera c on c.id = r.camera_id
    left join person p on p.id = r.wearer_id
    left join activation_record a on a.recording_id = r.id
    left join lateral (
      select count(*) filter (where e.type = 'viewing-started') as viewings,
        count(*) filter (where e.type = 'package-exported') as disclosures
      from custody_entry e where e.recording_id = r.id
    ) u on true
    where r.corps_id = ${corpsId} and r.received_at >= ${from} and r.received_at < ${until}
      and (r.received_at, r.id) > (${after?.received_at ?? new Date(0)}, ${after?.id ?? ''})
    order by r.received_at, r.id limit ${limit}`.execute(db)
  return rows
}
