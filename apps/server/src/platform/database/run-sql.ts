import { CompiledQuery, type QueryExecutorProvider, type QueryResult } from 'kysely'

/** A database or a transaction, whatever its tables. */
export type Executor = QueryExecutorProvider & {
  executeQuery<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>
}

/** Run plain SQL with positional parameters, in the transaction if one is given. For jobs and migrations. */
export async function runSql(db: Executor, text: string, values: readonly unknown[] = []): Promise<unknown[]> {
  const result = await db.executeQuery(CompiledQuery.raw(text, [...values]))
  return result.rows
}
