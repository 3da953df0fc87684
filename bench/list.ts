import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CorpsId, PersonId } from '@getuige/base'
import { openRecordings, type Recordings } from '../apps/server/src/evidence/recordings/index.ts'
import { type Database, migrate, openDatabase, runSql } from '../apps/server/src/platform/database/index.ts'
import { startEmbeddedPostgres } from '../apps/server/src/platform/postgres/index.ts'
import { atMost, besides, type Measured, percentile } from './figures.ts'

export type ListOptions = Readonly<{ recordings: number; lists: number }>

const corpses = 4
const camerasEach = 50
const pageSize = 50

/**
 * The list of a corps, as its endpoint asks for it, in a register of several corps; the same questions in turn by a
 * superuser, from whom row-level security hides nothing and to whom it costs nothing.
 */
export async function measureList({ recordings, lists }: ListOptions): Promise<Measured> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'getuige-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { connection } = stack.use(await startEmbeddedPostgres({ dataFolder: join(folder, 'p'), log: () => undefined }))
  const db = openDatabase(connection)
  stack.defer(() => db.destroy())
  const unrestricted = openDatabase({ ...connection, user: 'postgres' })
  stack.defer(() => unrestricted.destroy())
  await migrate(db)
  await seed(db, recordings)

  const [isolated, plain] = [questionsTo(openRecordings({ db })), questionsTo(openRecordings({ db: unrestricted }))]
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
    figures: { recordings, corpses, lists },
  }
}

async function timed(work: () => Promise<unknown> | undefined): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

const corpsId = 'corps_1' as CorpsId
const newest = Date.parse('2026-11-22T12:00:00Z')
const secondsBetween = 30

function questionsTo(recordings: Recordings): Record<string, (turn: number) => Promise<unknown>> {
  const query = { corpsId, filters: {}, damagedIds: [], dueSoonBefore: new Date(newest + 7 * 86_400_000) }
  const oneCamera = { ...query, filters: { cameraId: 'cam_1_7' as never } }
  const deep = (turn: number) => ({
    recordedAt: new Date(newest - ((turn * 7919) % 100_000) * secondsBetween * 1000),
    id: 'rec_',
  })
  return {
    'the newest 50': () => recordings.list(query, undefined, pageSize + 1),
    'the newest 50 of one wearer': () =>
      recordings.list({ ...query, onlyWearerId: 'per_1_3' as PersonId }, undefined, pageSize + 1),
    'the newest 50 of one camera': () => recordings.list(oneCamera, undefined, pageSize + 1),
    '50 from anywhere in the list': (turn) => recordings.list(query, deep(turn), pageSize + 1),
    'the newest 50 that are held': () =>
      recordings.list({ ...query, filters: { show: 'held' } }, undefined, pageSize + 1),
    'the seven counts': () => recordings.countByShow(query),
    'the seven counts of one camera': () => recordings.countByShow(oneCamera),
    'cameras and wearers to choose from': () => recordings.facets(corpsId),
  }
}

/** A register as years of use leave it: most erased or kept, some held, few damaged, a day's worth waiting. */
async function seed(db: Database, recordings: number): Promise<void> {
  const every = db.everyCorps
  await runSql(
    every,
    `insert into corps (id, name, time_zone, created_at)
    select 'corps_' || c, 'Corps ' || c, 'Europe/Brussels', now() from generate_series(1, ${corpses}) c`,
  )
  await runSql(
    every,
    `insert into person (id, corps_id, name, login, title, roles, password_hash, must_change_password, created_at)
    select 'per_' || c || '_' || p, 'corps_' || c, 'Person ' || p, 'login-' || c || '-' || p, '', '{enforcer}', '', false, now()
    from generate_series(1, ${corpses}) c, generate_series(1, ${camerasEach}) p`,
  )
  await runSql(
    every,
    `insert into camera (id, corps_id, label, serial, created_at)
    select 'cam_' || c || '_' || p, 'corps_' || c, 'Camera ' || p, 'SN-' || p, now()
    from generate_series(1, ${corpses}) c, generate_series(1, ${camerasEach}) p`,
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
    from (select n, case when n % 10 < 7 then 1 else 2 + n % ${corpses - 1} end as c, 1 + (n / 10) % ${camerasEach} as p,
      timestamptz '2026-11-22T12:00:00Z' - n * interval '${secondsBetween} seconds' as at
      from generate_series(1, ${recordings}) n) as made`,
  )
  await runSql(every, 'vacuum analyze')
}
