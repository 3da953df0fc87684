import type { Database } from '../database/index.ts'
import { runSql } from '../database/index.ts'

/**
 * Be the only one of this database who changes keys as a whole: a rotation, or a comparison with the mirror. Waits for
 * another. Ends with the connection, so a killed process leaves nothing locked.
 */
export async function withKeysLocked<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return db.everyCorps.connection().execute(async (connection) => {
    await runSql(connection, `select pg_advisory_lock(hashtext('getuige/keys'))`)
    try {
      return await work()
    } finally {
      await runSql(connection, `select pg_advisory_unlock(hashtext('getuige/keys'))`)
    }
  })
}
