import type { FastifyReply, FastifyRequest } from 'fastify'

/** A cookie that scripts cannot read. Over TLS its name tells the browser that it is for this host and TLS alone. */
export type Cookie = Readonly<{
  read(request: FastifyRequest): string | undefined
  set(request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number): void
  clear(request: FastifyRequest, reply: FastifyReply): void
}>

/**
 * `sameSite: 'lax'` for a cookie that must come along when another site sends the browser back to ours; else `strict`.
 * People reach the server by https, `isPublicOverTls`, also where a proxy in front of it ends TLS.
 */
export function openCookie(
  name: string,
  { sameSite, isPublicOverTls }: Readonly<{ sameSite: 'strict' | 'lax'; isPublicOverTls: boolean }>,
): Cookie {
  const isSecure = (request: FastifyRequest) => isPublicOverTls || request.protocol === 'https'
  const nameFor = (request: FastifyRequest) => (isSecure(request) ? `__Host-${name}` : name)
  const options = (request: FastifyRequest) => ({
    path: '/',
    httpOnly: true,
    sameSite,
    secure: isSecure(request),
  })
  return {
    read: (request) => request.cookies[nameFor(request)],
    set(request, reply, value, maxAge) {
      void reply.setCookie(nameFor(request), value, { ...options(request), maxAge })
    },
    clear(request, reply) {
      void reply.clearCookie(nameFor(request), options(request))
    },
  }
}
