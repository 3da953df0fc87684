import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { formatReceipt, newNoteKey, signNote, verifyReceipt } from '@getuige/proof'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run, type RunDeps } from '../../apps/dock/src/run.ts'
import { createWorld, type World } from '../../apps/server/src/testing/world.ts'

type Seen = Readonly<{ method: string; url: string; offset: number | undefined }>
/** What the network does with a request: nothing special, hold it for ever, break the connection before or after the server acted, or answer itself. */
type Fate =
  | 'pass'
  | 'hold'
  | 'break'
  | 'lose the answer'
  | Readonly<{ answer: unknown; status?: number; location?: string }>

let world: World
let folder: string
let token: string
let seen: Seen[]
let fateOf: (request: Seen) => Fate | Promise<Fate>
let network: Awaited<ReturnType<typeof startNetwork>>

beforeEach(async () => {
  world = await createWorld()
  token = (await world.server.modules.devices.addDock(world.administrator, 'Dock 1')).token
  folder = await mkdtemp(join(tmpdir(), 'getuige-dock-'))
  seen = []
  fateOf = () => 'pass'
  network = await startNetwork()
})
afterEach(async () => {
  await network.stop()
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

test('every recording of a folder is received with its receipt, and the next run uploads nothing', async () => {
  await mkdir(join(folder, 'DCIM', '100CAM'), { recursive: true })
  await put('one.mp4')
  const twice = await put('DCIM/100CAM/two.MP4')
  await put('DCIM/three.mp4')
  await writeFile(join(folder, 'same as two.mp4'), twice)
  await writeFile(join(folder, 'notes.txt'), 'notes')
  await writeFile(join(folder, '.hidden.mp4'), 'hidden')

  const first = await dock('--lang', 'en')
  expect(first.exitCode).toBe(0)
  expect(first.lines).toContain('received  DCIM/100CAM/two.MP4')
  expect(first.lines).toContain('was received before  same as two.mp4')
  expect(first.lines).toContain('left aside  notes.txt (no recording, by its name)')
  expect(first.lines).toContain('left aside  .hidden.mp4 (hidden)')
  expect(first.lines.at(-1)).toBe('Received: 3. Received before: 1. Not received: 0.')

  const { vkey } = await world.server.modules.custody.signer(world.officer.corpsId)
  const receipts = await readdir(join(folder, '.getuige', 'receipts'))
  expect(receipts).toHaveLength(3)
  const sha256 = createHash('sha256').update(twice).digest('hex')
  const receipt = await readFile(join(folder, '.getuige', 'receipts', `${sha256}.receipt`), 'utf8')
  expect(verifyReceipt(receipt, vkey)).toMatchObject({ sha256, sizeBytes: twice.length })
  expect(await readFile(join(folder, 'DCIM/100CAM/two.MP4'))).toEqual(Buffer.from(twice))

  seen = []
  const second = await dock('--lang', 'en')
  expect(second.exitCode).toBe(0)
  expect(second.lines.at(-1)).toBe('Received: 0. Received before: 4. Not received: 0.')
  expect(seen.map(({ url }) => url)).toEqual(['/api/signer-key'])
})

test('what is no recording is refused in words of the language, and the others are received', async () => {
  await put('a.mp4')
  await writeFile(join(folder, 'b.mp4'), 'This was never a recording.\n'.repeat(20_000))
  await writeFile(join(folder, 'c.mp4'), '')
  await put('d.mp4')

  const { exitCode, lines, complaints } = await dock('--lang', 'nl')
  expect(exitCode).toBe(1)
  expect(lines).toEqual(expect.arrayContaining(['ontvangen  a.mp4', 'ontvangen  d.mp4']))
  expect(complaints).toEqual([
    'NIET ONTVANGEN  b.mp4: dit is geen beeld- of geluidsopname, wat de naam ook zegt; de server heeft niets bewaard (het is tekst).',
    'NIET ONTVANGEN  c.mp4: het bestand is leeg.',
  ])
  // The rest of what is no recording was never sent.
  expect(seen.filter(({ method, offset }) => method === 'PATCH' && offset === 65_536)).toHaveLength(2)
  expect(await readdir(join(folder, '.getuige', 'receipts'))).toHaveLength(2)
  expect(await readdir(join(folder, '.getuige', 'uploads'))).toEqual([])
})

test('a file name cannot lead out of a folder or steer the terminal', async () => {
  const names = ['x..\\..\\..\\etc.mp4', '%2e%2e%2fpasswd.mp4', 'a\u001b[2J\nreceived  b.mp4']
  for (const name of names) await put(name)
  const { exitCode, complaints } = await dock('--lang', 'en')
  expect(exitCode).toBe(1)
  expect(complaints).toEqual([
    expect.stringMatching(/^NOT RECEIVED  a\\u\{1b\}\[2J\\u\{a\}received  b\.mp4: .*read differently/),
  ])
  const inside = await readdir(join(folder, '.getuige', 'receipts'))
  expect(inside.every((name) => /^[0-9a-f]{64}\.receipt$/.test(name))).toBe(true)
  expect(inside).toHaveLength(2)
})

test('a dock killed in the middle of an upload goes on there the next time', async () => {
  await put('long.mp4')
  const held = Promise.withResolvers<void>()
  fateOf = ({ method, offset }) => {
    if (method !== 'PATCH' || offset === 0) return 'pass'
    held.resolve()
    return 'hold'
  }
  const child = spawn(process.execPath, ['apps/dock/src/main.ts', ...args()], {
    env: { ...process.env, GETUIGE_DOCK_TOKEN: token },
    stdio: 'ignore',
  })
  await held.promise
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await readdir(join(folder, '.getuige', 'receipts'))).toEqual([])

  seen = []
  fateOf = () => 'pass'
  expect((await dock()).exitCode).toBe(0)
  expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'HEAD', 'PATCH', 'GET'])
  expect(seen.find(({ method }) => method === 'PATCH')?.offset).toBe(65_536)
  expect(await readdir(join(folder, '.getuige', 'receipts'))).toHaveLength(1)
})

