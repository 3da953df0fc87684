import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  answerTimestampRequest,
  issueCertificate,
  makeAuthority,
  newSigner,
  newSigningKey,
  publicKeyOfPrivate,
  toPem,
} from '@getuige/pki'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The witness program itself, as its own process on loopback, until disposed. It trusts the one key it is given. */
export async function startWitness(
  folder: string,
  trusted: string,
): Promise<AsyncDisposable & Readonly<{ url: string; vkey: string }>> {
  const call = (...args: string[]) => [join(root, 'apps/witness/src/main.ts'), ...args, '--data', folder]
  for (const args of [call('init', 'witness.sample.invalid/log'), call('add', trusted)]) {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) throw new Error('the witness of the sample could not be prepared')
  }
  const child = spawn(process.execPath, call('serve', '--port', '0'), { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const said = [await lines.next(), await lines.next()].map(({ value }) => String(value))
  const [vkey, url] = [said[0], /^listening on (\S+)$/.exec(said[1] ?? '')?.[1]]
  if (vkey === undefined || url === undefined) {
    await stop()
    throw new Error('the witness of the sample does not listen')
  }
  return { url, vkey, [Symbol.asyncDispose]: stop }
}

/** A time-stamping authority on loopback, made for the sample: what it says about time is worth nothing. */
export async function startTimeAuthority(at: Date): Promise<AsyncDisposable & Readonly<{ url: string; pem: string }>> {
  const [rootKey, key] = [await newSigningKey(), await newSigningKey()]
  const certificate = await makeAuthority({ name: 'Getuige sample, time (worth nothing)', at, years: 20, key: rootKey })
  const issued = await issueCertificate({
    name: 'Getuige sample, time stamps (worth nothing)',
    at,
    years: 19,
    publicKey: await publicKeyOfPrivate(key),
    isForTimeStamping: true,
    authority: { certificate, key: rootKey },
  })
  const signer = await newSigner(key, [issued])
  const server = createServer((request, response) => {
    void buffer(request)
      .then((query) => answerTimestampRequest(query, signer, new Date()))
      .then(
        (answer) => response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer),
        () => response.writeHead(400).end(),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    pem: toPem(certificate),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
