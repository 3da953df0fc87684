import { randomUUID } from 'node:crypto'
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
  const drop = () => run(server, `drop database if exists ${database} with (force)`)
  return { connection: { ...server, database }, drop, [Symbol.asyncDispose]: drop }
}

async function run(server: TestPostgres, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
