import { expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { openDatabase } from '../database/index.ts'
import { quietLog } from '../log/index.ts'
import { openJobs } from './index.ts'

test('jobs that a killed server left behind are all taken up, one right after the other', async () => {
  await using database = await createEmptyDatabase()
  const name = 'test/count'
  const killed = openJobs(database.connection, quietLog())
  await killed.start([{ name, run: () => new Promise(() => undefined) }])
  await killed.stop()
  await using stack = new AsyncDisposableStack()
  const db = openDatabase(database.connection)
  stack.defer(() => db.destroy())
  await db.everyCorps.transaction().execute(async (tx) => {
    for (const number of [1, 2, 3, 4, 5]) await killed.enqueue(tx, name, { number })
  })

  const ran: object[] = []
  const all = Promise.withResolvers<void>()
  const jobs = openJobs(database.connection, quietLog())
  stack.defer(() => jobs.stop())
  await jobs.start([
    {
      name,
      run: (data) => {
        if (ran.push(data) === 5) all.resolve()
        return Promise.resolve()
      },
    },
  ])
  await all.promise

  expect(ran).toEqual([1, 2, 3, 4, 5].map((number) => ({ number })))
})
