import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { reportNotRun } from '../../../../../tests/outside-tools.ts'
import type { ByteSource } from './byte-source.ts'
import { parseRange } from '#platform/http'
import { findUser } from './own-connection.ts'
import { serveOnce } from './range-endpoint.ts'

const bytes = new Uint8Array(700_000).map((_, index) => index % 251)
const reads: number[] = []
const source: ByteSource = {
  sizeBytes: bytes.length,
  read: (start, end) => {
    reads.push(end - start)
    return Promise.resolve(bytes.slice(start, end))
  },
}

test('a program reads the whole recording or any part of it, in bounded pieces', async () => {
  await using served = await serveOnce(source)
  const whole = await fetch(served.url)
  expect(whole.status).toBe(200)
  expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes)
  expect(Math.max(...reads)).toBeLessThanOrEqual(256 * 1024)

  const part = await fetch(served.url, { headers: { range: 'bytes=300000-300009' } })
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe('bytes 300000-300009/700000')
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(300_000, 300_010))

  const head = await fetch(served.url, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe('700000')
})

test('without the token, with another method or past the end nothing is given', async () => {
  await using served = await serveOnce(source)
  expect((await fetch(`${served.url}x`)).status).toBe(404)
  expect((await fetch(served.url.slice(0, -1))).status).toBe(404)
  expect((await fetch(served.url, { method: 'POST' })).status).toBe(405)
  expect((await fetch(served.url, { headers: { range: 'bytes=700000-' } })).status).toBe(416)
})

test('who reads the address from a command line as another user of the machine is given nothing', async () => {
  await using served = await serveOnce(source)
  const asking =
    'fetch(process.argv[1]).then(async (answer) => console.log(answer.status, (await answer.text()).length))'
  const ask = (user: object) =>
    promisify(execFile)(process.execPath, ['-e', asking, served.url], { cwd: '/', ...user }).then(
      ({ stdout }) => stdout,
    )
  expect(await ask({})).toMatch(/^200 [1-9]/)
  // Only root can be somebody else.
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return reportNotRun('the same as another user, which needs root')
  expect(await ask({ uid: 65_534, gid: 65_534 })).toBe('403 0\n')
})

test('whose a connection is is found by both its ends, and while it is open', () => {
  const line = (from: string, to: string, state: string, user: number) =>
    `   1: ${from} ${to} ${state} 00000000:00000000 00:00000000 00000000 ${user} 0 12345 1 0000000000000000 20 4 30 10 -1`
  const [client, server, other] = ['0100007F:9C4C', '0100007F:1770', '0200007F:9C4C']
  const table = ['  sl  local_address rem_address   st', line(server, client, '01', 7), line(other, server, '01', 8)]
  expect(findUser(table.join('\n'), client, server)).toBeUndefined()
  expect(findUser([...table, line(client, server, '06', 0)].join('\n'), client, server)).toBeUndefined()
  expect(findUser([...table, line(client, server, '01', 1000)].join('\n'), client, server)).toBe(1000)
})

test('the address is another each time and gone once disposed', async () => {
  const first = await serveOnce(source)
  const second = await serveOnce(source)
  expect(new URL(first.url).pathname).not.toBe(new URL(second.url).pathname)
  expect(new URL(first.url).hostname).toBe('127.0.0.1')
  await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()])
  await expect(fetch(first.url)).rejects.toThrow()
})

test('a reader sees a body that ends early when the source fails', async () => {
  await using served = await serveOnce({ sizeBytes: 10, read: () => Promise.reject(new Error('gone')) })
  await expect(fetch(served.url).then((answer) => answer.arrayBuffer())).rejects.toThrow()
})

test.each([
  ['bytes=0-', { start: 0, end: 100 }],
  ['bytes=10-19', { start: 10, end: 20 }],
  ['bytes=90-500', { start: 90, end: 100 }],
  ['bytes=-30', { start: 70, end: 100 }],
  ['bytes=-300', { start: 0, end: 100 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=20-10', undefined],
  ['bytes=0-1,5-6', undefined],
  ['bytes=-', undefined],
  ['items=0-1', undefined],
])('of 100 bytes, %s means the right ones', (header, range) => {
  expect(parseRange(header, 100)).toEqual(range)
})
