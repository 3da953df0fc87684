import type { ActFigures, ActOptions } from './act-rounds.ts'
import { startServer } from './child.ts'
import { atLeast, atMost, besides, type Measured, round } from './figures.ts'

/** Custody acts, each a durable transaction, against bare inserts of one row on the same pool. */
export async function measureActsPerSecond(
  options: Readonly<{ rounds: number; roundMs: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile)
  const asked: ActOptions = { rounds: options.rounds, roundMs: options.roundMs }
  const found = (await server.ask('acts', asked)) as ActFigures
  return {
    name: 'acts',
    verdicts: [
      atLeast('acts per second, one client', found.actsPerSecond1 / found.insertsPerSecond1, 0.5),
      atLeast('acts per second, eight clients', found.actsPerSecond8 / found.insertsPerSecond8, 0.5),
      besides('a transaction of that one insert, one client', found.transactionsPerSecond1 / found.insertsPerSecond1),
      besides('the same, eight clients', found.transactionsPerSecond8 / found.insertsPerSecond8),
      besides('from an act to its signed checkpoint, p50', found.lagP50Ms, 'ms'),
      atMost('the same, p99', found.lagP99Ms, 1000, 'ms'),
    ],
    figures: Object.fromEntries(Object.entries(found).map(([name, value]) => [name, round(value)])),
  }
}
