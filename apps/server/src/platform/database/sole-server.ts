import pg from 'pg'
import { StartError } from '../errors/index.ts'
import { type Connection, poolConfig } from './connection.ts'

const waitMs = 3000

/**
 * Be the one server of this database until disposed: uploads are locked, and keys remembered, within one process.
 * Waits a moment for a server that was just killed. Throws `StartError` while another one serves it.
 */
export async function claimDatabase(connection: Connection): Promise<AsyncDisposable> {
  const client = new pg.Client(poolConfig(connection))
  // When the database stops under us, every query says so; this connection need not.
  client.on('error', () => undefined)
  await client.connect()
  try {
    // Whoever loses power or network keeps the claim for half a minute, not for the two hours of TCP.
    await client.query('set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4')
    await client.query(`set lock_timeout = ${waitMs}`)
    await client.query(`select pg_advisory_lock(hashtext('getuige/server'))`)
  } catch (error) {
    await client.end()
    const isTaken = error instanceof pg.DatabaseError && error.code === '55P03'
    if (!isTaken) throw error
    throw new StartError(
      'Another Getuige already serves this data folder or database: stop it, or choose another GETUIGE_DATA.',
    )
  }
  return { [Symbol.asyncDispose]: () => client.end() }
}
