import {
  type Compilable,
  CompiledQuery,
  type DatabaseConnection,
  PostgresDriver,
  type Transaction,
  type TransactionSettings,
} from 'kysely'
import pg from 'pg'
import type { Executor } from './run-sql.ts'

/** What a transaction has not yet heard of, or not yet sent. */
type Pending = { begun?: Promise<unknown>; last?: CompiledQuery }
const pending = new WeakMap<DatabaseConnection, Pending>()

/**
 * Run this statement at the end of the transaction, sent in one breath with the commit: a round trip less. When it fails
 * the commit rolls back, and the transaction throws. One a transaction. Prepared once a connection, so `text` must be one
 * of few.
 */
export async function runLast<T>(tx: Transaction<T>, text: string, values: readonly unknown[]): Promise<void> {
  await tx.getExecutor().provideConnection((connection) => {
    const here = pending.get(connection)
    if (here?.last !== undefined) throw new Error('a transaction has one last statement')
    prepare(text)
    pending.set(connection, { ...here, last: CompiledQuery.raw(text, [...values]) })
    return Promise.resolve()
  })
}

/** Names of prepared statements, by their text. */
const prepared = new Map<string, string>()

/** Prepare this statement once a connection, so `text` must be one of few. */
export function prepare(text: string): void {
  if (!prepared.has(text)) prepared.set(text, `last-${prepared.size}`)
}

/**
 * Run a query prepared once a connection, so its text must be one of few. For what every request asks: planning takes
 * longer than finding one row.
 */
export async function runPrepared<Row>(db: Executor, query: Compilable<Row>): Promise<Row[]> {
  const compiled = query.compile()
  prepare(compiled.sql)
  return (await db.executeQuery(compiled)).rows
}

/**
 * A connection that prepares the statements of `runLast` and `runPrepared`, and sends what is asked of it in the same breath in one write:
 * each write wakes the server up. When it breaks while it is in use, the statements say so: the process goes on.
 */
class BreathingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => undefined)
  }

  // @ts-expect-error one of its many signatures: what Kysely calls
  override query(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    const { stream } = this.connection
    stream.cork()
    process.nextTick(() => stream.uncork())
    const name = typeof text === 'string' ? prepared.get(text) : undefined
    return name === undefined ? super.query(text, values) : super.query({ name, text, values: values ?? [] })
  }
}

/** For the pool: its types know only the signatures of the client it extends. */
export const breathingClient = BreathingClient as unknown as typeof pg.Client

/** Kysely's own driver, with `runLast`. The pool must pipeline, or the statements take turns. */
export class LastStatementDriver extends PostgresDriver {
  readonly #watched = new WeakSet<DatabaseConnection>()

  override async acquireConnection(...options: Parameters<PostgresDriver['acquireConnection']>) {
    const connection = await super.acquireConnection(...options)
    if (this.#watched.has(connection)) return connection
    this.#watched.add(connection)
    // No statement is sent before the transaction is known to have begun, but for the last one.
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = async (query) => {
      const here = pending.get(connection)
      if (here?.begun !== undefined && query !== here.last && query.sql !== 'commit') {
        await here.begun
        delete here.begun
      }
      return execute(query)
    }
    return connection
  }

  override async beginTransaction(
    ...[connection, settings]: Parameters<PostgresDriver['beginTransaction']>
  ): Promise<void> {
    const begun = super.beginTransaction(connection, settings)
    if (isPlain(settings)) {
      begun.catch(() => undefined) // told with the statement that waits for it, or the commit
      pending.set(connection, { begun })
    } else await begun
  }

  override async commitTransaction(...[connection]: Parameters<PostgresDriver['commitTransaction']>): Promise<void> {
    const { begun, last } = pending.get(connection) ?? {}
    // PostgreSQL turns the commit of a transaction in which a statement failed into its rollback.
    const done = await Promise.allSettled([
      begun,
      last === undefined ? undefined : connection.executeQuery(last),
      super.commitTransaction(connection),
    ])
    pending.delete(connection)
    for (const one of done) if (one.status === 'rejected') throw one.reason
  }

  override async rollbackTransaction(
    ...[connection]: Parameters<PostgresDriver['rollbackTransaction']>
  ): Promise<void> {
    pending.delete(connection)
    await super.rollbackTransaction(connection)
  }
}

const isPlain = ({ isolationLevel, accessMode }: TransactionSettings) =>
  isolationLevel === undefined && accessMode === undefined