test('an upload outlives a restart of the server', async () => {
  await put('long.mp4')
  let restarted: Promise<void> | undefined
  fateOf = ({ method, offset }) => {
    if (restarted !== undefined || method !== 'PATCH' || offset === 0) return 'pass'
    restarted = network.restartServer()
    return 'break'
  }
  const { exitCode, lines } = await dock('--lang', 'en', { sleep: async () => restarted })
  expect(exitCode).toBe(0)
  expect(lines).toContain('The server does not answer; waiting for up to 120 seconds.')
  expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
  expect(seen.findLast(({ method }) => method === 'PATCH')?.offset).toBe(65_536)
})

test('a server that stays away ends the run, and what is left is told', async () => {
  for (const name of ['a.mp4', 'b.mp4', 'c.mp4']) await put(name)
  fateOf = ({ method }) => (method === 'PATCH' ? 'break' : 'pass')
  let waitedMs = 0
  const sleep = async (ms: number) => void (waitedMs += ms)
  const { exitCode, complaints } = await dock('--lang', 'en', '--wait', '40', { sleep })
  expect(exitCode).toBe(2)
  expect(waitedMs).toBe(40_000)
  expect(complaints).toEqual([
    'NOT RECEIVED  a.mp4: the server does not answer any more. What it has stays; the next run goes on from there.',
    'Not tried any more: 2, from b.mp4 on.',
  ])
})

test('an answer lost after the last byte costs nothing: the receipt is there', async () => {
  await put('a.mp4')
  fateOf = ({ method, offset }) => (method === 'PATCH' && offset !== 0 ? 'lose the answer' : 'pass')
  const { exitCode, lines } = await dock('--lang', 'en', { sleep: async () => undefined })
  expect(exitCode).toBe(0)
  expect(lines).toContain('received  a.mp4')
  expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST', 'PATCH', 'PATCH', 'HEAD', 'POST', 'GET'])
})

test('a recording that comes in by another way meanwhile is one recording, and has its receipt', async () => {
  await put('a.mp4')
  let isElsewhere = false
  fateOf = async ({ method, offset }): Promise<Fate> => {
    if (isElsewhere || method !== 'PATCH' || offset === 0) return 'pass'
    isElsewhere = true
    await world.receive(await readFile(join(folder, 'a.mp4')))
    return 'pass'
  }
  const { exitCode, lines } = await dock('--lang', 'en')
  expect(exitCode).toBe(0)
  expect(lines).toContain('received  a.mp4')
})

test('a refused token ends the run with code 2 and is told to nobody', async () => {
  await put('a.mp4')
  const wrong = 'dock_not-the-token-of-any-dock'
  const { exitCode, lines, complaints } = await dock('--lang', 'fr', { token: wrong })
  expect(exitCode).toBe(2)
  expect(complaints).toEqual([expect.stringContaining('le jeton de la station d’accueil est refusé')])
  expect([...lines, ...complaints].join()).not.toContain(wrong)
  expect(await readdir(folder)).toEqual(['a.mp4'])
})

