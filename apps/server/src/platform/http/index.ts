import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { createServer } from 'node:http'
import cookie from '@fastify/cookie'
import {
  type BodyOf,
  type Endpoint,
  type ErrorCode,
  errorCatalog,
  type ParamsOf,
  type QueryOf,
  type Refusal,
  type ReturnsOf,
} from '@getuige/contract'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../errors/index.ts'
import type { Log } from '../log/index.ts'
import { StoreUnreachable } from '../object-store/index.ts'
import type { Tls } from '../tls/index.ts'

export { type Cookie, openCookie } from './cookies.ts'
export { sendPieces } from './pieces.ts'
export { parseRange, sendRange } from './ranges.ts'

/** What a route is given: the request, parsed, and the signed-in caller if its endpoint asks for one. */
export type Call<E, Caller> = Readonly<{
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  caller: Caller
  request: FastifyRequest
  reply: FastifyReply
}>

type AnyEndpoint = Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType>

/** A route as `buildHttp` mounts it. Made by `serve` or `serveOpen`. */
export type Route<Caller> = Readonly<{
  endpoint: AnyEndpoint
  handle(call: Call<AnyEndpoint, Caller | undefined>): Promise<unknown>
}>

/** A route for signed-in people: `caller` is there. */
export function serve<E extends AnyEndpoint, Caller>(
  endpoint: E,
  handle: (call: Call<E, Caller>) => Promise<z.input<E['returns']>>,
): Route<Caller> {
  return { endpoint, handle }
}

/** A route anyone may call; `caller` is there if somebody is signed in. */
export function serveOpen<E extends AnyEndpoint, Caller>(
  endpoint: E,
  handle: (call: Call<E, Caller | undefined>) => Promise<ReturnsOf<E>>,
): Route<Caller> {
  return { endpoint, handle }
}

/** A route that answers with bytes rather than JSON, or speaks a protocol of its own. */
export type RawRoute = (app: FastifyInstance) => void

export type HttpOptions<Caller> = Readonly<{
  log: Log
  /** Who calls, or undefined. Throws `session/password-change-required` where that must come first. */
  authenticate(request: FastifyRequest): Promise<Caller | undefined>
  routes: readonly Route<Caller>[]
  rawRoutes: readonly RawRoute[]
  /** Told of every error before it is answered. Never throws. */
  noteRefusal?(error: unknown): Promise<void>
  /** The server speaks TLS itself. */
  tls?: Tls | undefined
  /** The address people type, where it is not this machine's. */
  publicUrl?: string | undefined
  /** Addresses and networks of proxies that are believed about who calls, and whether by TLS. Nobody is unless told. */
  trustedProxies?: readonly string[] | undefined
}>

/** The one place where errors become HTTP. */
export async function buildHttp<Caller>(options: HttpOptions<Caller>): Promise<FastifyInstance> {
  const { tls, publicUrl, trustedProxies = [] } = options
  const isPublicOverTls = publicUrl?.startsWith('https:') === true
  const headersFor = (request: FastifyRequest) =>
    isPublicOverTls || request.protocol === 'https'
      ? { ...securityHeaders, 'strict-transport-security': 'max-age=31536000' }
      : securityHeaders
  const app = fastify({
    logger: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: 256 * 1024,
    genReqId: () => randomUUID(),
    // Media ranges and uploads take long; a client that sends nothing at all for this long is cut off.
    serverFactory(handler) {
      const server = tls === undefined ? createServer(handler) : tls.createServer(handler)
      server.requestTimeout = 0
      server.keepAliveTimeout = 60_000
      return server.setTimeout(120_000)
    },
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
    // An address that cannot be read is refused before any hook runs.
    clientErrorHandler: refuseOnSocket,
    frameworkErrors: (error, request, reply) => {
      void reply.headers(headersFor(request))
      void sendRefusal(error, request, reply, options.log)
    },
  })
  await app.register(cookie)

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersFor(request))
    // A proxy that is believed says that this came in the clear.
    if (isPublicOverTls && trustedProxies.length > 0 && saysHttp(request))
      return reply.redirect(`${publicUrl}${request.url}`, 308)
    if (isWrite(request.method) && isForeign(request)) throw new AppError('request/forbidden-origin')
  })
  app.setErrorHandler(async (error, request, reply) => {
    await options.noteRefusal?.(error)
    return sendRefusal(error, request, reply, options.log)
  })
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(new AppError('request/not-found'), request, reply, options.log),
  )

  for (const route of options.routes) mount(app, route, options)
  for (const add of options.rawRoutes) add(app)
  return app
}

