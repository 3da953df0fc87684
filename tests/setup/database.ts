import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import type { TestPostgres } from './postgres.ts'

/** A database of its own for one test file or one world. */
export type EmptyDatabase = AsyncDisposable &
  Readonly<{
    connection: TestPostgres
    /** Remove it, also when something is still connected. May be called twice. */
    drop(): Promise<void>
  }>

/** Make an empty database under a name nobody else has, on the server that serves this test run. */
export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const server = inject('postgres')
  const database = `test_${randomUUID().replaceAll('-', '')}`
  await run(server, `create database ${database}`)
  const drop = () => dropDatabase(server, database)
  return { connection: { ...server, database }, drop, [Symbol.asyncDispose]: drop }
}

/** PostgreSQL's own vacuuming may be in it for a moment, and is nobody's to end. */
async function dropDatabase(server: TestPostgres, database: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(server, `drop database if exists ${database} with (force)`)
    } catch (error) {
      const isOfTheServer = error instanceof pg.DatabaseError && error.code === insufficientPrivilege
      if (!isOfTheServer || attempt === 20) throw error
      await setTimeout(250)
    }
  }
}
const insufficientPrivilege = '42501'

async function run(server: TestPostgres, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The same place as a setting names it. */
export function urlOf({ host, port, user, database, password }: TestPostgres): string {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`
  return `postgresql://${encodeURIComponent(user)}${secret}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
}
