import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Kysely,
  PostgresAdapter,
  type PostgresDialectConfig,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
} from 'kysely'

const lastStatements = new WeakMap<DatabaseConnection, CompiledQuery>()

/**
 * Run this statement at the end of the transaction, sent in one breath with the commit: a round trip less. When it fails
 * the commit rolls back, and the transaction throws. One a transaction.
 */
export async function runLast<T>(tx: Transaction<T>, text: string, values: readonly unknown[]): Promise<void> {
  await tx.getExecutor().provideConnection((connection) => {
    if (lastStatements.has(connection)) throw new Error('a transaction has one last statement')
    lastStatements.set(connection, CompiledQuery.raw(text, [...values]))
    return Promise.resolve()
  })
}

/** Kysely's own dialect, with `runLast`. The pool must pipeline, or the two statements take turns. */
export function postgresDialect(config: PostgresDialectConfig): Dialect {
  return {
    createDriver: () => new LastStatementDriver(config),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  }
}

class LastStatementDriver extends PostgresDriver {
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const last = lastStatements.get(connection)
    if (last === undefined) return super.commitTransaction(connection)
    lastStatements.delete(connection)
    // PostgreSQL turns the commit of a transaction in which a statement failed into its rollback.
    const [ran, committed] = await Promise.allSettled([
      connection.executeQuery(last),
      super.commitTransaction(connection),
    ])
    if (ran.status === 'rejected') throw ran.reason
    if (committed.status === 'rejected') throw committed.reason
  }

  override async rollbackTransaction(connection: Parameters<PostgresDriver['rollbackTransaction']>[0]): Promise<void> {
    lastStatements.delete(connection)
    await super.rollbackTransaction(connection)
  }
}
