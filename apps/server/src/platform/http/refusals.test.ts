import { expect, test } from 'vitest'
import { jsonLog, quietLog } from '../log/index.ts'
import { buildHttp, toRefusal } from './index.ts'

test('an address that cannot be read is refused like any other, and not repeated', async () => {
  await using http = await buildHttp({
    log: quietLog(),
    authenticate: () => Promise.resolve(undefined),
    routes: [],
    rawRoutes: [(app) => void app.get('/*', () => 'page')],
  })
  for (const url of ['/%', '/api/%zz', '/secret-word-%ff%fe']) {
    const answer = await http.inject({ method: 'GET', url })
    expect([answer.statusCode, answer.json()]).toEqual([400, { code: 'request/invalid' }])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  }
})

test('a full disk is told as such, wherever in the work it was met, and is in the log', () => {
  const said: string[] = []
  const log = jsonLog((line) => said.push(line))
  const ofKeys = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const ofDatabase = new Error('failed', { cause: Object.assign(new Error('disk full'), { code: '53100' }) })
  for (const error of [ofKeys, ofDatabase])
    expect(toRefusal(error, 'id', log)).toEqual({ status: 507, refusal: { code: 'ingest/disk-full' } })
  expect(said.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: 'http/disk-full' },
    { event: 'http/disk-full' },
  ])
})
