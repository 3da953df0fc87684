import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer as createPlainServer, type RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Clock } from '../clock/index.ts'
import { StartError } from '../errors/index.ts'
import type { Log } from '../log/index.ts'

/** PEM files: the certificate with those between it and its root, and its key. */
export type TlsSettings = Readonly<{ certificateFile: string; keyFile: string }>

/** A certificate and key that are renewed in place. */
export type Tls = AsyncDisposable &
  Readonly<{
    createServer(handler: RequestListener): Server
    /** Read the files again. Connections that stand keep standing; new ones get what the files hold, if it is sound. */
    reload(): Promise<void>
  }>

type Pair = Readonly<{ cert: string; key: string }>

const reloadSeconds = 10

/** Throws `StartError` when a file cannot be read, is not what it should be, or the two do not belong together. */
export async function openTls(
  settings: TlsSettings,
  { clock, log }: Readonly<{ clock: Clock; log: Log }>,
): Promise<Tls> {
  let pair = await readPair(settings)
  warnOfEnd(pair, clock, log)
  const servers = new Set<Server>()
  let lastTrouble = ''

  async function reload(): Promise<void> {
    let next: Pair
    try {
      next = await readPair(settings)
    } catch (error) {
      // Perhaps one of the two files is written and the other is not yet. Said once.
      if (!(error instanceof StartError)) throw error
      if (error.message !== lastTrouble) log.warn('tls/not-reloaded', { sentence: error.message })
      lastTrouble = error.message
      return
    }
    lastTrouble = ''
    if (next.cert === pair.cert && next.key === pair.key) return
    pair = next
    for (const server of servers) server.setSecureContext({ ...pair })
    log.info('tls/reloaded', {})
    warnOfEnd(pair, clock, log)
  }
  const timer = setInterval(() => void reload(), reloadSeconds * 1000)
  timer.unref()

  return {
    createServer(handler) {
      const server = createServer({ ...pair, minVersion: 'TLSv1.2' }, handler)
      servers.add(server)
      server.once('close', () => servers.delete(server))
      return server
    },
    reload,
    [Symbol.asyncDispose]() {
      clearInterval(timer)
      return Promise.resolve()
    },
  }
}

async function readPair({ certificateFile, keyFile }: TlsSettings): Promise<Pair> {
  const read = (file: string, setting: string) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new StartError(`${setting}: ${file} cannot be read`, { cause })
    })
  const cert = await read(certificateFile, 'GETUIGE_TLS_CERTIFICATE')
  const key = await read(keyFile, 'GETUIGE_TLS_KEY')
  const leaf = parse(
    () => new X509Certificate(cert),
    `GETUIGE_TLS_CERTIFICATE: ${certificateFile} is no PEM certificate`,
  )
  const privateKey = parse(
    () => createPrivateKey(key),
    `GETUIGE_TLS_KEY: ${keyFile} is no PEM private key, or asks for a password`,
  )
  if (!leaf.checkPrivateKey(privateKey))
    throw new StartError(
      `GETUIGE_TLS_KEY: ${keyFile} is not the key of the first certificate in ${certificateFile}; put the certificate of this server first`,
    )
  return { cert, key }
}

function parse<T>(read: () => T, sentence: string): T {
  try {
    return read()
  } catch (cause) {
    throw new StartError(sentence, { cause })
  }
}

/** The server serves all the same: whoever hands in a recording would rather be warned than refused. */
function warnOfEnd({ cert }: Pair, clock: Clock, log: Log): void {
  const until = new X509Certificate(cert).validToDate
  if (until <= clock.now()) log.warn('tls/certificate-expired', { until: until.toISOString() })
}

/** Sends whoever comes in the clear to the same place at the public address, and answers nothing else. */
export async function startRedirect(
  listen: Readonly<{ host: string; port: number }>,
  publicUrl: string,
): Promise<AsyncDisposable & Readonly<{ port: number }>> {
  const server = createPlainServer((request, response) => {
    const path = request.url?.startsWith('/') === true ? request.url : '/'
    response.writeHead(308, { location: `${publicUrl}${path}`, connection: 'close' }).end()
  })
  server.listen(listen)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : listen.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
