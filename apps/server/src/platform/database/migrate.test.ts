import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { migrate, openDatabase, runSql } from './index.ts'

const files = async () =>
  (await readdir(join(import.meta.dirname, '../../../migrations'))).filter((name) => name.endsWith('.sql')).toSorted()

test('two servers that start at once bring the schema up to date together, each file once', async () => {
  await using database = await createEmptyDatabase()
  const [one, other] = [openDatabase(database.connection), openDatabase(database.connection)]
  try {
    const both = await Promise.all([migrate(one), migrate(other)])
    expect(both.flatMap(({ applied }) => applied).toSorted()).toEqual(await files())
    expect(await migrate(one)).toEqual({ applied: [] })
  } finally {
    await one.destroy()
    await other.destroy()
  }
})

test('a file that was changed after it was applied, and a database of a newer version, are refused', async () => {
  await using database = await createEmptyDatabase()
  const db = openDatabase(database.connection)
  try {
    await migrate(db)
    const [first = ''] = await files()
    await runSql(db.everyCorps, `update schema_migration set sha256 = 'other' where name = $1`, [first])
    await expect(migrate(db)).rejects.toThrow(`${first} was changed`)
    await runSql(db.everyCorps, `delete from schema_migration where name = $1`, [first])
    await expect(migrate(db)).rejects.toThrow('already exists')
    expect(await runSql(db.everyCorps, `select name from schema_migration where name = $1`, [first])).toEqual([])
    await runSql(db.everyCorps, `insert into schema_migration (name, sha256) values ('9999-later.sql', 'x')`)
    await expect(migrate(db)).rejects.toThrow('made by a newer Getuige')
    // The lock was let go each time.
    expect(
      await runSql(
        db.everyCorps,
        `select 1 as held from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
      ),
    ).toEqual([])
  } finally {
    await db.destroy()
  }
})
