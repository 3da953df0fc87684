import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBase64 } from '@getuige/base'
import { addCosignatures, findCosignature, formatAddCheckpoint, newNoteKey, signNote } from '@getuige/proof'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeDataFolder, openDataFolder } from './data-folder.ts'
import { listen } from './listen.ts'
import { run } from './run.ts'
import { corps, specimenLog, stranger } from './testing/specimen-log.ts'
import { openWitness } from './witness.ts'

let folder: string
let vkey: string
let now: Date
let complaints: string[]
let closing: AsyncDisposableStack
beforeEach(async () => {
  closing = new AsyncDisposableStack()
  folder = await mkdtemp(join(tmpdir(), 'getuige-witness-'))
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  vkey = (await makeDataFolder(folder, 'witness.example/w1')).vkey
  now = new Date('2026-03-28T10:15:00.400Z')
  complaints = []
  await (await openDataFolder(folder)).addVkey(corps.vkey)
})
afterEach(() => closing.disposeAsync())

const open = async () =>
  openWitness(await openDataFolder(folder), { now: () => now, complain: (line) => complaints.push(line) })
const log = specimenLog('log.example/corps_1/2026')

/** Over HTTP, as the operator of a log asks. */
async function serve() {
  const server = await listen(await open(), { host: '127.0.0.1', port: 0 })
  closing.defer(() => void server.close())
  const { port } = server.address() as AddressInfo
  return async (body: string | Uint8Array, path = '/add-checkpoint', method = 'POST') => {
    const init = method === 'POST' ? { method, body: typeof body === 'string' ? body : Buffer.from(body) } : { method }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { connection: 'close' } })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
}

