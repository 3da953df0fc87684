import { type CorpsId, type Day, dayOf, type PersonId, type RecordingId } from '@getuige/base'
import { addPeriod } from '@getuige/base'
import { sql } from 'kysely'
import { nothingToRecord } from '#custody'
import type { Reader, Tx } from '#platform/database'
import type { RetentionDeps } from './deps.ts'
import { decideNotice } from './rules.ts'

declare module '#platform/database' {
  interface Tables {
    notice: {
      id: number
      corps_id: string
      person_id: string
      recording_id: string
      kind: string
      due_on: string
      made_at: Date
      seen_at: Date | null
    }
  }
}

export type NoticeKind = NonNullable<ReturnType<typeof decideNotice>>
export type Notice = Readonly<{
  id: number
  kind: NoticeKind
  recordingId: RecordingId
  dueOn: Day
  madeAt: Date
  isSeen: boolean
  isStanding: boolean
}>

const batchRecordings = 200
const mostListed = 100

/**
 * Tell those with a file on a recording that it is about to be erased: a week before and a day before, each once, also
 * when the night before was missed. A file: a hold they placed, one that was assigned to them, a decision they asked a
 * prosecutor for. Notices and entries are made together, so a crash doubles and loses none. Custody:
 * `erasure-announced`. Answers how many notices were made.
 */
export async function announceErasures(deps: RetentionDeps, signal?: AbortSignal): Promise<number> {
  let made = 0
  for (const { id: corpsId, timeZone } of await deps.corps.list()) {
    for (let afterId: string | undefined = ''; afterId !== undefined;) {
      signal?.throwIfAborted()
      const batch: Announced = await announceBatch(deps, corpsId, timeZone, afterId)
      made += batch.made
      afterId = batch.lastId
    }
  }
  return made
}

type Announced = Readonly<{ made: number; lastId: string | undefined }>

async function announceBatch(
  { clock, custody }: RetentionDeps,
  corpsId: CorpsId,
  timeZone: string,
  afterId: string,
): Promise<Announced> {
  const now = clock.now()
  const today = dayOf(now, timeZone)
  const untilOn = dayOf(addPeriod(now, { days: 7 }, timeZone), timeZone)
  let lastId: string | undefined
  let made = 0
  await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    const due = await listDueSoon(tx, corpsId, untilOn, afterId)
    lastId = due.at(-1)?.id
    for (const { id, dueOn, personIds } of due) {
      const kind = decideNotice(dueOn, today)
      if (kind === null) continue
      const told = await insertNotices(tx, { corpsId, recordingId: id, kind, dueOn, personIds, at: now })
      if (told.length === 0) continue
      made += told.length
      await record({ type: 'erasure-announced', recordingId: id, details: { what: kind, dueOn, personIds: told } })
    }
    return made === 0 ? nothingToRecord : undefined
  })
  return { made, lastId }
}

/** Kept, not held, due by that day, with those who have a file on each and are still of the corps; without any: left out. */
async function listDueSoon(
  db: Reader,
  corpsId: CorpsId,
  untilOn: Day,
  afterId: string,
): Promise<{ id: RecordingId; dueOn: Day; personIds: PersonId[] }[]> {
  const { rows } = await sql<{ id: RecordingId; due_on: Day; person_ids: PersonId[] }>`
    select r.id, r.due_on, array_agg(distinct f.person_id order by f.person_id) as person_ids
      from recording r
      join lateral (
        select h.placed_by as person_id from hold h where h.recording_id = r.id
        union select g.person_id from access_grant g
          where g.recording_id = r.id and g.kind = 'assignment' and g.ended_at is null
        union select q.asked_by from mandate_request q
          join mandate_request_recording qr on qr.request_id = q.id where qr.recording_id = r.id
      ) f on true
      join person p on p.id = f.person_id and p.left_at is null
      where r.corps_id = ${corpsId} and r.state in ('stored', 'viewable') and not r.is_held
        and r.due_on <= ${untilOn} and r.id > ${afterId}
      group by r.id, r.due_on order by r.id limit ${batchRecordings}`.execute(db)
  return rows.map((row) => ({ id: row.id, dueOn: row.due_on, personIds: row.person_ids }))
}

/** Answers whom it is new to. */
async function insertNotices(
  tx: Tx,
  notice: Readonly<{
    corpsId: CorpsId
    recordingId: RecordingId
    kind: NoticeKind
    dueOn: Day
    personIds: readonly PersonId[]
    at: Date
  }>,
): Promise<PersonId[]> {
  const { rows } = await sql<{ person_id: PersonId }>`
    insert into notice (corps_id, person_id, recording_id, kind, due_on, made_at)
      select ${notice.corpsId}, person_id, ${notice.recordingId}, ${notice.kind}, ${notice.dueOn}, ${notice.at}
        from unnest(${notice.personIds}::text[]) as person_id
      on conflict do nothing returning person_id`.execute(tx)
  return rows.map((row) => row.person_id)
}

/** Newest first. */
export async function listNotices(
  db: Reader,
  corpsId: CorpsId,
  personId: PersonId,
): Promise<{ unseen: number; notices: Notice[] }> {
  const rows = await db
    .selectFrom('notice as n')
    .innerJoin('recording as r', 'r.id', 'n.recording_id')
    .select(['n.id', 'n.kind', 'n.recording_id', 'n.due_on', 'n.made_at', 'n.seen_at', 'r.state', 'r.is_held'])
    .select('r.due_on as still_due_on')
    .where('n.corps_id', '=', corpsId)
    .where('n.person_id', '=', personId)
    .orderBy('n.id', 'desc')
    .limit(mostListed)
    .execute()
  const notices = rows.map((row) => ({
    id: row.id,
    kind: row.kind as NoticeKind,
    recordingId: row.recording_id as RecordingId,
    dueOn: row.due_on,
    madeAt: row.made_at,
    isSeen: row.seen_at !== null,
    isStanding: (row.state === 'stored' || row.state === 'viewable') && !row.is_held && row.still_due_on === row.due_on,
  }))
  return { unseen: await countUnseen(db, corpsId, personId), notices }
}

/** Recordings of which a notice that still stands was not seen. */
export async function countUnseen(db: Reader, corpsId: CorpsId, personId: PersonId): Promise<number> {
  const { unseen } = await db
    .selectFrom('notice as n')
    .innerJoin('recording as r', 'r.id', 'n.recording_id')
    .select((eb) => eb.fn.count<number>('n.recording_id').distinct().as('unseen'))
    .where('n.corps_id', '=', corpsId)
    .where('n.person_id', '=', personId)
    .where('n.seen_at', 'is', null)
    .where('r.state', 'in', ['stored', 'viewable'])
    .where('r.is_held', '=', false)
    .whereRef('r.due_on', '=', 'n.due_on')
    .executeTakeFirstOrThrow()
  return unseen
}

export async function updateSeen(
  db: Reader,
  corpsId: CorpsId,
  personId: PersonId,
  upTo: number,
  at: Date,
): Promise<void> {
  await db
    .updateTable('notice')
    .set({ seen_at: at })
    .where('corps_id', '=', corpsId)
    .where('person_id', '=', personId)
    .where('id', '<=', upTo)
    .where('seen_at', 'is', null)
    .execute()
}
