import type { PersonActor } from '@getuige/base'
import type { Custody } from '../apps/server/src/evidence/custody/index.ts'
import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'
import { median, percentile } from './figures.ts'

type Deps = Readonly<{ db: Database; custody: Custody; actor: PersonActor }>
export type ActOptions = Readonly<{ rounds: number; roundMs: number }>
export type ActFigures = Readonly<{
  actsPerSecond1: number
  insertsPerSecond1: number
  actsPerSecond8: number
  insertsPerSecond8: number
  /** The same insert between `begin` and `commit`: what any transaction costs. */
  transactionsPerSecond1: number
  transactionsPerSecond8: number
  lagP50Ms: number
  lagP99Ms: number
  acts: number
}>

/** Acts and bare inserts in turn, on the pool of the server and beside its sequencer. */
export async function measureActs({ db, custody, actor }: Deps, options: ActOptions): Promise<ActFigures> {
  await runSql(
    db.everyCorps,
    'create table bench_row (id bigint generated always as identity primary key, said text not null)',
  )
  const committedAt = new Map<string, number>()
  let made = 0
  const insertRow = 'insert into bench_row (said) values ($1)'
  const insert = () => runSql(db.everyCorps, insertRow, ['one row'])
  const transaction = () => db.everyCorps.transaction().execute((tx) => runSql(tx, insertRow, ['one row']))
  const act = async () => {
    const n = `${(made += 1)}`
    await custody.act(actor, (_tx, record) => record({ type: 'person-added', recordingId: null, details: { n } }))
    committedAt.set(n, performance.now())
  }

  const heads: { at: number; size: number }[] = []
  let isWatching = true
  const watching = (async () => {
    while (isWatching) {
      const [head] = (await runSql(db.everyCorps, 'select max(size)::int as size from custody_log')) as {
        size: number
      }[]
      if (head !== undefined && head.size !== heads.at(-1)?.size) heads.push({ at: performance.now(), size: head.size })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()

  const kinds = { insert, transaction, act }
  const found = { insert1: [], transaction1: [], act1: [], insert8: [], transaction8: [], act8: [] } as Record<
    `${keyof typeof kinds}${1 | 8}`,
    number[]
  >
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const clients of [1, 8] as const) {
      for (const kind of ['insert', 'transaction', 'act'] as const) {
        const rate = await perSecond(kinds[kind], clients, options.roundMs)
        if (round > 0) found[`${kind}${clients}`].push(rate) // the first warms up
      }
    }
  }
  while ((await custody.status(actor.corpsId)).waiting > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  await new Promise((resolve) => setTimeout(resolve, 100))
  isWatching = false
  await watching

  const lags = await lagsOf(db, committedAt, heads)
  return {
    actsPerSecond1: median(found.act1),
    insertsPerSecond1: median(found.insert1),
    actsPerSecond8: median(found.act8),
    insertsPerSecond8: median(found.insert8),
    transactionsPerSecond1: median(found.transaction1),
    transactionsPerSecond8: median(found.transaction8),
    lagP50Ms: percentile(lags, 0.5),
    lagP99Ms: percentile(lags, 0.99),
    acts: made,
  }
}

async function perSecond(work: () => Promise<unknown>, clients: number, forMs: number): Promise<number> {
  const startedAt = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() - startedAt < forMs) {
        await work()
        done += 1
      }
    }),
  )
  return done / ((performance.now() - startedAt) / 1000)
}

/** From the commit of an act to the first signed checkpoint seen that covers it. */
async function lagsOf(
  db: Database,
  committedAt: ReadonlyMap<string, number>,
  heads: readonly { at: number; size: number }[],
): Promise<number[]> {
  const rows = (await runSql(
    db.everyCorps,
    `select details->>'n' as n, log_index::int as place from custody_entry where details ? 'n' order by log_index`,
  )) as { n: string; place: number }[]
  const lags: number[] = []
  let head = 0
  for (const { n, place } of rows) {
    while ((heads[head]?.size ?? Infinity) <= place) head += 1
    const [at, seen] = [committedAt.get(n), heads[head]]
    if (at !== undefined && seen !== undefined) lags.push(Math.max(0, seen.at - at))
  }
  return lags
}
