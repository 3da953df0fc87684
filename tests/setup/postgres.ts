import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../apps/server/src/platform/postgres/index.ts'

/** A database server for the tests, and a role on it that may create databases but is no superuser. */
export type TestPostgres = Readonly<{ host: string; port: number; user: string; database: string; password?: string }>

declare module 'vitest' {
  // Vitest asks for an interface here, to be merged with its own.
  interface ProvidedContext {
    postgres: TestPostgres
  }
}

/**
 * One PostgreSQL for the whole run: the one of `TEST_DATABASE_URL`, whose role must be allowed to create databases, or
 * an embedded one in a temporary folder that never waits for the disk. Returns how to stop it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['TEST_DATABASE_URL']
  if (url !== undefined && url !== '') {
    project.provide('postgres', fromUrl(new URL(url)))
    return async () => undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 'getuige-tests-'))
  const database = await startEmbeddedPostgres({
    dataFolder: join(folder, 'postgres'),
    log: () => undefined,
    forTests: { durable: false, mayCreateDatabases: true },
  })
  project.provide('postgres', database.connection)
  return async () => {
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function fromUrl(url: URL): TestPostgres {
  const password = decodeURIComponent(url.password)
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    ...(password === '' ? {} : { password }),
  }
}
