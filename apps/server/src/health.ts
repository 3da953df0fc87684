import type { Custody } from '#custody'
import { type Database, runSql } from '#platform/database'
import type { RawRoute } from '#platform/http'
import type { Vault } from '#vault'

/**
 * `/healthz`: the process answers. `/readyz`: so do the database and the vault; 503 and which one when not. A custody log
 * that may not be signed does not stop what comes in: 200, and why in a sentence a log.
 */
export function healthRoutes({
  db,
  vault,
  custody,
}: Readonly<{ db: Database; vault: Vault; custody: Custody }>): RawRoute {
  const isWell = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false,
    )
  return (app) => {
    app.get('/healthz', () => ({ status: 'ok' }))
    app.get('/readyz', async (_request, reply) => {
      const [database, vaultIsWell] = await Promise.all([isWell(runSql(db, 'select 1')), isWell(vault.freeBytes())])
      const isReady = database && vaultIsWell
      return reply.status(isReady ? 200 : 503).send({
        status: isReady ? 'ok' : 'not-ready',
        database,
        vault: vaultIsWell,
        logsNotSigned: Object.fromEntries(custody.troubles()),
      })
    })
  }
}
