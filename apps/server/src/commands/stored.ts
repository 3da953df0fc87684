import { join } from 'node:path'
import { type Custody, openCustody, openKeptHeads } from '#custody'
import { systemClock } from '#platform/clock'
import { claimDatabase, type Connection, type Database, openDatabase } from '#platform/database'
import { StartError } from '#platform/errors'
import { openFileKeystore } from '#platform/keystore'
import { jsonLog } from '#platform/log'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '#platform/postgres'
import { ConfigError, readConfig } from '../config.ts'

export type Stored = AsyncDisposable & Readonly<{ db: Database; connection: Connection; custody: Custody }>

/**
 * What an installation has stored, for a command: database and custody, without jobs, sequencer or HTTP. `alone`: throws
 * `StartError` while a server is at work on it.
 */
export async function openStored(options: Readonly<{ isDemo: boolean; alone: boolean }>): Promise<Stored> {
  const read = readConfig(process.env)
  const dataFolder = options.isDemo ? join(read.dataFolder, 'demo') : read.dataFolder
  const keysFolder = options.isDemo ? join(read.keysFolder, 'demo') : read.keysFolder
  await using stack = new AsyncDisposableStack()
  let connection: Connection
  if (read.databaseUrl === undefined) {
    const postgres = join(dataFolder, 'postgres')
    connection = stack.use(await startEmbeddedPostgres({ dataFolder: postgres, log: () => undefined })).connection
  } else connection = { url: read.databaseUrl }
  if (options.alone) stack.use(await claimDatabase(connection))
  const db = openDatabase(connection)
  stack.defer(() => db.destroy())
  const custody = openCustody({
    db,
    clock: systemClock,
    keystore: await openFileKeystore(keysFolder),
    log: jsonLog(),
    originHost: read.originHost,
    heads: openKeptHeads(join(keysFolder, 'heads')),
    witnesses: [],
    react: () => Promise.resolve(),
  })
  const kept = stack.move()
  return { db, connection, custody, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What went wrong, as a sentence for whoever gave the command. */
export function sentenceOf(error: unknown): string {
  const isKnown = error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof StartError
  return isKnown ? error.message : String(error)
}
