import type { CorpsId, Day, JsonValue, PersonId, RecordingId, Role } from '@getuige/base'
import { type JSONColumnType, sql } from 'kysely'
import type { Reader, Tx } from '#platform/database'
import { type OutlierRule, outlierNumbers } from './rules.ts'

declare module '#platform/database' {
  interface Tables {
    log_export: {
      id: string
      corps_id: string
      person_id: string
      format: string
      query: JSONColumnType<Record<string, JsonValue>>
      heads: JSONColumnType<Record<string, number>>
      entries: number
      sha256: Uint8Array
      signature: Uint8Array
      made_at: Date
      expires_at: Date
    }
  }
}

export type LogExport = Readonly<{
  id: string
  corpsId: CorpsId
  personId: PersonId
  format: 'csv' | 'jsonl'
  query: Readonly<Record<string, JsonValue>>
  /** How far each log had come, by its id. */
  heads: Readonly<Record<string, number>>
  entries: number
  sha256: Uint8Array
  signature: Uint8Array
  madeAt: Date
  expiresAt: Date
}>

/** Those whose time is over go with it: they hold the words that were searched for. */
export async function insertExport(tx: Tx, made: LogExport): Promise<void> {
  await tx
    .deleteFrom('log_export')
    .where('corps_id', '=', made.corpsId)
    .where('expires_at', '<=', made.madeAt)
    .execute()
  await tx
    .insertInto('log_export')
    .values({
      id: made.id,
      corps_id: made.corpsId,
      person_id: made.personId,
      format: made.format,
      query: JSON.stringify(made.query),
      heads: JSON.stringify(made.heads),
      entries: made.entries,
      sha256: made.sha256,
      signature: made.signature,
      made_at: made.madeAt,
      expires_at: made.expiresAt,
    })
    .execute()
}

export async function findExport(
  db: Reader,
  id: string,
  person: Readonly<{ id: PersonId; corpsId: CorpsId }>,
  now: Date,
): Promise<LogExport | undefined> {
  const row = await db
    .selectFrom('log_export')
    .selectAll()
    .where('id', '=', id)
    .where('corps_id', '=', person.corpsId)
    .where('person_id', '=', person.id)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id,
    corpsId: person.corpsId,
    personId: person.id,
    format: row.format === 'csv' ? 'csv' : 'jsonl',
    query: row.query,
    heads: row.heads,
    entries: row.entries,
    sha256: row.sha256,
    signature: row.signature,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
  }
}

export async function deleteExpiredExports(db: Reader, now: Date): Promise<void> {
  await db.deleteFrom('log_export').where('expires_at', '<=', now).execute()
}