test('the token goes to no other address, whatever the server or the folder names', async () => {
  const bytes = await put('a.mp4')
  const met: (string | undefined)[] = []
  const elsewhere = createServer(({ headers }, response) => {
    met.push(headers.authorization)
    response.end()
  })
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  const location = `http://127.0.0.1:${portOf(elsewhere.address())}/api/uploads/up_1`

  fateOf = ({ url }) => (url === '/api/signer-key' ? { answer: {}, status: 307, location } : 'pass')
  expect((await dock('--wait', '0')).exitCode).toBe(2)
  fateOf = ({ method }) => (method === 'POST' ? { answer: {}, status: 201, location } : 'pass')
  expect((await dock('--wait', '0')).exitCode).toBe(2)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const begun = JSON.stringify({ url: location, camera: world.camera.serial })
  await writeFile(join(folder, '.getuige', 'uploads', `${sha256}.json`), begun)
  fateOf = () => 'pass'
  expect((await dock('--wait', '0')).exitCode).toBe(0)

  elsewhere.close()
  expect(met).toEqual([])
})

test('a camera nobody knows stops the run before the other files are read', async () => {
  await put('a.mp4')
  await put('b.mp4')
  const { exitCode, complaints } = await dock('--lang', 'de', { camera: 'CAM-9' })
  expect(exitCode).toBe(1)
  expect(complaints[0]).toMatch(/^NICHT EMPFANGEN {2}a\.mp4: diese Kamera ist in der Dienststelle nicht bekannt/)
  expect(complaints[1]).toBe('Nicht mehr versucht: 1, ab b.mp4.')
})

test('a server that signs with another key than before is given nothing', async () => {
  await put('a.mp4')
  await mkdir(join(folder, '.getuige'))
  const stranger = newNoteKey('somewhere.test/corps_x', new Uint8Array(32).fill(7))
  await writeFile(join(folder, '.getuige', 'server.json'), JSON.stringify({ vkey: stranger.vkey }))
  const { exitCode, complaints } = await dock('--lang', 'en')
  expect(exitCode).toBe(2)
  expect(complaints).toEqual([expect.stringContaining('signs with another key')])
  expect(seen.filter(({ method }) => method !== 'GET')).toEqual([])
})

test('a receipt that another key signed, or that is of other bytes, is no receipt', async () => {
  const bytes = await put('a.mp4')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const recordingId = await world.storedRecording()
  const receipt = {
    recordingId,
    corpsId: world.officer.corpsId,
    sha256,
    sizeBytes: bytes.length,
    receivedAt: new Date(0),
  }
  const signer = await world.server.modules.custody.signer(world.officer.corpsId)
  const notes = [
    signNote(formatReceipt(receipt), signer.name, new Uint8Array(32).fill(7)),
    signer.signNote(formatReceipt({ ...receipt, sizeBytes: 1 })),
    signer.signNote(formatReceipt({ ...receipt, sha256: '0'.repeat(64) })),
  ]
  for (const note of notes) {
    fateOf = ({ url }) => (url.startsWith('/api/receipts/') ? { answer: { recordingId, receipt: note } } : 'pass')
    const { exitCode, complaints } = await dock('--lang', 'en')
    expect(exitCode).toBe(1)
    expect(complaints).toEqual([expect.stringContaining('the receipt is not signed with the key of the corps')])
  }
  expect(await readdir(join(folder, '.getuige', 'receipts'))).toEqual([])
})

test('a file that is still being written is not received, and is received once it rests', async () => {
  await put('a.mp4')
  const path = join(folder, 'a.mp4')
  let isWritten = false
  fateOf = async ({ method, offset }): Promise<Fate> => {
    if (isWritten || method !== 'PATCH' || offset === 0) return 'pass'
    isWritten = true
    await appendFile(path, Buffer.alloc(100))
    return 'pass'
  }
  const during = await dock('--lang', 'en')
  expect(during.exitCode).toBe(1)
  expect(during.complaints).toEqual([expect.stringContaining('a.mp4: the file changed while it was read')])
  expect(await readdir(join(folder, '.getuige', 'receipts'))).toEqual([])

  const after = await dock('--lang', 'en')
  expect(after.exitCode).toBe(0)
  expect(after.lines).toContain('received  a.mp4')
})

