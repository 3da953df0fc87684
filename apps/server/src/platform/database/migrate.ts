import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { StartError } from '../errors/index.ts'
import { type Executor, runSql } from './run-sql.ts'

const folder = join(import.meta.dirname, '../../../migrations')

/** Where a database says which migrations it has. */
export const migrationTable = `create table if not exists schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`

export type Migration = Readonly<{ name: string; sha256: string; text: string }>

/** The migrations of this version, in order. */
export async function listMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/**
 * Those of ours that `applied` names. Throws `StartError` when it names one that this version does not know, or that has
 * changed since.
 */
export function requireKnown(
  ours: readonly Migration[],
  applied: readonly Pick<Migration, 'name' | 'sha256'>[],
): Migration[] {
  return applied.map(({ name, sha256 }) => {
    const known = ours.find((migration) => migration.name === name)
    if (known === undefined)
      throw new StartError(
        `The database has migration ${name}, which this version does not know: it was made by a newer Getuige. Start that one.`,
      )
    if (known.sha256 !== sha256)
      throw new StartError(`Migration ${name} was changed after it was applied: bring back the file as it was.`)
    return known
  })
}

/**
 * Bring the schema to the newest version: plain SQL files in order, each once, each in its own transaction, forward
 * only. Two servers that start at once take turns. Throws when a file that was applied has changed since, or when the
 * database was made by a newer version of Getuige, or for a role from which nothing is hidden.
 */
export async function migrate<Tables>(db: Readonly<{ everyCorps: Kysely<Tables> }>): Promise<{ applied: string[] }> {
  const migrations = await listMigrations()
  const applied: string[] = []
  await db.everyCorps.connection().execute(async (connection) => {
    await refuseUnbound(connection)
    await runSql(connection, `select pg_advisory_lock(hashtext('getuige/migrate'))`)
    try {
      await runSql(connection, migrationTable)
      const rows = (await runSql(connection, 'select name, sha256 from schema_migration')) as {
        name: string
        sha256: string
      }[]
      const done = new Set(requireKnown(migrations, rows))
      for (const migration of migrations) {
        if (done.has(migration)) continue
        const { name, sha256, text } = migration
        await connection.transaction().execute(async (tx) => {
          await runSql(tx, text)
          await runSql(tx, 'insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256])
        })
        applied.push(name)
      }
    } finally {
      await runSql(connection, `select pg_advisory_unlock(hashtext('getuige/migrate'))`)
    }
  })
  return { applied }
}

/** From a superuser row-level security keeps nothing, and nobody would notice. */
async function refuseUnbound(db: Executor): Promise<void> {
  const unbound = 'select rolname from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)'
  if ((await runSql(db, unbound)).length === 0) return
  throw new StartError(
    'The role of DATABASE_URL is a superuser or bypasses row-level security, so corps would not be kept apart: use a role that only owns its database.',
  )
}
