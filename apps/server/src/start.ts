import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '#platform/clock'
import { claimDatabase, type Connection, migrate } from '#platform/database'
import type { Job } from '#platform/jobs'
import type { Log } from '#platform/log'
import { startEmbeddedPostgres } from '#platform/postgres'
import { compose, type Server } from './compose.ts'
import { openTls, startRedirect } from '#platform/tls'
import { openMapTiles } from './map-tiles.ts'
import type { Config } from './config.ts'
import { healthRoutes } from './health.ts'
import { webAppRoutes } from './web-app.ts'

export type Running = AsyncDisposable &
  Readonly<{ server: Server; connection: Connection; http: FastifyInstance; address: string }>

export type Circumstances = Readonly<{
  clock: Clock
  log: Log
  say: (line: string) => void
  signal: AbortSignal
  /** While true, jobs of the schedule are passed over: the demonstration has another time then. */
  rests?: () => boolean
}>

/**
 * Start everything in order, and stop it in the other when disposed: database, schema, modules, jobs, sequencer, HTTP.
 * What was started is stopped again when a later step fails.
 */
export async function start(
  config: Config,
  { clock, log, say, signal, rests = () => false }: Circumstances,
): Promise<Running> {
  await using stack = new AsyncDisposableStack()
  const connection = await connect()
  stack.use(await claimDatabase(connection))
  const mapTiles = config.mapTilesFile === undefined ? undefined : stack.use(await openMapTiles(config.mapTilesFile))
  const tls = config.tlsFiles && stack.use(await openTls(config.tlsFiles, { clock, log }))
  const server = stack.use(await compose({ ...config, tls, mapTiles, connection, clock, log }))
  const { applied } = await migrate(server.db)
  if (applied.length > 0) log.info('database/migrated', { migrations: applied.length })
  // No other server has this database: whatever lies half made is nobody's.
  await server.modules.vault.clearMaking()
  await server.jobs.start(server.jobList.map((job) => unlessResting(job, rests)))
  await server.modules.tasks.takeUp()
  server.modules.custody.startSequencer()
  for (const { id } of await server.modules.corps.list()) {
    // A corps that signs for the first time makes what is missing then.
    await server.modules.authority.prepare(id).catch((error: unknown) => log.error('authority/not-prepared', error))
  }
  server.modules.custody.startWitnessing()
  const http = await server.buildHttp([
    webAppRoutes,
    healthRoutes({ db: server.db, vault: server.modules.vault, custody: server.modules.custody }),
  ])
  stack.defer(() => http.close())
  await http.listen({ host: config.host, port: config.port })
  if (config.publicUrl !== undefined && config.redirectPort !== undefined) {
    const redirect = { host: config.host, port: config.redirectPort }
    stack.use(await startRedirect(redirect, config.publicUrl))
  }

  const running = stack.move()
  return {
    server,
    connection,
    http,
    address: addressOf(config, http),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }

  async function connect(): Promise<Connection> {
    if (config.databaseUrl !== undefined) return { url: config.databaseUrl }
    const embedded = stack.use(
      await startEmbeddedPostgres({ dataFolder: join(config.dataFolder, 'postgres'), signal, log: say }),
    )
    return embedded.connection
  }
}

const unlessResting = (job: Job, rests: () => boolean): Job =>
  job.schedule === undefined ? job : { ...job, run: async (...call) => (rests() ? undefined : job.run(...call)) }

function addressOf(config: Config, http: FastifyInstance): string {
  if (config.publicUrl !== undefined) return config.publicUrl
  const bound = http.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port
  const isEverywhere = config.host === '0.0.0.0' || config.host === '::'
  const host = isEverywhere ? 'localhost' : config.host.includes(':') ? `[${config.host}]` : config.host
  return `${config.tlsFiles === undefined ? 'http' : 'https'}://${host}:${port}`
}