describe('a witness', () => {
  test('cosigns a log that grows, each time on what it cosigned before, also after a restart', async () => {
    const ask = await serve()
    const first = await ask(log.offer(0, 5))
    expect(first.status).toBe(200)
    const whole = addCosignatures(log.checkpointAt(5), [first.text])
    expect(findCosignature(whole, vkey)).toEqual({
      witness: 'witness.example/w1',
      at: new Date('2026-03-28T10:15:00Z'),
    })
    expect((await ask(log.offer(5, 300))).status).toBe(200)
    expect((await ask(log.offer(300, 300))).status).toBe(200)
    const again = await serve()
    expect((await again(log.offer(300, 301))).status).toBe(200)
    const [logFolder = ''] = await readdir(join(folder, 'seen'))
    expect(await readdir(join(folder, 'seen', logFolder))).toEqual(['000000000004'])
  })

  const other = specimenLog(log.origin, { view: 'b', shared: 100 })
  const asNumbers = (body: string, oldSize: number) => body.replace(/^old \d+/, `old ${oldSize}`)
  const withoutProof = (body: string) => body.replace(/\n[^]*?\n\n/, '\n\n')
  const refusals: [what: string, status: number, body: string | Uint8Array][] = [
    ['an empty request', 400, ''],
    ['a request that is not text', 400, Uint8Array.of(0xff, 0xfe)],
    ['a request that begins with a byte order mark', 400, `\ufeff${log.offer(200, 201)}`],
    ['a checkpoint that is none', 400, 'old 200\n\nhello\n'],
    ['an old size larger than the checkpoint', 400, asNumbers(log.offer(150, 150), 200)],
    ['a log that nobody added', 404, specimenLog('log.example/corps_2/2026', { key: stranger }).offer(0, 5)],
    [
      'a log whose origin only begins like that of a known one',
      404,
      specimenLog('log.example/corps_12/2026').offer(0, 5),
    ],
    ['a known log signed by a stranger', 403, specimenLog(log.origin, { key: stranger }).offer(200, 201)],
    [
      'a known log signed by a stranger under the name of the corps',
      403,
      specimenLog(log.origin, { key: newNoteKey(corps.name, stranger.seed) }).offer(200, 201),
    ],
    ['a wrong signature', 403, log.offer(200, 201).replace(/\n201\n/, '\n202\n')],
    ['a checkpoint that starts from less than was cosigned', 409, log.offer(199, 300)],
    ['a checkpoint that starts from nothing', 409, log.offer(0, 300)],
    ['a log rolled back', 409, log.offer(100, 100)],
    ['a proof left out', 422, withoutProof(log.offer(200, 300))],
    ['a proof of another step', 422, log.offer(200, 300).replace(/\n.*\n/, `\n${toBase64(new Uint8Array(32))}\n`)],
    ['a rewritten log', 422, other.offer(200, 300)],
    [
      'a proof where there is nothing to prove',
      422,
      log.offer(200, 200).replace('\n', `\n${toBase64(log.rootAt(1))}\n`),
    ],
    ['another root of the size it cosigned', 409, other.offer(200, 200)],
    ['a request that is too large', 413, 'x'.repeat(40_000)],
  ]
  test.each(refusals)('refuses %s: %i', async (_what, status, body) => {
    const ask = await serve()
    expect((await ask(log.offer(0, 200))).status).toBe(200)
    const answer = await ask(body)
    expect(answer).toMatchObject({ status })
    expect(answer.text).not.toContain('—')
    expect((await ask(log.offer(200, 201))).status, 'and it goes on from what it had').toBe(200)
  })

  test('tells the size it cosigned to whoever starts from another, in the type of the specification', async () => {
    const ask = await serve()
    const type = 'text/x.tlog.size'
    expect(await ask(log.offer(3, 5))).toEqual({ status: 409, type, text: '0\n' })
    await ask(log.offer(0, 200))
    expect(await ask(log.offer(0, 300))).toEqual({ status: 409, type, text: '200\n' })
    expect(await ask(other.offer(200, 200))).toMatchObject({ status: 409, type: 'text/plain; charset=utf-8' })
  })

  test('answers nothing else', async () => {
    const ask = await serve()
    expect(await ask('', '/', 'GET')).toMatchObject({ status: 404 })
    expect(await ask('', '/add-checkpoint', 'GET')).toMatchObject({ status: 405 })
    expect(await ask(log.offer(0, 5), '/add-checkpoint/')).toMatchObject({ status: 404 })
  })

  test('begins the log of a new year at nothing, and keeps logs of one corps apart', async () => {
    const witness = await open()
    const next = specimenLog('log.example/corps_1/2027', { view: 'b' })
    expect((await witness.addCheckpoint(log.offer(0, 9))).status).toBe(200)
    expect((await witness.addCheckpoint(next.offer(0, 3))).status).toBe(200)
    expect((await witness.addCheckpoint(log.offer(9, 10))).status).toBe(200)
    expect((await witness.addCheckpoint(next.offer(3, 4))).status).toBe(200)
  })

  test('knows a log added while it runs', async () => {
    const witness = await open()
    const theirs = specimenLog('log.example/corps_2/2026', { key: stranger })
    expect((await witness.addCheckpoint(theirs.offer(0, 9))).status).toBe(404)
    await (await openDataFolder(folder)).addVkey(stranger.vkey)
    expect((await witness.addCheckpoint(theirs.offer(0, 9))).status).toBe(200)
  })

  test('keeps what a log signed against what it had cosigned, and lists it', async () => {
    const witness = await open()
    await witness.addCheckpoint(log.offer(0, 200))
    for (const body of [other.offer(200, 200), other.offer(200, 300), other.offer(200, 300)])
      await witness.addCheckpoint(body)
    await witness.addCheckpoint(log.offer(0, 300)) // stale, which is no contradiction
    expect(complaints).toHaveLength(3)
    const files = await (await openDataFolder(folder)).listRefused()
    const notes = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    expect(notes.toSorted()).toEqual([other.checkpointAt(200), other.checkpointAt(300)].toSorted())
  })

  test('minds no other signatures on a checkpoint, not even forged ones of its own', async () => {
    const witness = await open()
    const keyId = Buffer.from(vkey.split('+')[1] ?? '', 'hex')
    const own = `— witness.example/w1 ${Buffer.concat([keyId, Buffer.alloc(72)]).toString('base64')}\n`
    const noise = Array.from({ length: 98 }, (_, i) => signNote('x\n', `w${i}`, corps.seed).split('\n')[2])
    const checkpoint = `${log.checkpointAt(5)}${own}${noise.join('\n')}\n`
    expect((await witness.addCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }))).status).toBe(200)
    expect((await witness.addCheckpoint(log.offer(5, 6))).status).toBe(200)
  })
})

