import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  type PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import { prepare } from './last-statement.ts'

const tellSql = `select set_config('getuige.corps', $1, false)`
prepare(tellSql)

/** What a connection sees while it is in use, and what PostgreSQL was last told that it sees. */
type View = { wanted: string; told?: string | undefined }
const views = new WeakMap<DatabaseConnection, View>()

/** Every corps, to row-level security. No id of a corps. */
const everyCorps = '*'

/** The database as one corps sees it: none of its queries finds or touches a row of another. */
export function viewOf<T>(driver: PostgresDriver, corpsId: string): Kysely<T> {
  if (corpsId === '' || corpsId === everyCorps) throw new Error(`"${corpsId}" is no corps`)
  return view(driver, corpsId)
}

export function viewOfEveryCorps<T>(driver: PostgresDriver): Kysely<T> {
  return view(driver, everyCorps)
}

function view<T>(driver: PostgresDriver, wanted: string): Kysely<T> {
  const dialect: Dialect = {
    createDriver: () => new ViewDriver(driver, wanted),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  }
  return new Kysely<T>({ dialect })
}

/**
 * A driver that shares its connections with those of other views. Whose rows a connection shows is a setting of it, told
 * in one breath with the first statement, and only when another was told before. It is told outside of transactions, so
 * that none takes it back. When it could not be told, the statement fails too, and it is told again the next time.
 */
class ViewDriver implements Driver {
  readonly #shared: PostgresDriver
  readonly #wanted: string

  constructor(shared: PostgresDriver, wanted: string) {
    this.#shared = shared
    this.#wanted = wanted
  }

  init(): Promise<void> {
    return Promise.resolve()
  }
  /** The connections are the pool's, which outlives each view. */
  destroy(): Promise<void> {
    return Promise.resolve()
  }

  async acquireConnection(...args: Parameters<PostgresDriver['acquireConnection']>) {
    const connection = await this.#shared.acquireConnection(...args)
    const known = views.get(connection)
    if (known === undefined) views.set(connection, tellOn(connection, this.#wanted))
    else known.wanted = this.#wanted
    return connection
  }

  beginTransaction(...args: Parameters<PostgresDriver['beginTransaction']>) {
    return this.#shared.beginTransaction(...args)
  }
  commitTransaction(...args: Parameters<PostgresDriver['commitTransaction']>) {
    return this.#shared.commitTransaction(...args)
  }
  rollbackTransaction(...args: Parameters<PostgresDriver['rollbackTransaction']>) {
    return this.#shared.rollbackTransaction(...args)
  }
  savepoint(...args: Parameters<PostgresDriver['savepoint']>) {
    return this.#shared.savepoint(...args)
  }
  rollbackToSavepoint(...args: Parameters<PostgresDriver['rollbackToSavepoint']>) {
    return this.#shared.rollbackToSavepoint(...args)
  }
  releaseSavepoint(...args: Parameters<PostgresDriver['releaseSavepoint']>) {
    return this.#shared.releaseSavepoint(...args)
  }
  releaseConnection(...args: Parameters<PostgresDriver['releaseConnection']>) {
    return this.#shared.releaseConnection(...args)
  }
}

/** From now on no statement goes over the connection before PostgreSQL was told what it may show. */
function tellOn(connection: DatabaseConnection, wanted: string): View {
  const view: View = { wanted }
  const execute = connection.executeQuery.bind(connection)
  connection.executeQuery = async (query, options) => {
    if (view.told === view.wanted) return execute(query, options)
    view.told = view.wanted
    const [told, answered] = await Promise.allSettled([
      execute(CompiledQuery.raw(tellSql, [view.wanted])),
      execute<never>(query, options),
    ])
    if (told.status === 'rejected') {
      view.told = undefined
      throw told.reason
    }
    if (answered.status === 'rejected') throw answered.reason
    return answered.value
  }
  return view
}
