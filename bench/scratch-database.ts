import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '../apps/server/src/platform/database/index.ts'
import { startEmbeddedPostgres } from '../apps/server/src/platform/postgres/index.ts'

/**
 * An empty register, as the server sees it and as a superuser does, from whom row-level security hides nothing; `folder`
 * goes with it.
 */
export type ScratchDatabase = AsyncDisposable & Readonly<{ db: Database; unrestricted: Database; folder: string }>

/** A PostgreSQL of its own, as delivered, with the schema; gone when it is disposed, unless its folder was named. */
export async function openScratchDatabase({
  folder: named,
  durable = true,
}: Readonly<{ folder?: string | undefined; durable?: boolean }> = {}): Promise<ScratchDatabase> {
  await using stack = new AsyncDisposableStack()
  const folder = named ?? (await mkdtemp(join(tmpdir(), 'getuige-bench-')))
  if (named === undefined) stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { connection } = stack.use(
    await startEmbeddedPostgres({
      dataFolder: join(folder, 'p'),
      log: () => undefined,
      forTests: { durable, mayCreateDatabases: false },
    }),
  )
  const db = openDatabase(connection)
  stack.defer(() => db.destroy())
  const unrestricted = openDatabase({ ...connection, user: 'postgres' })
  stack.defer(() => unrestricted.destroy())
  await migrate(db)
  const opened = stack.move()
  return { db, unrestricted, folder, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
