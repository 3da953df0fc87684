import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { type Database, type Executor, openDatabase, runLast, runSql } from './index.ts'

let db: Database
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  const database = stack.use(await createEmptyDatabase())
  db = openDatabase(database.connection, { maxConnections: 1 }) // what one leaves behind, the next would find
  stack.defer(() => db.destroy())
  await runSql(
    db.everyCorps,
    `create table said (corps_id text, word text primary key);
    alter table said enable row level security, force row level security;
    create policy corps_in_view on said using (current_setting('getuige.corps', true) in (corps_id, '*'))`,
  )
  await runSql(db.everyCorps, `insert into said values ('corps_a', 'a'), ('corps_b', 'b')`)
})
afterAll(() => stack.disposeAsync())

const words = async (view: Executor) =>
  ((await runSql(view, 'select word from said order by word')) as { word: string }[]).map(({ word }) => word)
const insert = 'insert into said values ($1, $2)'

test('on one connection each query sees its own corps, one after another and at once', async () => {
  const views = [db.of('corps_a'), db.everyCorps, db.of('corps_b'), db.of('corps_none'), db.of('corps_a')]
  const expected = [['a'], ['a', 'b'], ['b'], [], ['a']]
  for (const [i, view] of views.entries()) expect(await words(view)).toEqual(expected[i])
  expect(await Promise.all(views.map((view) => words(view)))).toEqual(expected)
})

test('no corps is called nothing or everything', () => {
  expect(() => db.of('')).toThrow('is no corps')
  expect(() => db.of('*')).toThrow('is no corps')
})

test('a transaction writes rows of its own corps alone, also with its last statement', async () => {
  const foreign = db.of('corps_a').transaction()
  await expect(foreign.execute((tx) => runLast(tx, insert, ['corps_b', 'c']))).rejects.toThrow('row-level security')
  await db
    .of('corps_b')
    .transaction()
    .execute((tx) => runLast(tx, insert, ['corps_b', 'c']))
  expect(await words(db.of('corps_a'))).toEqual(['a'])
  expect(await words(db.everyCorps)).toEqual(['a', 'b', 'c'])
})

test('a transaction that fails, first of its corps on a connection, leaves its corps neither to the next nor forgotten', async () => {
  await words(db.everyCorps)
  const failing = db
    .of('corps_a')
    .transaction()
    .execute(async (tx) => {
      expect(await words(tx)).toEqual(['a'])
      throw new Error('refused')
    })
  await expect(failing).rejects.toThrow('refused')
  expect(await words(db.of('corps_a'))).toEqual(['a'])
  expect(await words(db.of('corps_b'))).toEqual(['b', 'c'])
})

test('a connection that breaks is followed by one that is told anew', async () => {
  await expect(runSql(db.of('corps_a'), 'select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow()
  // Whoever asks before its end was noticed hears of it.
  await expect.poll(() => words(db.of('corps_a')).catch(() => undefined)).toEqual(['a'])
})
