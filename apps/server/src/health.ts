import type { Custody } from '#custody'
import { type Database, runSql } from '#platform/database'
import type { RawRoute } from '#platform/http'
import type { Vault } from '#vault'

/** Less than this is no room: nothing more is received, and the database may stop. */
const leastFreeBytes = 64 * 1024 * 1024

/**
 * `/healthz`: the process answers. `/readyz`: so do the database and the vault, and there is room; 503 and which one
 * when not. A custody log that may not be signed does not stop what comes in: 200, and why in a sentence a log. Nor does
 * an object that is damaged: the rest can be worked with.
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
      const [database, freeBytes] = await Promise.all([
        isWell(runSql(db.everyCorps, 'select 1')),
        vault.freeBytes().catch(() => undefined),
      ])
      const vaultIsWell = freeBytes !== undefined
      const room = freeBytes === undefined || freeBytes >= leastFreeBytes
      const isReady = database && vaultIsWell && room
      return reply.status(isReady ? 200 : 503).send({
        status: isReady ? 'ok' : 'not-ready',
        database,
        vault: vaultIsWell,
        room,
        logsNotSigned: Object.fromEntries(custody.troubles()),
      })
    })
  }
}
