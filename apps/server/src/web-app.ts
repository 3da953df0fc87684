import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { RawRoute } from '#platform/http'
import { AppError } from '#platform/errors'

const folder = join(import.meta.dirname, '../../web/dist')
const verifyPage = join(folder, 'verify.html')

/** The web app: its files, and its one page for every address that is no file and no endpoint. */
export const webAppRoutes: RawRoute = (app) => {
  void app.register(fastifyStatic, {
    root: folder,
    serve: false,
    setHeaders: (reply, path) => {
      // Built files carry their digest in their name, so they never change.
      const isNamedByContent = path.includes('/assets/')
      void reply.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache')
      // The page that checks packages carries a policy of its own, stricter than ours, for its script stands in it.
      if (path === verifyPage) void reply.header('content-security-policy', "frame-ancestors 'none'")
    },
  })
  app.get('/*', (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    if (path.startsWith('/api/') || path === '/api') throw new AppError('request/not-found')
    // Looked for as it is asked: an app that was built anew under a running server has other files.
    if (/\.\w+$/.test(path)) return reply.sendFile(path)
    return reply.sendFile('index.html')
  })
}
