import { expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { StartError } from '../errors/index.ts'
import { claimDatabase } from './index.ts'

test('a second server of one database is refused with a sentence, until the first has stopped', async () => {
  await using database = await createEmptyDatabase()
  await using other = await createEmptyDatabase()
  const first = await claimDatabase(database.connection)
  await using _elsewhere = await claimDatabase(other.connection)

  const refused = claimDatabase(database.connection)
  await expect(refused).rejects.toThrow(StartError)
  await expect(refused).rejects.toThrow('Another Getuige already serves')

  await first[Symbol.asyncDispose]()
  await using _next = await claimDatabase(database.connection)
})
