import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Site, toActor, type World } from '../testing/world.ts'

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

test.each([
  ['GET', '/api/recordings'],
  ['GET', '/api/recordings/rec_x/storyboard'],
  ['GET', '/api/viewings/viewing_x/media'],
  ['GET', '/api/packages/package_x'],
  ['GET', '/api/mandate-documents/document_x'],
  ['HEAD', '/api/uploads/upload_x'],
  ['GET', '/api/openapi.json'],
  ['GET', '/nowhere'],
  ['GET', '/%zz'],
] as const)(
  'no answer may be framed, guessed at, run as a script, or told to other sites: %s %s',
  async (method, path) => {
    const { headers } = await site.fetch(path, { method })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  },
)

test.each([
  [
    'a length beside chunks',
    'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
  ],
  ['two lengths', 'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n'],
  ['no host', 'GET /api/session HTTP/1.1\r\n\r\n'],
  ['a header in two lines', 'GET /api/session HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\r\n\r\n'],
  [
    'chunks of another coding',
    'POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x, chunked, y\r\n\r\n0\r\n\r\n',
  ],
])('a request that two servers could read in two ways is refused: %s', async (_case, request) => {
  const { hostname, port } = new URL(site.address)
  const socket = connect(Number(port), hostname)
  socket.write(request)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 400 /)
})

test('a dock token opens nothing but handing over and its receipts', async () => {
  const recordingId = await world.storedRecording()
  const docks = world.server.modules.devices
  const { token } = await docks.addDock(toActor(world.administrator), 'Dok 1')
  const paths = [
    '/api/session',
    '/api/recordings',
    `/api/recordings/${recordingId}`,
    `/api/recordings/${recordingId}/trail`,
    `/api/recordings/${recordingId}/storyboard`,
    '/api/oversight',
    '/api/people',
  ]
  const answers = await Promise.all(
    paths.map((path) => site.fetch(path, { headers: { authorization: `Bearer ${token}` } })),
  )
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 401))
})
