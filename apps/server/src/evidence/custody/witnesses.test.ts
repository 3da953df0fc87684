import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { newId, type PersonActor } from '@getuige/base'
import {
  cosign,
  findCosignature,
  formatAddCheckpoint,
  formatCheckpoint,
  newWitnessKey,
  type NoteKey,
  parseTlogProof,
  readUnverifiedNote,
  verifyCheckpoint,
} from '@getuige/proof'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Log } from '#platform/log'
import { ConfigError, readConfig } from '../../config.ts'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import type { WitnessSetting } from './index.ts'

const program = join(import.meta.dirname, '../../../../witness/src/main.ts')

let world: World
let actor: PersonActor
let ending: AsyncDisposableStack
let alarms: string[]
let tests = 0
beforeAll(async () => {
  const log: Log = { info: () => undefined, warn: () => undefined, error: (event) => alarms.push(event) }
  world = await createWorld({ log })
  actor = toActor(world.officer)
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  ending = new AsyncDisposableStack()
  alarms = []
  tests += 1
})
afterEach(() => ending.disposeAsync())

/** Each test has witnesses of its own, by name, beside one log. */
const nameOf = (name: string) => `${name}-${tests}.example/w`

/** The witness program itself, beside the server, with a key and a folder of its own. */
async function startWitness(name: string): Promise<WitnessSetting> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-witness-'))
  ending.defer(() => rm(folder, { recursive: true, force: true }))
  const tell = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args, '--data', folder])
  const vkey = (await tell('init', nameOf(name))).stdout.trim()
  await tell('add', (await world.server.modules.custody.signer(actor.corpsId)).vkey)
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  ending.defer(async () => {
    child.kill()
    await once(child, 'exit')
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (.+)$/.exec(line)?.[1]
    if (url !== undefined) return { url, vkey }
  }
  throw new Error('the witness did not start')
}

async function enter(entries = 1) {
  const { custody } = world.server.modules
  for (let i = 0; i < entries; i++) {
    await custody.act(actor, (_tx, record) => record({ type: 'dock-added', recordingId: null, details: {} }))
  }
  await custody.sequence()
}
const ask = () => world.server.modules.custody.askWitnesses(new AbortController().signal)
async function states() {
  const {
    logs: [log],
  } = await world.server.modules.custody.describeLogs(actor.corpsId)
  return log?.witnesses.map(({ state }) => state)
}
async function cosigners() {
  const rows = await world.server.db.everyCorps.selectFrom('custody_cosignature').select('witness').execute()
  return rows.map(({ witness }) => witness)
}
async function newestLog() {
  const { log } = await world.server.modules.custody.status(actor.corpsId)
  if (log?.checkpoint == null) throw new Error('there is no checkpoint')
  return { ...log, checkpoint: log.checkpoint }
}

test('witnesses cosign each checkpoint, and whoever reads the log or has a proof can check it', async () => {
  const witnesses = [await startWitness('one'), await startWitness('two')]
  await world.restart({ witnesses })
  const recordingId = newId('recording', world.clock.now())
  await world.server.modules.custody.act(actor, (_tx, record) =>
    record({ type: 'hold-placed', recordingId, details: {} }),
  )
  await enter(299)
  expect(await states()).toEqual(['waiting', 'waiting'])
  await ask()
  expect(await states()).toEqual(['cosigned', 'cosigned'])

  const { origin, size } = await newestLog()
  const site = await world.listen()
  const read = async (path: string) => (await site.fetch(`/log/${origin}/${path}`)).text()
  const isCosigned = (note: string) => witnesses.map(({ vkey }) => findCosignature(note, vkey)?.witness)
  const everyone = [nameOf('one'), nameOf('two')]
  expect(isCosigned(await read('checkpoint'))).toEqual(everyone)

  await enter(7)
  expect(await states()).toEqual(['waiting', 'waiting'])
  expect(isCosigned(await read('checkpoint'))).toEqual([undefined, undefined])
  const { vkey } = await world.server.modules.custody.signer(actor.corpsId)
  const cosigned = await read('checkpoint.cosigned')
  expect(isCosigned(cosigned)).toEqual(everyone)
  expect(verifyCheckpoint(cosigned, vkey)).toMatchObject({ origin, size })
  expect(parseTlogProof(await read(`proof/${size - 1}.tlog-proof`)).checkpoint, 'covered').toBe(cosigned)
  expect(isCosigned(parseTlogProof(await read(`proof/${size}.tlog-proof`)).checkpoint), 'not yet').toEqual([
    undefined,
    undefined,
  ])

  // A trail is proven under what the witnesses have cosigned, and they are asked for the newest first.
  const { entries, checkpoints } = await world.server.modules.custody.provenTrail(actor.corpsId, recordingId)
  expect(checkpoints.map(isCosigned)).toEqual([everyone])
  expect(parseTlogProof(entries[0]?.proof ?? '').checkpoint).toBe(checkpoints[0])
  expect(verifyCheckpoint(checkpoints[0] ?? '', vkey).size).toBe(size + 7)
  expect(await states()).toEqual(['cosigned', 'cosigned'])
  expect(alarms).toEqual([])
})