function mount<Caller>(app: FastifyInstance, { endpoint, handle }: Route<Caller>, options: HttpOptions<Caller>): void {
  app.route({
    method: endpoint.method,
    url: `/api${endpoint.path}`,
    handler: async (request, reply) => {
      const caller = await options.authenticate(request)
      if (endpoint.session === 'person' && caller === undefined) throw new AppError('session/none')
      reply.header('cache-control', 'no-store')
      const answer = await handle({
        params: parse(endpoint.params, request.params, 'params'),
        query: parse(endpoint.query, request.query, 'query'),
        body: parse(endpoint.body, request.body ?? {}, 'body'),
        caller,
        request,
        reply,
      })
      return reply.send(answer)
    },
  })
}

/** A request that does not fit its schema. Names the parts that are wrong, never repeats what was sent. */
class InvalidRequest extends Error {
  readonly fields: NonNullable<Refusal['fields']>
  constructor(error: z.ZodError, where: string) {
    super('request/invalid', { cause: error })
    this.fields = error.issues.map((issue) => ({ path: [where, ...issue.path].join('.'), problem: problemOf(issue) }))
  }
}

function problemOf(issue: z.core.$ZodIssue): NonNullable<Refusal['fields']>[number]['problem'] {
  if (issue.code === 'too_small') return 'too-short'
  if (issue.code === 'too_big') return 'too-long'
  if (issue.code === 'custom' && issue.params?.['problem'] === 'unseen') return 'unseen'
  return issue.code === 'invalid_type' && issue.input === undefined ? 'missing' : 'wrong-form'
}

function parse<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true })
  if (!result.success) throw new InvalidRequest(result.error, where)
  return result.data
}

/** A `Refusal` for anything thrown. A defect is logged whole under the id of the request, and told without detail. */
export function toRefusal(error: unknown, requestId: string, log: Log): { status: number; refusal: Refusal } {
  if (error instanceof AppError) {
    const details = Object.keys(error.details).length > 0 ? { details: error.details } : {}
    const permission = error.permission === undefined ? {} : { permission: error.permission }
    return { status: error.status, refusal: { code: error.code, ...details, ...permission } }
  }
  if (error instanceof InvalidRequest)
    return { status: 400, refusal: { code: 'request/invalid', fields: error.fields } }
  const known = frameworkErrors(error)
  if (known !== undefined) return { status: errorCatalog[known].status, refusal: { code: known } }
  if (isOutOfSpace(error)) {
    log.error('http/disk-full', error, { requestId })
    return { status: errorCatalog['ingest/disk-full'].status, refusal: { code: 'ingest/disk-full' } }
  }
  if (isStoreUnreachable(error)) {
    log.error('http/store-unreachable', error, { requestId })
    return { status: errorCatalog['vault/unreachable'].status, refusal: { code: 'vault/unreachable' } }
  }
  log.error('http/defect', error, { requestId })
  return { status: 500, refusal: { code: 'server/defect', requestId } }
}

/** The file system or PostgreSQL says so, wherever it came up: a key, a row, a temporary file. */
function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const isFull = 'code' in error && ['ENOSPC', 'EDQUOT', '53100'].includes(String(error.code))
  return isFull || isOutOfSpace(error.cause)
}

function isStoreUnreachable(error: unknown): boolean {
  return error instanceof StoreUnreachable || (error instanceof Error && isStoreUnreachable(error.cause))
}

/** What is no HTTP, or too much of it, never becomes a request: it is refused on the connection, which then ends. */
function refuseOnSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const refusal: Refusal = { code: isTooLarge ? 'request/too-large' : 'request/invalid' }
  const body = JSON.stringify(refusal)
  const headers = {
    ...securityHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const status = isTooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  if (socket.writable) socket.write([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'))
  socket.destroySoon()
}

function frameworkErrors(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  if (error.statusCode === 413) return 'request/too-large'
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500
    ? 'request/invalid'
    : undefined
}

function sendRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log) {
  const { status, refusal } = toRefusal(error, request.id, log)
  return reply.status(status).header('cache-control', 'no-store').send(refusal)
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), interest-cohort=()',
}

function saysHttp({ protocol, headers }: FastifyRequest): boolean {
  return headers['x-forwarded-proto'] !== undefined && protocol === 'http'
}

function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}

/** A browser says where a write comes from; another site's is refused. A program says nothing and holds no cookie. */
function isForeign(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin, host } = request.headers
  if (origin === undefined) return false
  return URL.parse(origin)?.host !== host
}
