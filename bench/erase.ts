import { startServer } from './child.ts'
import type { ErasedFigures, SeedOptions } from './erasable.ts'
import { atMost, besides, type Measured, round } from './figures.ts'

/** The nightly run over recordings that are all due: keys, bytes, certificates, and the key of their day. */
export async function measureErasure(
  options: Readonly<{ recordings: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile, { BENCH_SEEDS: 'yes' })
  const seed: SeedOptions = { recordings: options.recordings }
  await server.ask('seed-due', seed)
  const found = (await server.ask('erase-due')) as ErasedFigures
  const { recordings } = options
  const left = found.failed + found.keys + found.objects + found.files
  if (left > 0 || found.certificates !== recordings || found.certified !== recordings)
    throw new Error(`not erased as it should be: ${JSON.stringify(found)}`)
  return {
    name: 'erase',
    verdicts: [
      atMost(`${recordings} recordings erased, with the key of their day`, found.untilKeySeconds, 60, 's'),
      besides('recordings a second', recordings / found.seconds, '/s'),
      besides('until a signed checkpoint covers every certificate', found.untilCheckpointSeconds, 's'),
    ],
    figures: Object.fromEntries(Object.entries(found).map(([name, value]) => [name, round(value)])),
  }
}
