import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { type Database, openDatabase, runLast, runSql } from './index.ts'

let db: Database
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  const database = stack.use(await createEmptyDatabase())
  db = openDatabase(database.connection, { maxConnections: 1 }) // what one transaction leaves behind, the next would find
  stack.defer(() => db.destroy())
  await runSql(db.everyCorps, 'create table said (word text primary key)')
})
afterAll(() => stack.disposeAsync())

const say = 'insert into said values ($1)'
const said = async () => (await runSql(db.everyCorps, 'select word from said order by word')) as { word: string }[]

test('the last statement commits with those before it, and a transaction of it alone is one', async () => {
  await db.everyCorps.transaction().execute(async (tx) => {
    await runLast(tx, say, ['b'])
    await runSql(tx, say, ['a'])
  })
  await db.everyCorps.transaction().execute((tx) => runLast(tx, say, ['c']))
  expect(await said()).toEqual([{ word: 'a' }, { word: 'b' }, { word: 'c' }])
})

test('a last statement that fails undoes the others, says why, and the next transaction goes well', async () => {
  const before = await said()
  const failing = db.everyCorps.transaction().execute(async (tx) => {
    await runSql(tx, say, ['d'])
    await runLast(tx, say, ['a'])
  })
  await expect(failing).rejects.toThrow('duplicate key')
  expect(await said()).toEqual(before)
  await db.everyCorps.transaction().execute((tx) => runLast(tx, say, ['e']))
  expect(await said()).toEqual([...before, { word: 'e' }])
})

test('a last statement of a transaction that fails before is never run, nor a second one', async () => {
  const before = await said()
  const failing = db.everyCorps.transaction().execute(async (tx) => {
    await runLast(tx, say, ['f'])
    throw new Error('the disk is gone')
  })
  await expect(failing).rejects.toThrow('the disk is gone')
  await db.everyCorps.transaction().execute((tx) => runSql(tx, 'select 1'))
  const twice = db.everyCorps.transaction().execute(async (tx) => {
    await runLast(tx, say, ['f'])
    await runLast(tx, say, ['g'])
  })
  await expect(twice).rejects.toThrow('one last statement')
  expect(await said()).toEqual(before)
})

test('nothing is written when the transaction does not begin', async () => {
  const before = await said()
  const lost = db.everyCorps.transaction().execute(async (tx) => {
    await runSql(tx, 'select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
    await runLast(tx, say, ['h'])
  })
  await expect(lost).rejects.toThrow()
  expect(await said()).toEqual(before)
})