describe('two views of one log', () => {
  const views = [log, specimenLog(log.origin, { view: 'b' })]

  test('are never both cosigned, however many ask at once of two processes on one folder', async () => {
    const witnesses = [await open(), await open()]
    for (let round = 0; round < 15; round++) {
      const year = `log.example/corps_1/${round}`
      const forks = views.map((_, i) => specimenLog(year, { view: String(i) }))
      const asked = forks.flatMap((fork, view) =>
        witnesses.flatMap((witness) =>
          [7, 9].map(async (size) => ({ view, answer: await witness.addCheckpoint(fork.offer(0, size)) })),
        ),
      )
      const cosigned = (await Promise.all(asked)).filter(({ answer }) => answer.status === 200)
      expect(cosigned).toHaveLength(1)
      const [{ view } = { view: 0 }] = cosigned
      const other = forks[1 - view]
      for (const witness of witnesses) {
        const seen = await (await openDataFolder(folder)).findSeen(year)
        expect((await witness.addCheckpoint(other?.offer(seen?.size ?? 0, 12) ?? '')).status).toBe(422)
      }
    }
  })

  test('one whose records are damaged, gone or of another log, cosigns nothing', async () => {
    const witness = await open()
    await witness.addCheckpoint(log.offer(0, 200))
    const [logFolder = ''] = await readdir(join(folder, 'seen'))
    const file = join(folder, 'seen', logFolder, '000000000001')
    const kept = await readFile(file, 'utf8')
    const foreign = specimenLog('log.example/corps_1/2027')
    await witness.addCheckpoint(foreign.offer(0, 200))
    const [foreignFolder = ''] = (await readdir(join(folder, 'seen'))).filter((name) => name !== logFolder)
    const foreignKept = await readFile(join(folder, 'seen', foreignFolder, '000000000001'), 'utf8')
    for (const damaged of [
      '',
      kept.slice(0, 50),
      kept.replace('\n200\n', '\n100\n'),
      log.checkpointAt(200),
      foreignKept,
    ]) {
      await writeFile(file, damaged)
      expect((await witness.addCheckpoint(log.offer(200, 201))).status).toBe(500)
      expect((await witness.addCheckpoint(log.offer(0, 201))).status).toBe(500)
    }
    await writeFile(file, kept)
    expect((await witness.addCheckpoint(log.offer(200, 201))).status).toBe(200)
    await rm(join(folder, 'seen'), { recursive: true })
    expect((await witness.addCheckpoint(log.offer(0, 201))).status).toBe(500)
  })
})

describe('a clock', () => {
  const timeOf = (line: string, size: number) =>
    findCosignature(addCosignatures(log.checkpointAt(size), [line]), vkey)?.at.toISOString()

  test('set back a little makes no cosignature older than the last; set back far, none at all', async () => {
    const witness = await open()
    const answers = []
    let size = 0
    for (const at of ['10:15:00', '10:14:58', '10:20:00', '10:14:59', '10:15:00', '10:20:01']) {
      now = new Date(`2026-03-28T${at}Z`)
      const answer = await witness.addCheckpoint(log.offer(size, size + 1))
      if (answer.status === 200) size += 1
      answers.push(answer.status === 200 ? timeOf(answer.line, size)?.slice(11, 19) : answer.status)
    }
    expect(answers).toEqual(['10:15:00', '10:15:00', '10:20:00', 503, '10:20:00', '10:20:01'])
  })
})

describe('the command', () => {
  async function command(...args: string[]) {
    const [written, complained]: [string[], string[]] = [[], []]
    const code = await run(args, {
      write: (line) => written.push(line),
      complain: (line) => complained.push(line),
      environment: { GETUIGE_WITNESS_DATA: folder },
      now: () => now,
      signal: AbortSignal.abort(),
    })
    return { code, written: written.join('\n'), complained: complained.join('\n') }
  }

  test('makes a key once, adds keys, lists what was seen, and says what is wrong', async () => {
    await (await open()).addCheckpoint(log.offer(0, 5))
    expect(await command('list')).toMatchObject({
      code: 0,
      written: `${vkey}\n${log.origin}  5  ${toBase64(log.rootAt(5))}  2026-03-28T10:15:00.000Z`,
    })
    expect(await command('init', 'witness.example/w1')).toMatchObject({ code: 1 })
    expect(await command('add', stranger.vkey)).toMatchObject({ code: 0 })
    expect(await (await openDataFolder(folder)).listVkeys()).toEqual([corps.vkey, stranger.vkey])
    expect((await command('add', vkey)).complained).toContain('not an Ed25519 verifier key of this kind')
    expect(await command('list', '--data', join(folder, 'none'))).toMatchObject({ code: 1 })
    expect(await command('init', 'two words', '--data', join(folder, 'none'))).toMatchObject({ code: 1 })
    for (const wrong of [[], ['dance'], ['add'], ['serve', '--port', 'x'], ['list', '--all']]) {
      expect(await command(...wrong)).toMatchObject({ code: 2 })
    }
    const taken = createServer().listen(0, '127.0.0.1')
    closing.defer(() => void taken.close())
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    expect(await command('serve', '--port', String(port))).toMatchObject({ code: 1 })
  })
})
