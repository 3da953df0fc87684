import type { CorpsId, Role } from '@getuige/base'
import { listFilter } from '../apps/server/src/evidence/access/filter.ts'
import { openRecordings, type Recordings } from '../apps/server/src/evidence/recordings/index.ts'
import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'
import { atMost, besides, type Measured, percentile, timed } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'

export type ListOptions = Readonly<{ recordings: number; lists: number }>

const corpsCount = 4
const camerasEach = 50
const pageSize = 50

/**
 * The list of a corps, as its endpoint asks for it, in a register of several corps; the same questions in turn by a
 * superuser, from whom row-level security hides nothing and to whom it costs nothing.
 */
export async function measureList({ recordings, lists }: ListOptions): Promise<Measured> {
  await using scratch = await openScratchDatabase()
  const { db, unrestricted } = scratch
  await seed(db, recordings)

  const [isolated, plain] = [questionsTo(db), questionsTo(unrestricted)]
  const took = new Map<string, { isolated: number[]; plain: number[] }>()
  for (let turn = -3; turn < lists; turn += 1) {
    for (const [what, ask] of Object.entries(isolated)) {
      const known = took.get(what) ?? { isolated: [], plain: [] }
      took.set(what, known)
      const [isolatedMs, plainMs] = [await timed(() => ask(turn)), await timed(() => plain[what]?.(turn))]
      if (turn < 0) continue // the first ones warm up
      known.isolated.push(isolatedMs)
      known.plain.push(plainMs)
    }
  }
  return {
    name: 'list',
    verdicts: [...took].flatMap(([what, { isolated: ms, plain: plainMs }]) => [
      atMost(`${what}, p95`, percentile(ms, 0.95), 50, 'ms'),
      besides('the same, p50', percentile(ms, 0.5), 'ms'),
      besides('without row-level security, p95', percentile(plainMs, 0.95), 'ms'),
      besides('p50 against p50 without it', percentile(ms, 0.5) / percentile(plainMs, 0.5)),
    ]),
    figures: { recordings, corpsCount, lists },
  }
}

export const corpsId = 'corps_1' as CorpsId
const newest = Date.parse('2026-11-22T12:00:00Z')
const secondsBetween = 30

/** What somebody of a role asks: the filter of what they may know of, then the list under it. */
function questionsTo(db: Database): Record<string, (turn: number) => Promise<unknown>> {
  const recordings = openRecordings({ db })
  const query = { corpsId, filters: {}, damagedIds: [], dueSoonBefore: new Date(newest + 7 * 86_400_000) }
  const seenBy = (role: Role, id: string) =>
    listFilter(db.of(corpsId), { corpsId, person: { id, roles: [role] }, act: 'know', now: new Date(newest) })
  const as =
    (role: Role, ask: (query: AskedQuery, turn: number) => Promise<unknown>, id = 'per_1_1') =>
    async (turn: number) => {
      const visible = await seenBy(role, id)
      return ask({ ...query, visible, readable: { files: visible, notes: visible } }, turn)
    }
  const oneCamera = { filters: { cameraId: 'cam_1_7' as never } }
  const deep = (turn: number) => ({
    recordedAt: new Date(newest - ((turn * 7919) % 100_000) * secondsBetween * 1000),
    id: 'rec_',
  })
  const newest50 = (asked: AskedQuery) => recordings.list(asked, undefined, pageSize + 1)
  return {
    'the newest 50': as('records-officer', newest50),
    'the newest 50 of one wearer, as they ask it': as('enforcer', newest50, 'per_1_3'),
    'the newest 50 assigned to somebody': as('investigator', newest50, 'per_1_1'),
    'the newest 50 of one camera': as('records-officer', (asked) => newest50({ ...asked, ...oneCamera })),
    '50 from anywhere in the list': as('records-officer', (asked, turn) =>
      recordings.list(asked, deep(turn), pageSize + 1),
    ),
    'the newest 50 that are held': as('records-officer', (asked) => newest50({ ...asked, filters: { show: 'held' } })),
    'the seven counts': as('records-officer', (asked) => recordings.countByShow(asked)),
    'the seven counts of what is assigned': as('investigator', (asked) => recordings.countByShow(asked)),
    'the seven counts of one camera': as('records-officer', (asked) =>
      recordings.countByShow({ ...asked, ...oneCamera }),
    ),
    'cameras and wearers to choose from': as('records-officer', ({ visible }) =>
      recordings.choices(corpsId, { visible }),
    ),
  }
}

type AskedQuery = Parameters<Recordings['list']>[0]

/** A register as years of use leave it: most erased or kept, some held, few damaged, a day's worth waiting. */
export async function seed(db: Database, recordings: number): Promise<void> {
  const every = db.everyCorps
  await runSql(
    every,
    `insert into corps (id, name, time_zone, created_at)
    select 'corps_' || c, 'Corps ' || c, 'Europe/Brussels', now() from generate_series(1, ${corpsCount}) c`,
  )
  await runSql(
    every,
    `insert into person (id, corps_id, name, login, title, roles, password_hash, must_change_password, created_at)
    select 'per_' || c || '_' || p, 'corps_' || c, 'Person ' || p, 'login-' || c || '-' || p, '', '{enforcer}', '', false, now()
    from generate_series(1, ${corpsCount}) c, generate_series(1, ${camerasEach}) p`,
  )
  await runSql(
    every,
    `insert into camera (id, corps_id, label, serial, created_at)
    select 'cam_' || c || '_' || p, 'corps_' || c, 'Camera ' || p, 'SN-' || p, now()
    from generate_series(1, ${corpsCount}) c, generate_series(1, ${camerasEach}) p`,
  )
  // Indexes are made after, as a back-up that is loaded does; the foreign keys hold by construction.
  await runSql(
    every,
    `insert into recording (id, corps_id, state, camera_id, wearer_id, recorded_at, recorded_at_from, received_at,
      size_bytes, sha256, payload_sha256, original_name, law, due_at, due_on, is_held, playable, damage, activation)
    select 'rec_' || lpad(n::text, 10, '0'), 'corps_' || c,
      case when n % 2000 = 0 then 'stored' when n % 5 = 0 then 'erased' else 'viewable' end,
      'cam_' || c || '_' || p, 'per_' || c || '_' || p, at, 'file', at + interval '1 hour', 100000000,
      sha256(n::text::bytea), sha256(n::text::bytea), 'clip-' || n || '.mp4', 'nl-boa@1',
      at + interval '28 days', (at + interval '28 days')::date, n % 1000 = 1, n % 2000 <> 0,
      case when n % 10007 = 3 then 'truncated' else 'none' end, 'warned'
    from (select n, case when n % 10 < 7 then 1 else 2 + n % ${corpsCount - 1} end as c, 1 + (n / 10) % ${camerasEach} as p,
      timestamptz '2026-11-22T12:00:00Z' - n * interval '${secondsBetween} seconds' as at
      from generate_series(1, ${recordings}) n) as made`,
  )
  // A few hundred are in somebody's file, far apart.
  await runSql(
    every,
    `insert into access_grant (id, corps_id, recording_id, kind, person_id, purpose_id, from_at, until_at, made_at, made_by)
    select 'grant_' || row_number() over (), 'corps_1', id, 'assignment', 'per_1_' || (1 + row_number() over () % 5),
      'report', '2026-01-01', '2027-01-01', '2026-01-01', 'per_1_2'
    from (select id from recording where corps_id = 'corps_1' and state = 'viewable' order by sha256 limit 1000) as chosen`,
  )
  await runSql(every, 'vacuum analyze')
}
