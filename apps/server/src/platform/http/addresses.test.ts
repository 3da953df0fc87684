import { expect, test } from 'vitest'
import { quietLog } from '../log/index.ts'
import { buildHttp } from './index.ts'

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
