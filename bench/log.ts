import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import type { Actor, CorpsId } from '@getuige/base'
import { emptyRoot, formatCheckpoint, proveInclusion, rootFromTiles, verifyInclusion } from '@getuige/proof'
import { type Custody, openCustody, openKeptHeads } from '../apps/server/src/evidence/custody/index.ts'
import { openTileCache, tileReader } from '../apps/server/src/evidence/custody/store.ts'
import { systemClock } from '../apps/server/src/platform/clock/index.ts'
import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'
import { openFileKeystore } from '../apps/server/src/platform/keystore/index.ts'
import { jsonLog } from '../apps/server/src/platform/log/index.ts'
import { perfectRoot } from '../packages/proof/src/merkle.ts'
import { atMost, besides, type Measured, median, percentile, round } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'

export type LogOptions = Readonly<{ entries: number; treeSize: number; proofs: number }>

const hashBytes = 32
const tileWidth = 256

/** fsck of a log made by acts, and proofs from the stored tiles of a much larger tree. */
export async function measureLog({ entries, treeSize, proofs }: LogOptions): Promise<Measured> {
  await using scratch = await openScratchDatabase()
  const { db, folder } = scratch
  const custody = openCustody({
    db,
    clock: systemClock,
    keystore: await openFileKeystore(join(folder, 'keys')),
    log: jsonLog(),
    originHost: 'bench.getuige.localhost',
    heads: openKeptHeads(join(folder, 'keys/heads')),
    witnesses: [],
    react: () => Promise.resolve(),
  })

  const proof = await measureProofs(db, custody, treeSize, proofs)
  await runSql(db.everyCorps, 'truncate custody_tile')
  await runSql(db.everyCorps, 'delete from custody_log where corps_id = $1', [treeCorps])
  const seeded = await seedEntries(custody, entries)
  const startedAt = performance.now()
  const checks = await custody.check()
  const fsckSeconds = (performance.now() - startedAt) / 1000
  const findings = checks.flatMap((check) => check.findings)
  if (findings.length > 0 || checks[0]?.entries !== entries) throw new Error(`fsck found ${JSON.stringify(findings)}`)

  return {
    name: 'log',
    verdicts: [
      atMost(`fsck of ${entries} entries`, fsckSeconds, (30 * entries) / 1_000_000, 's'),
      besides('entries a second while they were made and signed', entries / seeded.seconds, '/s'),
      atMost(`inclusion proof among ${treeSize} entries, p50`, proof.p50Ms, 1, 'ms'),
      besides('the same, p99', proof.p99Ms, 'ms'),
      besides('the same, against a query for one row', proof.p50Ms / proof.roundTripMs),
      besides('the .tlog-proof as it is served, without HTTP, p50', proof.servedP50Ms, 'ms'),
    ],
    figures: {
      fsckSeconds: round(fsckSeconds),
      seedSeconds: round(seeded.seconds),
      ...Object.fromEntries(Object.entries(proof).map(([name, value]) => [name, round(value)])),
    },
  }
}

async function seedEntries(custody: Custody, entries: number): Promise<{ seconds: number }> {
  const actor: Actor = { kind: 'system', corpsId: 'corps_seeded' as CorpsId }
  const startedAt = performance.now()
  const anAct = 2000
  for (let done = 0; done < entries; done += anAct) {
    await custody.act(actor, async (_tx, record) => {
      for (let n = done; n < Math.min(entries, done + anAct); n += 1) {
        const details = { number: `PL1500 ${n}`, reason: 'Aangifte door de wijkagent van het centrum.', kind: 'report' }
        await record({ type: 'hold-placed', recordingId: null, details })
      }
    })
    if (done % (4 * anAct) === 0) await custody.sequence()
  }
  await custody.sequence()
  return { seconds: (performance.now() - startedAt) / 1000 }
}

const treeCorps = 'corps_tree'

