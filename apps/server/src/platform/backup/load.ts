import type pg from 'pg'
import { PgBoss } from 'pg-boss'
import { type Connection, listMigrations, migrationTable, poolConfig, requireKnown } from '../database/index.ts'
import { StartError } from '../errors/index.ts'
import type { Source } from './source.ts'
import {
  connectForCopy,
  type Contents,
  copyIn,
  listTables,
  quoted,
  setSequences,
  type Table,
  withoutRules,
} from './tables.ts'

/** What must be true before the rows are committed. Throws when it is not. */
export type Check = (loaded: ReadonlyMap<string, Contents>, client: pg.Client) => Promise<void>

/**
 * Fill an empty database: the schema as it was, every row, every rule, jobs that waited. One transaction: all of it or
 * nothing. Throws `StartError` when the database is not empty or the source comes from a newer version.
 */
export async function loadDatabase(connection: Connection, source: Source, check: Check): Promise<void> {
  const migrations = requireKnown(await listMigrations(), source.migrations)
  await using client = await connectForCopy(connection)
  if ((await listTables(client)).length > 0)
    throw new StartError('The database is not empty: nothing is ever written over what is there. Give it an empty one.')
  await using queues = await openQueues(connection, client)

  await client.query('begin')
  try {
    await client.query(migrationTable)
    for (const { text } of migrations) await client.query(text)
    const loaded = new Map<string, Contents>()
    await withoutRules(client, async () => {
      const tables = await requireSameTables(client, source.tables)
      // Some migrations bring rows of their own; the rows that come have them too.
      await client.query(`truncate ${tables.map(({ name }) => `public.${quoted(name)}`).join(', ')}`)
      for (const table of tables) loaded.set(table.name, await copyIn(client, table, source.parts(table)))
      await client.query(
        'create temporary table waiting_job (place bigint generated always as identity, name text, data jsonb) on commit drop',
      )
      const waiting = { name: 'waiting_job', columns: ['name', 'data'] }
      loaded.set('', await copyIn(client, waiting, source.waitingJobs()))
    })
    await setSequences(client, await source.sequences())
    await check(loaded, client)
    await queues.enqueueWaiting()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    await queues.undo()
    throw error
  }
  await client.query('analyze')
}

async function requireSameTables(client: pg.Client, wanted: readonly Table[]): Promise<readonly Table[]> {
  const made = new Map((await listTables(client)).map((table) => [table.name, table]))
  const isSame = ({ name, columns }: Table) => columns.toSorted().join() === made.get(name)?.columns.toSorted().join()
  const other = wanted.find((table) => !isSame(table))
  if (other !== undefined || made.size !== wanted.length)
    throw new StartError(
      `The tables are not those that the migrations make${other === undefined ? '' : `: ${other.name}`}.`,
    )
  return wanted
}

const pageJobs = 1000

/** The queues are made before the transaction, by pg-boss itself; the jobs come with it. */
async function openQueues(connection: Connection, client: pg.Client) {
  const { rows } = await client.query(`select from pg_namespace where nspname = 'pgboss'`)
  const wasThere = rows.length > 0
  const settings = { ...poolConfig(connection), max: 2, supervise: false, schedule: false }
  const boss = new PgBoss(settings as ConstructorParameters<typeof PgBoss>[0])
  boss.on('error', () => undefined)
  await boss.start()
  const db = {
    executeSql: async (text: string, values?: unknown[]) => ({
      rows: (await client.query(text, values)).rows as unknown[],
    }),
  }
  return {
    async enqueueWaiting(): Promise<void> {
      const { rows: names } = await client.query<{ name: string }>('select distinct name from waiting_job')
      for (const { name } of names) {
        await boss.createQueue(name)
        for (let place = '0'; ;) {
          const { rows: page } = await client.query<{ place: string; data: object }>(
            'select place, data from waiting_job where name = $1 and place > $2 order by place limit $3',
            [name, place, pageJobs],
          )
          const last = page.at(-1)
          if (last === undefined) break
          place = last.place
          await boss.insert(
            name,
            page.map(({ data }) => ({ data })),
            { db },
          )
        }
      }
    },
    async undo(): Promise<void> {
      if (!wasThere) await client.query('drop schema if exists pgboss cascade').catch(() => undefined)
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  }
}
