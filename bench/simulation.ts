import type { CorpsId } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import { simulate } from '../apps/server/src/evidence/retention/simulate.ts'
import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'
import { quietLog } from '../apps/server/src/platform/log/index.ts'
import { atMost, besides, type Measured, percentile, timed } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'

export type SimulationOptions = Readonly<{ recordings: number; rounds: number }>

const corpsId = 'corps_1' as CorpsId
const inForce = 'be-gpi@1{"keepFor":{"months":12}}' as LawKey
const now = new Date('2026-11-22T12:00:00Z')
const days = 365

/** Another law on a register of kept recordings, and in the same run a plain scan of the same rows. */
export async function measureSimulation({ recordings, rounds }: SimulationOptions): Promise<Measured> {
  await using scratch = await openScratchDatabase()
  const { db } = scratch
  await seed(db, recordings)

  const candidates = [
    { packId: 'be-gpi', settings: { keepFor: { days: 30 } } },
    { packId: 'be-gpi', settings: { keepFor: { months: 6 } } },
    { packId: 'nl-boa-den-haag', settings: {} },
  ]
  const took: number[] = []
  const scans: number[] = []
  let mostHeapBytes = 0
  for (let round = -1; round < rounds; round += 1) {
    for (const candidate of candidates) {
      const before = process.memoryUsage().heapUsed
      const simulatedMs = await timed(() => simulate(depsOn(db), corpsId, candidate))
      mostHeapBytes = Math.max(mostHeapBytes, process.memoryUsage().heapUsed - before)
      const scanMs = await timed(() =>
        runSql(
          db.of(corpsId),
          `select count(*), min(recorded_at), max(due_at), count(*) filter (where is_held) from recording where corps_id = $1
            and state in ('stored', 'viewable')`,
          [corpsId],
        ),
      )
      if (round < 0) continue // the first ones warm up
      took.push(simulatedMs)
      scans.push(scanMs)
    }
  }
  return {
    name: 'simulation',
    verdicts: [
      atMost('another law on the register, median', percentile(took, 0.5), 5000, 'ms'),
      besides('the slowest', percentile(took, 1), 'ms'),
      besides('a plain scan of the same rows, median', percentile(scans, 0.5), 'ms'),
      besides('against the plain scan', percentile(took, 0.5) / percentile(scans, 0.5)),
      besides('heap that one adds at most', mostHeapBytes / 2 ** 20, 'MiB'),
    ],
    figures: { recordings, rounds },
  }
}

/** As the server hands them; what only other acts need is left out. */
function depsOn(db: Database) {
  const unused = () => Promise.reject(new Error('a simulation asks for nothing else'))
  return {
    db,
    clock: { now: () => now },
    log: quietLog(),
    corps: { list: unused, lawKeyAt: () => Promise.resolve(inForce), listUnapplied: unused, tellApplied: unused },
    ask: unused,
    timeZoneOf: unused,
  } as unknown as Parameters<typeof simulate>[0]
}

/** A year of recordings of one corps, spread over its days and hours; some held, some waiting, a tenth handed over late. */
async function seed(db: Database, recordings: number): Promise<void> {
  const every = db.everyCorps
  await runSql(
    every,
    `insert into corps (id, name, time_zone, created_at) values ('corps_1', 'Corps', 'Europe/Brussels', now())`,
  )
  await runSql(
    every,
    `insert into camera (id, corps_id, label, serial, created_at) values ('cam_1', 'corps_1', 'Camera', 'SN-1', now())`,
  )
  await runSql(
    every,
    `insert into recording (id, corps_id, state, camera_id, wearer_id, recorded_at, recorded_at_from, received_at,
      size_bytes, sha256, payload_sha256, original_name, law, due_at, due_on, is_held, playable, damage, activation)
    select 'rec_' || lpad(n::text, 10, '0'), 'corps_1', case when n % 2000 = 0 then 'stored' else 'viewable' end, 'cam_1',
      null, at, 'file', at + case when n % 10 = 0 then interval '40 days' else interval '1 hour' end, 100000000,
      sha256(n::text::bytea), sha256(n::text::bytea), 'clip-' || n || '.mp4',
      '${inForce}', at + interval '12 months', (at + interval '12 months')::date, n % 100 = 1, n % 2000 <> 0, 'none', 'warned'
    from (select n, timestamptz '2026-11-22T12:00:00Z' - n * (interval '${days} days' / ${recordings}) as at
      from generate_series(1, ${recordings}) n) as made`,
  )
  await runSql(every, 'vacuum analyze')
}