/** Labels of the cameras that made these, by recording. */
export async function listCamerasOf(
  db: Reader,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<string, string>> {
  if (recordingIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('recording as r')
    .innerJoin('camera as c', 'c.id', 'r.camera_id')
    .select(['r.id', 'c.label'])
    .where(sql<boolean>`r.id = any(${recordingIds})`)
    .execute()
  return new Map(rows.map(({ id, label }) => [id, label]))
}

/** Those of these recordings that were erased before that moment. */
export async function listErasedBefore(
  db: Reader,
  recordingIds: readonly RecordingId[],
  before: Date,
): Promise<ReadonlySet<RecordingId>> {
  if (recordingIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('recording')
    .select('id')
    .where(sql<boolean>`id = any(${recordingIds})`)
    .where('state', '=', 'erased')
    .where('erased_at', '<', before)
    .execute()
  return new Set(rows.map(({ id }) => id as RecordingId))
}

export type Span = Readonly<{ corpsId: CorpsId; since: Date; timeZone: string }>

/** Viewings and disclosures of each purpose in each week, by its Monday. */
export async function countByPurpose(
  db: Reader,
  { corpsId, since, timeZone }: Span,
): Promise<{ week: Day; purpose: string; type: string; count: number }[]> {
  const { rows } = await sql<{ week: Day; purpose: string; type: string; count: number }>`
    select to_char(date_trunc('week', at at time zone ${timeZone}), 'YYYY-MM-DD') as week,
      coalesce(details ->> 'purpose', '') as purpose, type, count(*) as count
    from custody_entry
    where corps_id = ${corpsId} and type in ('viewing-started', 'package-exported') and at >= ${since}
      and log_index is not null and octet_length(salt) > 0
    group by 1, 2, 3`.execute(db)
  return rows
}

/** Serials of the viewings that a rule points at. */
function pointedAt(rule: OutlierRule, { corpsId, since, timeZone }: Span) {
  const viewings = sql`select e.serial, e.at, e.recording_id, e.actor, e.details from custody_entry e
    where e.corps_id = ${corpsId} and e.type = 'viewing-started' and e.at >= ${since} and e.log_index is not null`
  switch (rule) {
    case 'at-night': {
      const { fromHour, toHour } = outlierNumbers[rule]
      const hour = sql`extract(hour from v.at at time zone ${timeZone})`
      return sql`select v.serial, v.at from (${viewings}) v where ${hour} >= ${fromHour} or ${hour} < ${toHour}`
    }
    case 'same-recording-often':
      return sql`select v.serial, v.at from (
        select w.serial, w.at, count(*) over (partition by w.recording_id) as times from (${viewings}) w
      ) v where v.times >= ${outlierNumbers[rule].times}`
    case 'own-recording':
      return sql`select v.serial, v.at from (${viewings}) v
        join recording r on r.id = v.recording_id and r.wearer_id = v.actor ->> 'id'`
    case 'shortly-before-erasure':
      return sql`select v.serial, v.at from (${viewings}) v where exists (
        select from custody_entry g where g.recording_id = v.recording_id and g.type = 'erasure-begun'
          and g.at >= v.at and g.at < v.at + make_interval(hours => ${outlierNumbers[rule].hours}))`
    case 'many-in-an-hour':
      return sql`select v.serial, v.at from (
        select w.serial, w.at, count(*) over (
          partition by w.actor ->> 'id' order by w.at range between interval '1 hour' preceding and current row
        ) as times from (${viewings}) w
      ) v where v.times >= ${outlierNumbers[rule].times}`
    case 'reason-says-nothing':
      return sql`select v.serial, v.at from (${viewings}) v
        join viewing w on w.id = v.details ->> 'viewingId' and w.reason_judged in ('empty', 'copied')`
  }
}

export async function countOutliers(db: Reader, rule: OutlierRule, span: Span): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (${pointedAt(rule, span)}) as pointed`.execute(db)
  return rows[0]?.count ?? 0
}

/** Newest first. */
export async function listOutlierSerials(db: Reader, rule: OutlierRule, span: Span, limit: number): Promise<number[]> {
  const { rows } = await sql<{ serial: number }>`
    select serial from (${pointedAt(rule, span)}) as pointed order by at desc, serial desc limit ${limit}`.execute(db)
  return rows.map(({ serial }) => serial)
}

export async function countEntries(
  db: Reader,
  { corpsId, since }: Omit<Span, 'timeZone'>,
  type: string,
): Promise<number> {
  const row = await db
    .selectFrom('custody_entry')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('corps_id', '=', corpsId)
    .where('type', '=', type)
    .where('at', '>=', since)
    .where('log_index', 'is not', null)
    .executeTakeFirstOrThrow()
  return row.count
}

/** By reason and first rule, most first. */
export async function countRefusals(
  db: Reader,
  { corpsId, since }: Omit<Span, 'timeZone'>,
): Promise<{ because: string; ruleId: string | null; count: number }[]> {
  const { rows } = await sql<{ because: string; ruleId: string | null; count: number }>`
    select coalesce(details ->> 'because', '') as because, details -> 'ruleIds' ->> 0 as "ruleId", count(*) as count
    from custody_entry
    where corps_id = ${corpsId} and type = 'access-refused' and at >= ${since} and log_index is not null
      and octet_length(salt) > 0
    group by 1, 2 order by count(*) desc, 1, 2`.execute(db)
  return rows
}

export async function countEmergencies(
  db: Reader,
  corpsId: CorpsId,
  { since, now }: Readonly<{ since: Date; now: Date }>,
): Promise<{ broken: number; unjustified: number; overdue: number }> {
  const { rows } = await sql<{ broken: number; unjustified: number; overdue: number }>`
    select count(*) filter (where opened_at >= ${since}) as broken,
      count(*) filter (where justified_at is null) as unjustified,
      count(*) filter (where justified_at is null and justify_by < ${now}) as overdue
    from emergency where corps_id = ${corpsId}`.execute(db)
  return rows[0] ?? { broken: 0, unjustified: 0, overdue: 0 }
}

export type UntouchedHold = Readonly<{
  recordingId: RecordingId
  number: string
  kind: string
  placedAt: Date
  lastActAt: Date | null
}>

/** Holds in force on recordings that nobody did anything with since then. */
export async function listUntouchedHolds(db: Reader, corpsId: CorpsId, since: Date): Promise<UntouchedHold[]> {
  const { rows } = await sql<{
    recording_id: string
    number: string
    kind: string
    placed_at: Date
    last_at: Date | null
  }>`
    select h.recording_id, h.number, h.kind, h.placed_at, l.at as last_at
    from hold h
    left join lateral (
      select e.at from custody_entry e
      where e.recording_id = h.recording_id and e.actor ->> 'kind' = 'person' order by e.serial desc limit 1
    ) l on true
    where h.corps_id = ${corpsId} and h.lifted_at is null and h.placed_at < ${since}
      and (l.at is null or l.at < ${since})
    order by h.placed_at, h.id`.execute(db)
  return rows.map((row) => ({
    recordingId: row.recording_id as RecordingId,
    number: row.number,
    kind: row.kind,
    placedAt: row.placed_at,
    lastActAt: row.last_at,
  }))
}

export async function countHolds(db: Reader, corpsId: CorpsId): Promise<number> {
  const row = await db
    .selectFrom('hold')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('corps_id', '=', corpsId)
    .where('lifted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function countOverdue(
  db: Reader,
  corpsId: CorpsId,
  before: Date,
): Promise<{ count: number; oldestDueAt: Date | null; lastRunAt: Date | null }> {
  const { rows } = await sql<{ count: number; oldest: Date | null; run: Date | null }>`
    select count(*) as count, min(due_at) as oldest,
      (select max(at) from retention_run where corps_id = ${corpsId}) as run
    from recording
    where corps_id = ${corpsId} and state <> 'erased' and not is_held and due_at < ${before}`.execute(db)
  const [row] = rows
  return { count: row?.count ?? 0, oldestDueAt: row?.oldest ?? null, lastRunAt: row?.run ?? null }
}

/** Roles that people of the corps have, and when one of those last entered anything. Have the terms noted first. */
export async function listRoleUse(
  db: Reader,
  corpsId: CorpsId,
): Promise<{ role: Role; people: number; lastActAt: Date | null }[]> {
  const { rows } = await sql<{ role: Role; people: number; lastActAt: Date | null }>`
    select role, count(*) as people, max(l.at) as "lastActAt"
    from person p
    cross join unnest(p.roles) as role
    left join lateral (
      select t.at from custody_term t
      where t.corps_id = p.corps_id and t.term = 'by:' || p.id order by t.at desc, t.serial desc limit 1
    ) l on true
    where p.corps_id = ${corpsId} and p.left_at is null
    group by role order by role`.execute(db)
  return rows
}

export async function findWordsErased(db: Reader, corpsId: CorpsId): Promise<{ entries: number; lastAt: Date | null }> {
  const { rows } = await sql<{ entries: number | null; lastAt: Date | null }>`
    select sum((details ->> 'count')::bigint)::bigint as entries, max(at) as "lastAt"
    from custody_entry where corps_id = ${corpsId} and type = 'words-erased' and log_index is not null`.execute(db)
  return { entries: rows[0]?.entries ?? 0, lastAt: rows[0]?.lastAt ?? null }
}

/** People whose tries to sign in are used up until later, and whom nobody unlocked. */
export async function countLockedNow(db: Reader, corpsId: CorpsId, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct e.details ->> 'personId') as count from custody_entry e
    where e.corps_id = ${corpsId} and e.type = 'sign-in-locked' and e.log_index is not null
      and e.details ->> 'until' > ${now.toISOString()}
      and not exists (
        select from custody_entry u where u.corps_id = ${corpsId} and u.type = 'sign-in-unlocked'
          and u.log_index is not null and u.at >= e.at and u.details ->> 'personId' = e.details ->> 'personId')`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}
