import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { liftRules } from '../../testing/lift-rules.ts'
import { type Database, type Executor, migrate, openDatabase, runSql } from './index.ts'

/** The tables that belong to no corps, and why. Every other one is isolated, or a test here fails. */
const ofNoCorps: Readonly<Record<string, string>> = {
  schema_migration: 'says how the database is made',
  setup_link: 'what is needed before there is a corps',
  sign_in_failure: 'counted before it is known whose login it is, or whether it is anybody’s',
  vault_recipients: 'a number: which set of recipients headers are for, the same for the whole installation',
  vault_unclaimed: 'names of objects and keys that no row names any more',
}

let db: Database
const tables: { name: string; isIsolated: boolean; corpsColumn: string }[] = []
const stack = new AsyncDisposableStack()

/**
 * Every table as the migrations make it, with a row of corps A and one of corps B. Rules other than isolation are taken
 * off, so that any table can be given a row without knowing it: what refuses here is isolation alone.
 */
beforeAll(async () => {
  const database = stack.use(await createEmptyDatabase())
  db = openDatabase(database.connection)
  stack.defer(() => db.destroy())
  await migrate(db)
  const found = (await runSql(
    db.everyCorps,
    `select c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity as "isIsolated",
      exists (select from pg_attribute where attrelid = c.oid and attname = 'corps_id') as "hasCorps"
    from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`,
  )) as { name: string; isIsolated: boolean; hasCorps: boolean }[]
  for (const { name, isIsolated, hasCorps } of found) {
    tables.push({ name, isIsolated, corpsColumn: hasCorps ? 'corps_id' : 'id' })
  }
  await liftRules(db, { keepUnique: false })
  for (const { name, isIsolated, corpsColumn } of tables) {
    if (!isIsolated) continue
    await runSql(db.everyCorps, `delete from ${name}`)
    await runSql(db.everyCorps, `insert into ${name} (${corpsColumn}) values ('corps_a'), ('corps_b')`)
  }
})
afterAll(() => stack.disposeAsync())

/** Somebody who did not say for which corps: a connection of its own that was told nothing. */
async function asNobody<T>(work: (nobody: Executor) => Promise<T>): Promise<T> {
  return db.everyCorps.connection().execute(async (connection) => {
    await runSql(connection, `select set_config('getuige.corps', '', false)`)
    try {
      return await work(connection)
    } finally {
      await runSql(connection, `select set_config('getuige.corps', '*', false)`)
    }
  })
}

test('every table isolates its rows, also from the role that owns it, or is named as one of no corps', async () => {
  const open = tables.filter(({ isIsolated }) => !isIsolated).map(({ name }) => name)
  expect(open).toEqual(Object.keys(ofNoCorps).toSorted())
  expect(tables.length - open.length).toBeGreaterThan(25)
  const mine = `select rolsuper or rolbypassrls as walks, current_user = tableowner as owns
    from pg_roles, pg_tables where rolname = current_user and tablename = 'recording'`
  expect(await runSql(db.everyCorps, mine)).toEqual([{ walks: false, owns: true }])
})

test('nothing in the database acts as somebody else, to whom more would be shown', async () => {
  const others = `select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
    union all select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace`
  expect(await runSql(db.everyCorps, others)).toEqual([])
})

describe('in every isolated table', () => {
  const isolated = () => tables.filter(({ isIsolated }) => isIsolated)
  const count = async (who: Executor, table: string) =>
    ((await runSql(who, `select count(*)::int as rows from ${table}`)) as { rows: number }[])[0]?.rows

  test('a corps finds its own row and not that of another; who says no corps finds none', async () => {
    for (const { name } of isolated()) {
      expect([name, await count(db.everyCorps, name)]).toEqual([name, 2])
      expect([name, await count(db.of('corps_a'), name)]).toEqual([name, 1])
      expect([name, await count(db.of('corps_other'), name)]).toEqual([name, 0])
      expect([name, await asNobody((nobody) => count(nobody, name))]).toEqual([name, 0])
    }
  })

  test('the wrong corps and none change nothing, remove nothing, and are given nothing to lock', async () => {
    for (const { name, corpsColumn } of isolated()) {
      const statements = [
        `update ${name} set ${corpsColumn} = ${corpsColumn} returning 1`,
        `delete from ${name} returning 1`,
        `select 1 from ${name} for update`,
      ]
      for (const statement of statements) {
        expect([statement, await runSql(db.of('corps_other'), statement)]).toEqual([statement, []])
        expect([statement, await asNobody((nobody) => runSql(nobody, statement))]).toEqual([statement, []])
      }
      expect([name, await count(db.everyCorps, name)]).toEqual([name, 2])
    }
  })

  test('nobody writes a row for another corps, hands one over, or writes one of every corps', async () => {
    for (const { name, corpsColumn } of isolated()) {
      const foreign = `insert into ${name} (${corpsColumn}) values ('corps_b')`
      const handedOver = `update ${name} set ${corpsColumn} = 'corps_b'`
      await expect(runSql(db.of('corps_a'), foreign), name).rejects.toThrow('row-level security')
      await expect(runSql(db.of('corps_a'), handedOver), name).rejects.toThrow('row-level security')
      await expect(
        asNobody((nobody) => runSql(nobody, foreign)),
        name,
      ).rejects.toThrow('row-level security')
      const ofEvery = `insert into ${name} (${corpsColumn}) values ('*')`
      await expect(runSql(db.everyCorps, ofEvery), name).rejects.toThrow('row-level security')
    }
  })
})