test('a receipt counts only for the bytes it names: a file changed since is digested and uploaded anew', async () => {
  await put('a.mp4')
  await dock()
  await utimes(join(folder, 'a.mp4'), new Date(0), new Date(0))
  seen = []
  expect((await dock()).exitCode).toBe(0)
  expect(seen.map(({ method }) => method)).toEqual(['GET'])

  await put('a.mp4')
  const { exitCode, lines } = await dock('--lang', 'en')
  expect(exitCode).toBe(0)
  expect(lines).toContain('received  a.mp4')
  expect(await readdir(join(folder, '.getuige', 'receipts'))).toHaveLength(2)
})

test('an interrupted run says what is left, and the next one goes on', async () => {
  await put('a.mp4')
  await put('b.mp4')
  const stopping = new AbortController()
  fateOf = ({ method, offset }) => {
    if (method !== 'PATCH' || offset === 0) return 'pass'
    stopping.abort()
    return 'hold'
  }
  const stopped = await dock('--lang', 'en', { signal: stopping.signal })
  expect(stopped.exitCode).toBe(1)
  expect(stopped.complaints).toEqual([
    'NOT RECEIVED  a.mp4: interrupted. The next run goes on from there.',
    'Not tried any more: 1, from b.mp4 on.',
  ])
  fateOf = () => 'pass'
  seen = []
  expect((await dock()).exitCode).toBe(0)
  expect(seen.find(({ method }) => method === 'PATCH')?.offset).toBe(65_536)
})

/** Put a recording of its own in the folder, long enough to be sent in two pieces. */
async function put(path: string): Promise<Uint8Array> {
  const bytes = await world.clip()
  await writeFile(join(folder, path), bytes)
  return bytes
}

function args(camera = world.camera.serial): string[] {
  return [folder, '--camera', camera, '--server', network.address]
}

type Changes = Partial<Pick<RunDeps, 'signal' | 'sleep'>> & Readonly<{ token?: string; camera?: string }>

/** One run of the dock in this process. Waiting is nobody's to wait for here unless a test says how. */
async function dock(...given: readonly (string | Changes)[]) {
  const changes: Changes = given.findLast((one) => typeof one === 'object') ?? {}
  const options = given.filter((one) => typeof one === 'string')
  const lines: string[] = []
  const complaints: string[] = []
  const exitCode = await run([...args(changes.camera), ...options], {
    output: { write: (line) => lines.push(line), complain: (line) => complaints.push(line) },
    environment: { GETUIGE_DOCK_TOKEN: changes.token ?? token },
    signal: changes.signal ?? new AbortController().signal,
    nowMs: () => 0,
    now: () => new Date(0),
    sleep: changes.sleep ?? (() => Promise.reject(new Error('nothing to wait for'))),
  })
  return { exitCode, lines, complaints }
}

/** The server, and between it and the dock a network that notes each request and does with it what `fateOf` says. */
async function startNetwork() {
  let http = await listen()
  const proxy = createServer((request, response) => void relay(request, response))
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    address: `http://127.0.0.1:${portOf(proxy.address())}`,
    /** The modules are closed and opened again on the same database, keys and objects. */
    async restartServer(): Promise<void> {
      await http.close()
      await world.restart()
      http = await listen()
    },
    async stop(): Promise<void> {
      proxy.close()
      proxy.closeAllConnections()
      await http.close()
    },
  }

  async function listen() {
    const built = await world.server.buildHttp()
    await built.listen({ host: '127.0.0.1', port: 0 })
    return built
  }

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const offset = headers['upload-offset']
    const one = { method, url, offset: offset === undefined ? undefined : Number(offset) }
    seen.push(one)
    const fate = await fateOf(one)
    if (fate === 'hold') return
    if (fate === 'break') {
      request.socket.destroy()
      return
    }
    if (typeof fate === 'object') {
      const { answer, status = 200, location } = fate
      if (location !== undefined) response.setHeader('location', location)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      return
    }
    const onward = httpRequest({ host: '127.0.0.1', port: portOf(http.server.address()), method, path: url, headers })
    onward.on('response', (answer) => {
      if (fate === 'lose the answer') {
        answer.resume()
        request.socket.destroy()
        return
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => request.socket.destroy())
    request.on('close', () => {
      if (!request.complete) onward.destroy()
    })
    request.pipe(onward)
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return address.port
}
