import pg from 'pg'
import { expect, test } from 'vitest'
import { createEmptyDatabase } from './database.ts'

test('two tests never share a database, and a dropped one is gone', async () => {
  await using mine = await createEmptyDatabase()
  const other = await createEmptyDatabase()
  expect(mine.connection.database).not.toBe(other.connection.database)

  const client = new pg.Client(mine.connection)
  await client.connect()
  await client.query('create table act (name text)')
  const { rows } = await client.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_roles where rolname = current_user',
  )
  await client.end()
  expect(rows).toEqual([{ rolsuper: false }]) // a superuser would walk through row-level security

  await other.drop()
  await expect(new pg.Client(other.connection).connect()).rejects.toThrow(/does not exist/)
})
