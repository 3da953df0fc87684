import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

const run = promisify(execFile)

const config = `
[ req ]
distinguished_name = name
[ name ]
[ tsa ]
default_tsa = one
[ one ]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ ca ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[ tsa_certificate ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ plain_certificate ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
`

/** A time-stamping authority of OpenSSL, with certificates of its own, in a temporary folder. */
export type TimeStampAuthority = AsyncDisposable &
  Readonly<{
    /** PEM, and its file: the certificate to trust. */
    ca: string
    caFile: string
    /** The answer to a query, both DER. */
    reply(query: Uint8Array): Promise<Uint8Array>
    /** Answers at this address until disposed. Requests so far are counted. */
    listen(): Promise<Readonly<{ url: string; asked(): number; stop(): Promise<void> }>>
  }>

export function makeTimeStampAuthority(
  openssl: string,
  { mayStamp = true }: Readonly<{ mayStamp?: boolean }> = {},
): TimeStampAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'getuige-tsa-'))
  const call = (...args: string[]) => execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' })
  writeFileSync(join(folder, 'tsa.cnf'), config)
  writeFileSync(join(folder, 'serial'), '01\n')
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-config', 'tsa.cnf']
  call(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Test stamps CA',
    '-days',
    '3650',
    '-extensions',
    'ca',
  )
  call('req', ...newKey, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Test stamps')
  const extensions = mayStamp ? 'tsa_certificate' : 'plain_certificate'
  call(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '3650',
    '-extfile',
    'tsa.cnf',
    '-extensions',
    extensions,
    '-out',
    'tsa.pem',
  )

  let made = 0
  const stops: (() => Promise<void>)[] = []
  const authority: TimeStampAuthority = {
    ca: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    caFile: join(folder, 'ca.pem'),
    async reply(query) {
      made += 1
      const [asked, answered] = [`query-${made}`, `answer-${made}`].map((name) => join(folder, name))
      if (asked === undefined || answered === undefined) throw new Error('no files to ask and answer in')
      writeFileSync(asked, query)
      await run(openssl, ['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', asked, '-out', answered], { cwd: folder })
      return readFileSync(answered)
    },
    async listen() {
      let asked = 0
      const server = createServer((request, response) => {
        asked += 1
        void buffer(request)
          .then((query) => authority.reply(query))
          .then(
            (answer) => response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer),
            () => response.writeHead(500).end(),
          )
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const stop = async () => {
        server.closeAllConnections()
        if (server.listening) await new Promise((resolve) => server.close(resolve))
      }
      stops.push(stop)
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked: () => asked, stop }
    },
    async [Symbol.asyncDispose]() {
      for (const stop of stops) await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return authority
}
