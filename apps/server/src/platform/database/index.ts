import type { Kysely, Transaction } from 'kysely'
import pg from 'pg'
import { type Connection, poolConfig } from './connection.ts'
import { viewOf, viewOfEveryCorps } from './corps-in-view.ts'
import { breathingClient, LastStatementDriver } from './last-statement.ts'

export { type Connection, poolConfig } from './connection.ts'
export { listMigrations, migrate, migrationTable, requireKnown } from './migrate.ts'
export { claimDatabase } from './sole-server.ts'
export { runLast, runPrepared } from './last-statement.ts'
export { type Executor, runSql } from './run-sql.ts'

/** Each module adds its own tables by declaration merging, beside its store. */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface Tables {}

/**
 * The database, seen from one corps or over all of them. What is done for a corps goes through `of`: row-level security
 * shows the rows of that corps alone. `everyCorps` is for what has no corps yet, such as signing in, and for work that
 * goes over all of them.
 */
export type Database = Readonly<{
  of(corpsId: string): Kysely<Tables>
  everyCorps: Kysely<Tables>
  destroy(): Promise<void>
}>
export type Tx = Transaction<Tables>
/** Reads take either; writes demand a `Tx`, so a write outside a transaction does not compile. */
export type Reader = Kysely<Tables> | Tx

// Days stay text (a Date would shift them by the server's time zone) and counts fit in a number.
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.DATE, (text) => text)
types.setTypeParser(pg.types.builtins.INT8, Number)

/** Close with `destroy()`. Throws on first use, not here, when the server cannot be reached. */
export function openDatabase(connection: Connection, options: { maxConnections?: number } = {}): Database {
  const pool = new pg.Pool({
    ...poolConfig(connection),
    types,
    pipeline: true,
    Client: breathingClient,
    max: options.maxConnections ?? 10,
  })
  // A connection that breaks while idle must not end the process: the next query opens another.
  pool.on('error', () => undefined)
  const driver = new LastStatementDriver({ pool })
  const isReady = driver.init()
  const views = new Map<string, Kysely<Tables>>()
  return {
    of(corpsId) {
      const known = views.get(corpsId) ?? viewOf<Tables>(driver, corpsId)
      views.set(corpsId, known)
      return known
    },
    everyCorps: viewOfEveryCorps<Tables>(driver),
    async destroy() {
      await isReady
      await driver.destroy()
    },
  }
}
