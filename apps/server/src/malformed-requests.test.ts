import { request as httpRequest, Agent } from 'node:http'
import { idPrefixes } from '@getuige/base'
import { type ApiDescription, errorCatalog } from '@getuige/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { jsonLog } from '#platform/log'
import { endpoints } from './api-description.ts'
import { example, malformedRequests, marker, type WireRequest } from './testing/malformed-requests.ts'
import { createWorld, type Site, toActor, type World } from './testing/world.ts'

const requests = 10_000
const atOnce = 8

let world: World
let site: Site
let api: ApiDescription
let known: Record<string, string[]>
const logged: string[] = []
const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
beforeAll(async () => {
  world = await createWorld({ log: jsonLog((line) => logged.push(line)) })
  site = await world.listen()
  api = (await site.ask('GET', '/api/openapi.json')).body as ApiDescription
  const recordingId = await world.viewableRecording()
  const hold = { recordingId, kind: 'report', number: 'PL1500 2026123456-1', reason: 'Aangifte.' } as const
  const { id: holdId } = await world.server.modules.retention.placeHold(toActor(world.officer), hold)
  const spare = await world.person('trainer')
  const [camera] = await world.server.modules.devices.list(world.administrator.corpsId)
  known = {
    recordingId: [recordingId],
    holdId: [holdId],
    personId: [spare.id],
    cameraId: camera === undefined ? [] : [camera.id],
    sha256: ['a'.repeat(64)],
    purpose: ['report'],
    recipient: [`age1${marker}`],
  }
})
afterAll(async () => {
  agent.destroy()
  await world[Symbol.asyncDispose]()
})

type Answer = Readonly<{ status: number; text: string; type: string }>

/** As it stands: no path is normalised, no header set. */
function send(sent: WireRequest, cookie: string | undefined): Promise<Answer> {
  const { hostname, port } = new URL(site.address)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const headers: Record<string, string | number> = { ...sent.headers, ...(cookie === undefined ? {} : { cookie }) }
  if (sent.body !== undefined && headers['transfer-encoding'] === undefined)
    headers['content-length'] = Buffer.byteLength(sent.body)
  const call = httpRequest({ agent, hostname, port, method: sent.method, path: sent.path, headers }, (answer) => {
    let text = ''
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => (text += part))
    answer.on('end', () =>
      resolve({ status: answer.statusCode ?? 0, text, type: String(answer.headers['content-type']) }),
    )
    answer.on('error', reject)
  })
  // A body that is refused before it was read ends the connection, with or without a word.
  call.on('error', () => resolve({ status: 0, text: '', type: '' }))
  call.end(sent.body)
  return promise
}

describe('what the description says', () => {
  test('is every endpoint of the contract, and how it refuses', () => {
    const described = Object.values(api.paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    )
    expect(described.toSorted()).toEqual(Object.keys(endpoints).toSorted())
    expect(described.length).toBeGreaterThan(25)
  })

  test('fits what the server takes: an example of it is not refused for its form', async () => {
    const sent = api.paths['/api/recordings/{recordingId}/viewings']?.['post']
    const schema = sent?.requestBody?.content['application/json']?.schema ?? {}
    const body = example(schema as never, known, '')
    const answer = await site.ask('POST', `/api/recordings/${known['recordingId']?.[0]}/viewings`, {
      as: world.officer,
      body,
    })
    expect(answer.status).not.toBe(400)
  })
})

test(`${requests} requests that are not as described are refused in words, without a defect and without an echo`, async () => {
  const all = fc.sample(malformedRequests(api, known), { numRuns: requests, seed: 20_261_122 })
  const callers: (Caller | 'nobody' | 'forged')[] = [
    'nobody',
    'forged',
    world.officer,
    world.administrator,
    world.camera.wearer,
    await world.person('data-protection-officer', 'auditor'),
    await world.person('prosecutor'),
    await world.person('investigator'),
  ]
  const cookieOf = (who: Caller | 'nobody' | 'forged') => {
    if (who === 'nobody') return undefined
    return who === 'forged' ? `getuige_session=${marker}; other="` : world.cookieOf(who)
  }
  const statuses = new Map<number, number>()
  const wrong: unknown[] = []
  let next = 0
  async function sendInTurn(): Promise<void> {
    for (let index = next++; index < all.length; index = next++) {
      const sent = all[index]
      if (sent === undefined) return
      const as = callers[index % callers.length] ?? 'nobody'
      const answer = await send(sent, cookieOf(as))
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      const fault = faultOf(answer)
      if (fault !== undefined) wrong.push({ fault, as: typeof as === 'string' ? as : as.roles, sent, answer })
      // Some of these requests are right, and end the session that they were sent in.
      const isEnded = answer.status === 401 && typeof as === 'object'
      if (isEnded || (sent.operationId === 'signOut' && typeof as === 'object'))
        callers[index % callers.length] = await world.person(...(as.roles as [Caller['roles'][number]]))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sendInTurn))
  expect(logged.filter((line) => line.includes('http/defect'))).toEqual([])
  expect(wrong.slice(0, 5)).toEqual([])
  expect(logged.filter((line) => line.includes(marker))).toEqual([])
  // They did reach the endpoints: every kind of refusal came, and some were served.
  for (const status of [200, 400, 401, 403, 404, 413]) expect(statuses.get(status) ?? 0).toBeGreaterThan(10)
  expect((await site.ask('GET', '/api/recordings', { as: await world.person('records-officer') })).status).toBe(200)
})

/** What is wrong with an answer, if anything. */
function faultOf({ status, text, type }: Answer): string | undefined {
  if (status === 0) return undefined
  if (status >= 500) return 'a defect'
  if (status < 400) return undefined
  if (text === '') return undefined // to HEAD
  if (text.includes(marker)) return 'an echo'
  if (!type.startsWith('application/json')) return 'no refusal'
  const { code } = JSON.parse(text) as { code?: string }
  return code !== undefined && Object.hasOwn(errorCatalog, code) ? undefined : 'a code that nobody knows'
}

test('who may not know of a thing cannot tell that it exists: all is answered as for one that does not', async () => {
  const strangers = [
    await world.person('enforcer'),
    await world.person('investigator'),
    await world.person('fleet-manager'),
    await world.person('prosecutor'),
  ]
  const kinds = { recordingId: 'recording', holdId: 'hold' } as const
  const told: unknown[] = []
  let compared = 0
  for (const [path, methods] of Object.entries(api.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    if (!names.some((name) => name in kinds)) continue
    for (const [method, operation] of Object.entries(methods)) {
      const schema = operation.requestBody?.content['application/json']?.schema
      const bodies = schema === undefined ? [undefined] : [example(schema as never, known, ''), {}, { reason: 7 }]
      for (const as of strangers) {
        for (const body of bodies) {
          const ask = async (fill: (name: string) => string) => {
            const { status, body: said } = await site.ask(
              method.toUpperCase(),
              path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => fill(name)),
              { as, body },
            )
            const { requestId: _id, ...rest } = said as Record<string, unknown>
            return { status, ...rest }
          }
          const never = (name: string) =>
            name in kinds ? `${idPrefixes[kinds[name as keyof typeof kinds]]}_${'0'.repeat(26)}` : 'x'
          const [there, nowhere] = [await ask((name) => known[name]?.[0] ?? 'x'), await ask(never)]
          compared += 1
          if (JSON.stringify(there) !== JSON.stringify(nowhere))
            told.push({ path, method, roles: as.roles, body, there, nowhere })
        }
      }
    }
  }
  expect(told).toEqual([])
  expect(compared).toBeGreaterThan(40)
})
