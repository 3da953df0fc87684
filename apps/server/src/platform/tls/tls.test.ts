import { createPrivateKey } from 'node:crypto'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { issueCertificate, makeAuthority, newSigningKey, publicKeyOfPrivate, toPem } from '@getuige/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../clock/index.ts'
import { buildHttp, openCookie } from '../http/index.ts'
import { jsonLog, quietLog } from '../log/index.ts'
import { openTls, startRedirect } from './index.ts'

let folder: string
const at = (name: string) => join(folder, name)
const settings = () => ({ certificateFile: at('cert.pem'), keyFile: at('key.pem') })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-tls-'))
  const authority = { key: await newSigningKey(), at: systemClock.now(), years: 1 }
  const certificate = await makeAuthority({ ...authority, name: 'authority' })
  for (const name of ['first', 'second']) {
    const key = await newSigningKey()
    const publicKey = await publicKeyOfPrivate(key)
    const issued = await issueCertificate({
      ...authority,
      name,
      publicKey,
      authority: { certificate, key: authority.key },
    })
    await writeFile(at(`${name}.crt`), toPem(issued) + toPem(certificate))
    const pem = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
    await writeFile(at(`${name}.key`), pem.export({ format: 'pem', type: 'pkcs8' }))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function put(name: string): Promise<void> {
  await copyFile(at(`${name}.crt`), at('cert.pem'))
  await copyFile(at(`${name}.key`), at('key.pem'))
}

type Answer = Readonly<{
  status: number | undefined
  headers: NodeJS.Dict<string | string[]>
  peer: string
  port: number
}>

/** Whose certificate it was, and from which port of ours, which tells one connection from another. */
function ask(port: number, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: 'localhost', path: '/', agent, rejectUnauthorized: false }, (response) => {
      const socket = response.socket as TLSSocket
      const peer = String(socket.getPeerCertificate().subject.CN)
      const { statusCode: status, headers } = response
      response.resume().on('end', () => resolve({ status, headers, peer, port: socket.localPort ?? 0 }))
    })
    sent.on('error', reject).end()
  })
}

const cookie = openCookie('getuige_session', { sameSite: 'strict', isPublicOverTls: false })

function serve(options: Partial<Parameters<typeof buildHttp>[0]>) {
  return buildHttp({
    log: quietLog(),
    authenticate: () => Promise.resolve(undefined),
    routes: [],
    rawRoutes: [
      (app) =>
        void app.get('/', (asked, reply) => {
          cookie.set(asked, reply, 'a-token', 60)
          return reply.send({ read: cookie.read(asked) ?? null })
        }),
    ],
    ...options,
  })
}

test('a renewed certificate is used for new connections, and those that stand are not dropped', async () => {
  await put('first')
  const said: string[] = []
  await using tls = await openTls(settings(), { clock: systemClock, log: jsonLog((line) => said.push(line)) })
  await using http = await serve({ tls })
  const port = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port)
  const standing = new Agent({ keepAlive: true, maxSockets: 1 })
  const before = await ask(port, standing)
  expect(before).toMatchObject({ status: 200, peer: 'first' })
  expect(before.headers['strict-transport-security']).toBe('max-age=31536000')
  expect(before.headers['set-cookie']?.[0]).toMatch(
    /^__Host-getuige_session=a-token; .*HttpOnly; Secure; SameSite=Strict$/,
  )

  // Of two files one is always written first: until they belong together, the former pair serves.
  await copyFile(at('second.crt'), at('cert.pem'))
  await tls.reload()
  await tls.reload()
  expect(await ask(port, new Agent())).toMatchObject({ peer: 'first' })
  expect(said.filter((line) => line.includes('tls/not-reloaded'))).toHaveLength(1)

  await put('second')
  await tls.reload()
  expect(await ask(port, new Agent())).toMatchObject({ peer: 'second' })
  expect(await ask(port, standing)).toMatchObject({ status: 200, peer: 'first', port: before.port })
  standing.destroy()
})

test.each([
  ['a file that is not there', () => rm(at('key.pem')), /^GETUIGE_TLS_KEY: .* cannot be read$/],
  ['something else than a certificate', () => writeFile(at('cert.pem'), 'x'), /^GETUIGE_TLS_CERTIFICATE: .* is no PEM/],
  ['something else than a key', () => writeFile(at('key.pem'), 'x'), /^GETUIGE_TLS_KEY: .* is no PEM private key/],
  ['the key of another certificate', () => copyFile(at('second.key'), at('key.pem')), /is not the key of the first/],
])('%s is a sentence at the start', async (_case, spoil, sentence) => {
  await put('first')
  await spoil()
  await expect(openTls(settings(), { clock: systemClock, log: quietLog() })).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(sentence) as string,
  })
})

test('what a proxy says of TLS counts from those that are trusted alone', async () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }
  const cookieOf = (headers: NodeJS.Dict<unknown>) => String(headers['set-cookie'])
  await using unasked = await serve({})
  const doubted = await unasked.inject({ url: '/', headers: forwarded })
  expect(cookieOf(doubted.headers)).toMatch(/^getuige_session=a-token; (?!.*Secure)/)
  expect(doubted.headers['strict-transport-security']).toBeUndefined()

  await using http = await serve({ trustedProxies: ['127.0.0.0/8'], publicUrl: 'https://getuige.test' })
  const believed = await http.inject({ url: '/', headers: forwarded })
  expect(cookieOf(believed.headers)).toMatch(/^__Host-getuige_session=a-token; .*Secure/)
  expect(believed.headers['strict-transport-security']).toBe('max-age=31536000')
  // Another cookie of that name, set without TLS or by a neighbouring host, is not read.
  const planted = await http.inject({ url: '/', headers: { ...forwarded, cookie: 'getuige_session=planted' } })
  expect(planted.json()).toEqual({ read: null })

  const stranger = await http.inject({ url: '/', headers: forwarded, remoteAddress: '203.0.113.9' })
  expect([stranger.statusCode, stranger.headers['location']]).toEqual([308, 'https://getuige.test/'])
})

test('whoever comes to the proxy in the clear is sent to the public address', async () => {
  await using http = await serve({ trustedProxies: ['127.0.0.1'], publicUrl: 'https://getuige.test' })
  const clear = await http.inject({ url: '/?a=b', headers: { 'x-forwarded-proto': 'http' } })
  expect([clear.statusCode, clear.headers['location']]).toEqual([308, 'https://getuige.test/?a=b'])
  const inside = await http.inject({ url: '/' })
  expect(inside.statusCode).toBe(200)
})

test('whoever comes in the clear where the server speaks TLS itself is sent to the same place at the public address alone', async () => {
  await using redirect = await startRedirect({ host: '127.0.0.1', port: 0 }, 'https://getuige.test')
  const here = `http://127.0.0.1:${redirect.port}`
  for (const [method, path, location] of [
    ['GET', '/recordings?from=2026-11-01', 'https://getuige.test/recordings?from=2026-11-01'],
    ['POST', '/api/session', 'https://getuige.test/api/session'],
    ['GET', '//elsewhere.example/', 'https://getuige.test//elsewhere.example/'],
  ] as const) {
    const answer = await fetch(`${here}${path}`, { method, redirect: 'manual', headers: { host: 'elsewhere.example' } })
    expect([answer.status, answer.headers.get('location'), await answer.text()]).toEqual([308, location, ''])
    expect(answer.headers.has('set-cookie')).toBe(false)
  }
})
