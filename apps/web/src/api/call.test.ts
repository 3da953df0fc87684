import { assignCamera, listRecordings } from '@getuige/contract'
import { afterEach, expect, test, vi } from 'vitest'
import { addressOf, call } from './call.ts'
import { mayRetry, RefusalError } from './refusal.ts'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: string) {
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(new Response(body, { status })))
  vi.stubGlobal('fetch', fetched)
  return fetched
}

test('the address holds the parameters and only the filters that are given', () => {
  expect(addressOf(assignCamera, { params: { cameraId: 'cam_1/2' } })).toBe('/api/cameras/cam_1%2F2/wearer')
  expect(addressOf(listRecordings, { query: { show: 'held', q: '', from: undefined, limit: 50 } })).toBe(
    '/api/recordings?show=held&limit=50',
  )
})

test('a write says that it comes from the web app, and carries its body', async () => {
  const fetched = answer(400, JSON.stringify({ code: 'person/not-found' }))
  const act = call(assignCamera, { params: { cameraId: 'cam_1' }, body: { wearerId: null } })
  await expect(act).rejects.toMatchObject({ code: 'person/not-found' })
  const [, init] = fetched.mock.calls[0] ?? []
  expect(init).toMatchObject({ method: 'POST', body: '{"wearerId":null}' })
  expect(init?.headers).toMatchObject({ 'x-getuige': 'web' })
})

test.each([
  [
    'a refusal with a code of the contract keeps its fields',
    400,
    '{"code":"request/invalid","fields":[{"path":"login","problem":"missing"}]}',
    'request/invalid',
  ],
  ['a code nobody knows is a defect of the server', 418, '{"code":"tea/pot"}', 'server/defect'],
  ['a page of a proxy in between is a defect of the server', 502, '<html>Bad gateway</html>', 'server/defect'],
])('%s', async (_case, status, body, code) => {
  answer(status, body)
  await expect(call(listRecordings, {})).rejects.toMatchObject({ code })
})

test('a server that cannot be reached is said so, and may be asked again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
  const error: unknown = await call(listRecordings, {}).catch((refusal: unknown) => refusal)
  expect(error).toBeInstanceOf(RefusalError)
  expect(error).toMatchObject({ code: 'client/offline' })
  expect(mayRetry(error)).toBe(true)
})