/** Tiles over leaf hashes that nobody knows the leaves of: a proof does not need them. */
async function measureProofs(db: Database, custody: Custody, treeSize: number, proofs: number) {
  const logId = `${treeCorps}.2026`
  const origin = `bench.getuige.localhost/${treeCorps}/2026`
  await runSql(
    db.everyCorps,
    'insert into custody_log (id, corps_id, year, origin, size, root) values ($1, $2, 2026, $3, $4, $5)',
    [logId, treeCorps, origin, treeSize, emptyRoot],
  )
  const leaves = new Uint8Array(treeSize * hashBytes)
  for (let at = 0; at < leaves.length; at += 2 ** 30) randomFillSync(leaves.subarray(at, at + 2 ** 30))
  const leafAt = (index: number) => leaves.subarray(index * hashBytes, (index + 1) * hashBytes)
  for (let level = 0, hashes: Uint8Array = leaves; hashes.length > 0; level += 1)
    hashes = await insertTiles(db, logId, level, hashes)
  await runSql(db.everyCorps, 'vacuum analyze custody_tile')
  const root = await rootFromTiles(tileReader(db.everyCorps, logId), treeSize)
  const { signNote } = await custody.signer(treeCorps as CorpsId)
  const checkpoint = signNote(formatCheckpoint({ origin, size: treeSize, root }))
  await runSql(db.everyCorps, 'update custody_log set root = $2, checkpoint = $3 where id = $1', [
    logId,
    root,
    checkpoint,
  ])

  const reader = openTileCache(256)(db.everyCorps, logId) // as what is served reads them
  const timesMs = { proof: [] as number[], served: [] as number[], roundTrip: [] as number[] }
  for (let n = 0; n < proofs + 50; n += 1) {
    const index = Math.floor(Math.random() * treeSize)
    const start = performance.now()
    const path = await proveInclusion(reader, index, treeSize)
    const proven = performance.now()
    await custody.published.read(origin, `proof/${index}.tlog-proof`)
    const served = performance.now()
    await runSql(db.everyCorps, 'select size from custody_log where id = $1', [logId])
    const asked = performance.now()
    if (!verifyInclusion({ index, size: treeSize, leafHash: leafAt(index), root, path })) throw new Error('no proof')
    if (n < 50) continue // these warm up
    timesMs.proof.push(proven - start)
    timesMs.served.push(served - proven)
    timesMs.roundTrip.push(asked - served)
  }
  return {
    p50Ms: median(timesMs.proof),
    p99Ms: percentile(timesMs.proof, 0.99),
    servedP50Ms: median(timesMs.served),
    roundTripMs: median(timesMs.roundTrip),
  }
}

/** Answers the hashes of the level above: the roots of the full tiles. */
async function insertTiles(db: Database, logId: string, level: number, hashes: Uint8Array): Promise<Uint8Array> {
  const tileBytes = tileWidth * hashBytes
  const tiles = Math.ceil(hashes.length / tileBytes)
  const above = new Uint8Array(Math.floor(hashes.length / tileBytes) * hashBytes)
  const aStatement = 100
  for (let first = 0; first < tiles; first += aStatement) {
    const rows: unknown[] = [logId, level]
    for (let index = first; index < Math.min(tiles, first + aStatement); index += 1) {
      const tile = hashes.subarray(index * tileBytes, (index + 1) * tileBytes)
      rows.push(index, tile.length / hashBytes, tile)
      if (tile.length < tileBytes) continue
      const parts = Array.from({ length: tileWidth }, (_, i) => tile.subarray(i * hashBytes, (i + 1) * hashBytes))
      above.set(perfectRoot(parts), index * hashBytes)
    }
    const values = Array.from(
      { length: (rows.length - 2) / 3 },
      (_, i) => `($1, $2, $${i * 3 + 3}, $${i * 3 + 4}, $${i * 3 + 5})`,
    )
    await runSql(
      db.everyCorps,
      `insert into custody_tile (log_id, level, tile_index, width, hashes) values ${values.join(', ')}`,
      rows,
    )
  }
  return above
}
