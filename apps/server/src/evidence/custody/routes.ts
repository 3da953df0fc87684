import { createHash } from 'node:crypto'
import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import { type RawRoute, type Route, serve } from '#platform/http'
import type { Custody } from './index.ts'

const types = { text: 'text/plain; charset=utf-8', bytes: 'application/octet-stream' }

/**
 * `/log/HOST/CORPS/YEAR/…`: the custody logs for everyone, without session. Addresses are taken as they are written, so
 * one that is escaped, or not canonical, leads nowhere.
 */
export function logRoute({ custody }: Readonly<{ custody: Custody }>): RawRoute {
  return (app) => {
    app.get('/log/*', async (request, reply) => {
      const [, origin, path] =
        /^\/log\/([\w.-]+\/[\w-]+\/[\w.-]+)\/([\w./-]+)$/.exec(request.raw.url?.split('?')[0] ?? '') ?? []
      const part =
        origin === undefined || path === undefined
          ? { missing: 'This is no address of a log: /log/HOST/CORPS/YEAR/checkpoint is.' }
          : await custody.published.read(origin, path)
      // Monitors that run in a browser read it too; nothing here depends on who asks.
      void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
      if (part === undefined) {
        return reply
          .status(503)
          .header('retry-after', '1')
          .header('cache-control', 'no-store')
          .type(types.text)
          .send('Too many are reading the log: try again in a moment.\n')
      }
      if ('missing' in part) {
        return reply.status(404).header('cache-control', 'no-store').type(types.text).send(`${part.missing}\n`)
      }
      const etag = `"${createHash('sha256').update(part.body).digest('base64url').slice(0, 22)}"`
      void reply
        .header('etag', etag)
        .header('cache-control', part.isForever ? 'public, max-age=31536000, immutable' : 'no-store')
      const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
      if (known?.includes(etag) === true) return reply.status(304).send()
      return reply.type(types[part.kind]).send(Buffer.from(part.body))
    })
  }
}

/** The logs and who stands behind them, for those who answer for it. */
export function custodyRoutes<Caller extends PersonActor>({
  custody,
  requireSee,
}: Readonly<{ custody: Custody; requireSee(actor: PersonActor): Promise<void> }>): Route<Caller>[] {
  return [
    serve(contract.listLogs, async ({ caller }: { caller: Caller }) => {
      await requireSee(caller)
      const { waiting, logs } = await custody.describeLogs(caller.corpsId)
      return {
        waiting,
        logs: logs.map(({ signedAt, closedAt, stamps, witnesses, ...log }) => ({
          ...log,
          signedAt: signedAt?.toISOString() ?? null,
          closedAt: closedAt?.toISOString() ?? null,
          stamps: stamps.map(({ authority, size, at }) => ({ authority, size, at: at.toISOString() })),
          witnesses: witnesses.map(({ cosignedAt, askedAt, since, ...witness }) => ({
            ...witness,
            cosignedAt: cosignedAt?.toISOString() ?? null,
            askedAt: askedAt?.toISOString() ?? null,
            since: since?.toISOString() ?? null,
          })),
        })),
      }
    }),
  ]
}
