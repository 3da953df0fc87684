import { join } from 'node:path'
import { type Custody, openCustody, openKeptHeads } from '#custody'
import { systemClock } from '#platform/clock'
import { claimDatabase, type Connection, type Database, openDatabase } from '#platform/database'
import { StartError } from '#platform/errors'
import { type Keystore, type KeystoreSettings, openKeystore } from '#platform/keystore'
import { jsonLog } from '#platform/log'
import { type ObjectStore, openStore } from '#platform/object-store'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '#platform/postgres'
import { openRecordings, type Recordings } from '#recordings'
import { type Config, ConfigError, readConfig } from '../config.ts'

/** An installation whose database answers. */
export type Reached = AsyncDisposable & Readonly<{ config: Config; connection: Connection }>

export type Stored = AsyncDisposable &
  Readonly<{
    db: Database
    connection: Connection
    keystore: Keystore
    objects: ObjectStore
    custody: Custody
    recordings: Recordings
  }>

/** The settings of this installation, or of its demonstration. Throws `ConfigError`. */
export function readStoredConfig(isDemo: boolean): Config {
  const read = readConfig(process.env)
  if (!isDemo) return read
  const demo = { dataFolder: join(read.dataFolder, 'demo'), keysFolder: join(read.keysFolder, 'demo') }
  return {
    ...read,
    ...demo,
    keystore: { root: { driver: 'file' } },
    storage: {},
    backup: { ...read.backup, folder: undefined },
  }
}

/**
 * Reach the database, starting the embedded one unless it runs. `alone`: throws `StartError` while a server is at work
 * on it.
 */
export async function reach(options: Readonly<{ isDemo: boolean; alone: boolean }>): Promise<Reached> {
  const config = readStoredConfig(options.isDemo)
  await using stack = new AsyncDisposableStack()
  let connection: Connection
  if (config.databaseUrl === undefined) {
    const postgres = join(config.dataFolder, 'postgres')
    connection = stack.use(await startEmbeddedPostgres({ dataFolder: postgres, log: () => undefined })).connection
  } else connection = { url: config.databaseUrl }
  if (options.alone) stack.use(await claimDatabase(connection))
  const kept = stack.move()
  return { config, connection, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What an installation has stored, for a command: without jobs, sequencer or HTTP. `alone` as for `reach`. */
export async function openStored(options: Readonly<{ isDemo: boolean; alone: boolean }>): Promise<Stored> {
  await using stack = new AsyncDisposableStack()
  const { config, connection } = stack.use(await reach(options))
  const stored = stack.use(await openReached(config, connection))
  const kept = stack.move()
  return { ...stored, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What is stored behind a database that was reached. `mirror`: another place where secrets lie a second time. */
export async function openReached(
  config: Config,
  connection: Connection,
  mirror: KeystoreSettings['mirror'] = config.keystore.mirror,
): Promise<Stored> {
  await using stack = new AsyncDisposableStack()
  const db = openDatabase(connection)
  stack.defer(() => db.destroy())
  const keystore = stack.use(await openKeystore({ ...config.keystore, folder: config.keysFolder, mirror }))
  const store = config.storage.store ?? { kind: 'file', folder: join(config.dataFolder, 'vault') }
  const objects = await openStore(store, systemClock)
  stack.defer(() => objects.close())
  const log = jsonLog()
  const tell = (error: unknown) => log.error('custody/head-not-mirrored', error)
  const headMirror = mirror === undefined ? undefined : { folder: mirror, tell }
  const custody = openCustody({
    db,
    clock: systemClock,
    keystore,
    log,
    originHost: config.originHost,
    heads: openKeptHeads(join(config.keysFolder, 'heads'), headMirror),
    witnesses: [],
    react: () => Promise.resolve(),
  })
  const recordings = openRecordings({ db })
  const kept = stack.move()
  return { db, connection, keystore, objects, custody, recordings, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What went wrong, as a sentence for whoever gave the command. */
export function sentenceOf(error: unknown): string {
  const isKnown = error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof StartError
  return isKnown ? error.message : String(error)
}