test('a server that forgot what was cosigned goes on from what the witness says', async () => {
  await world.restart({ witnesses: [await startWitness('one')] })
  await enter(5)
  await ask()
  await enter(300)
  await world.server.db.everyCorps.deleteFrom('custody_cosignature').execute()
  await ask()
  expect(await states()).toEqual(['cosigned'])
})

describe('a witness that saw something else', () => {
  test.each([
    ['a shorter log that was written anew since', -2],
    ['another log of the same size', 0],
    ['a longer log than is left', 5],
  ])('%s: is an alarm, and its cosignature is no longer taken', async (_what, more) => {
    const witness = await startWitness('one')
    await world.restart({ witnesses: [witness] })
    await enter(9)
    const { origin, size } = await newestLog()
    const signer = await world.server.modules.custody.signer(actor.corpsId)
    const root = createHash('sha256').update('another history').digest()
    const checkpoint = signer.signNote(formatCheckpoint({ origin, size: size + more, root }))
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint })
    expect((await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })).status).toBe(200)
    await ask()
    expect(await states()).toEqual(['rewritten'])
    await ask()
    expect(alarms, 'told once').toEqual(['custody/witness-contradicts-log'])
    expect(await cosigners()).not.toContain(nameOf('one'))
  })
})

describe('a witness that does not do as it should', () => {
  let key: NoteKey
  let other: NoteKey
  type Stub = (body: string) => { status: number; text?: string; headers?: Record<string, string> }
  let stub: Stub
  let url: string
  let asked: number
  beforeEach(async () => {
    asked = 0
    key = newWitnessKey(nameOf('stub'), randomBytes(32))
    other = newWitnessKey(nameOf('stub'), randomBytes(32))
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        asked += 1
        const { status, text = '', headers = {} } = stub(Buffer.concat(parts).toString())
        response.writeHead(status, headers).end(text)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.defer(() => void server.close())
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  const textOf = (body: string) => readUnverifiedNote(body.slice(body.indexOf('\n\n') + 2)).text
  const at = new Date('2026-11-22T12:00:00Z')
  const size = (text: string) => ({ status: 409, text, headers: { 'content-type': 'text/x.tlog.size' } })

  const stubs: [what: string, state: string, stub: Stub][] = [
    ['does not know the log', 'log-unknown', () => ({ status: 404 })],
    ['does not know the key', 'signature-refused', () => ({ status: 403 })],
    ['does not understand the request', 'refused', () => ({ status: 400 })],
    ['is broken', 'unreachable', () => ({ status: 500 })],
    ['sends us elsewhere', 'unreachable', () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })],
    ['says too much', 'unreachable', () => ({ status: 200, text: 'x'.repeat(100_000) })],
    ['says nothing', 'answer-wrong', () => ({ status: 200 })],
    ['says what is no cosignature', 'answer-wrong', () => ({ status: 200, text: 'hello\n' })],
    ['cosigns with another key', 'answer-wrong', (body) => ({ status: 200, text: cosign(textOf(body), at, other) })],
    [
      'cosigns another checkpoint',
      'answer-wrong',
      (body) => ({ status: 200, text: cosign(textOf(body).replace(/\n\d+\n/, '\n1\n'), at, key) }),
    ],
    ['names a size that is none', 'answer-wrong', () => size('seven\n')],
    ['names the size it was asked from', 'answer-wrong', () => size('0\n')],
    ['names the size it was offered', 'rewritten', (body) => size(`${textOf(body).split('\n')[1]}\n`)],
    ['names another size each time', 'refused', () => size(`${(asked % 5) + 1}\n`)],
    ['refuses the proof', 'rewritten', () => ({ status: 422 })],
  ]
  test.each(stubs)('%s: %s, nothing is kept, and the others cosign', async (_what, state, answer) => {
    stub = answer
    const good = newWitnessKey(nameOf('good'), randomBytes(32))
    const goodServer = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => response.end(cosign(textOf(Buffer.concat(parts).toString()), at, good)))
    }).listen(0, '127.0.0.1')
    await once(goodServer, 'listening')
    ending.defer(() => void goodServer.close())
    const goodUrl = `http://127.0.0.1:${(goodServer.address() as AddressInfo).port}/witness/`
    await world.restart({
      witnesses: [
        { url, vkey: key.vkey },
        { url: goodUrl, vkey: good.vkey },
      ],
    })
    await enter(9)
    await ask()
    expect(await states()).toEqual([state, 'cosigned'])
    expect(await cosigners()).toContain(nameOf('good'))
    expect(await cosigners()).not.toContain(nameOf('stub'))

    // It comes to its senses.
    stub = (body) => ({ status: 200, text: cosign(textOf(body), at, key) })
    await enter()
    await ask()
    expect(await states()).toEqual(['cosigned', 'cosigned'])
  })

  test('is asked for as long as it fails, with the time since when', async () => {
    stub = () => ({ status: 503 })
    await world.restart({ witnesses: [{ url, vkey: key.vkey }] })
    await enter(9)
    await ask()
    const since = world.clock.now()
    world.clock.advance(3_600_000)
    await ask()
    const site = await world.listen()
    const address = '/api/custody/logs'
    expect((await site.ask('GET', address)).status).toBe(401)
    // Sessions that were idle for an hour have ended.
    expect((await site.ask('GET', address, { as: await world.person('enforcer') })).status).toBe(403)
    for (const as of [await world.person('records-officer'), await world.person('administrator')]) {
      const { status, body } = await site.ask('GET', address, { as })
      expect(status).toBe(200)
      expect(body).toMatchObject({
        logs: [
          {
            origin: `getuige.test/${actor.corpsId}/2026`,
            witnesses: [
              {
                name: nameOf('stub'),
                state: 'unreachable',
                since: since.toISOString(),
                askedAt: world.clock.now().toISOString(),
                cosignedSize: null,
              },
            ],
          },
        ],
      })
    }
  })

  test('keeps neither the loop nor an export waiting once it is known to be down', async () => {
    stub = () => ({ status: 503 })
    await world.restart({ witnesses: [{ url, vkey: key.vkey }] })
    await enter()
    await ask()
    const before = asked
    await world.server.modules.custody.provenTrail(actor.corpsId, newId('recording', world.clock.now()))
    expect(asked).toBe(before)
    world.server.modules.custody.startWitnessing()
    await expect.poll(() => asked).toBeGreaterThan(before)
    await world.server.modules.custody.stopWitnessing()
  })

  test('is asked about a log that was closed until it has cosigned the last head, and then no more', async () => {
    const asked: string[] = []
    let isAwake = false
    stub = (body) => {
      asked.push(/^(getuige\.test\/.+)$/m.exec(body)?.[1] ?? '')
      return isAwake ? { status: 200, text: cosign(textOf(body), at, key) } : { status: 503 }
    }
    await world.restart({ witnesses: [{ url, vkey: key.vkey }] })
    await enter(9)
    const closed = (await newestLog()).origin
    await world.server.modules.custody.continueLogs({ reason: 'Teruggezet.', which: 'growing' })
    const { origin } = await newestLog()
    await ask()
    isAwake = true
    await ask()
    expect(asked.toSorted()).toEqual([closed, closed, origin].toSorted())
    await enter()
    await ask()
    expect(asked.at(-1)).toBe(origin)
    expect(asked).toHaveLength(4)
  })
})

test('witnesses are named in the settings, each with its address and its key', () => {
  const [one, two] = ['a.example/w', 'b.example/w'].map((name) => newWitnessKey(name, randomBytes(32)).vkey)
  const read = (text: string) => readConfig({ GETUIGE_WITNESSES: text }).witnesses
  expect(readConfig({}).witnesses).toEqual([])
  expect(read(`http://127.0.0.1:8081 ${one}; https://b.example/x ${two} ;`)).toEqual([
    { url: 'http://127.0.0.1:8081', vkey: one },
    { url: 'https://b.example/x', vkey: two },
  ])
  for (const wrong of [
    'http://a.example',
    `${one}`,
    `ftp://a.example ${one}`,
    `http://a.example ${one} x`,
    'http://a.example x+1+y',
  ]) {
    expect(() => read(wrong), wrong).toThrow(ConfigError)
  }
  expect(() => read(`http://a.example ${one}; http://b.example ${one}`)).toThrow('a name of its own')
})
