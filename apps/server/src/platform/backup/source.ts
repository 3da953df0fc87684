import type pg from 'pg'
import { StartError } from '../errors/index.ts'
import type { About } from './layout.ts'
import { type Contents, copyOut, listSequences, listTables, type Table } from './tables.ts'

/** Rows that come from somewhere: a back-up, or another database. */
export type Source = Readonly<{
  migrations: About['migrations']
  /** In the order in which `parts` will be asked for, each once and read to its end. */
  tables: readonly Table[]
  parts(table: Table): AsyncIterable<Uint8Array>
  /** Asked for last: COPY text of name and data. */
  waitingJobs(): AsyncIterable<Uint8Array>
  /** Asked once all parts were read. */
  sequences(): Promise<About['sequences']>
}>

/**
 * A database as a source of rows, all of one snapshot that lasts until the caller ends the transaction. `given`: what was
 * read so far, by table; waiting jobs under no name. Throws `StartError` when there is nothing to read.
 */
export async function readDatabase(
  client: pg.Client,
): Promise<{ source: Source; given: ReadonlyMap<string, Contents> }> {
  const given = new Map<string, Contents>()
  async function* noted(name: string, parts: AsyncGenerator<Buffer, Contents>): AsyncGenerator<Buffer> {
    given.set(name, yield* parts)
  }
  await client.query('begin isolation level repeatable read read only')
  const { rows: found } = await client.query(`select from pg_class where oid = to_regclass('public.schema_migration')`)
  if (found.length === 0) throw new StartError('There is nothing in the database yet: Getuige never started on it.')
  const { rows: migrations } = await client.query<Source['migrations'][number]>(
    'select name, sha256 from public.schema_migration order by name',
  )
  const tables = await listTables(client)
  return {
    given,
    source: {
      migrations,
      tables,
      parts: (table) => noted(table.name, copyOut(client, table)),
      waitingJobs: async function* () {
        yield* noted('', copyOut(client, await waitingJobsQuery(client)))
      },
      sequences: () => listSequences(client),
    },
  }
}

/** What pg-boss keeps is its own affair; what waits to be done is ours. */
async function waitingJobsQuery(client: pg.Client): Promise<string> {
  const { rows } = await client.query(`select from pg_class where oid = to_regclass('pgboss.job')`)
  if (rows.length === 0) return 'select where false'
  return `select name, data from pgboss.job
    where state in ('created', 'retry', 'active') and name not like '\\_\\_pgboss\\_\\_%' order by created_on`
}
