import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase, runSql } from '../apps/server/src/platform/database/index.ts'
import { startEmbeddedPostgres } from '../apps/server/src/platform/postgres/index.ts'
import { atMost, besides, type Measured } from './figures.ts'
import {
  dockAgainAndAgain,
  handleAgainAndAgain,
  type Known,
  type Ledger,
  type Site,
  startViewing,
  stateOf,
  uploadAgainAndAgain,
} from './soak-clients.ts'
import { findFreePort, SoakServer } from './soak-server.ts'
import { codeShown } from '../tests/setup/authenticator.ts'

const cameraSerial = 'SOAK-1'
const password = 'a password of the soak'
const uploaders = 3

/**
 * `kill -9` at random moments, of the server alone and of everything with PostgreSQL in turns, while clients upload, a
 * dock hands over, and what is due is erased; then everything that was promised is looked up.
 */
export async function measureSoak(options: Readonly<{ kills: number }>): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-soak-'))
  const server = new SoakServer(join(folder, 'data'), await findFreePort())
  const ledger: Ledger = { known: new Map(), violations: { lost: [], readable: [] } }
  const beganAt = performance.now()
  try {
    server.start()
    await requireReady(server)
    const site = await setUp(server)
    await mkdir(join(folder, 'dock'))
    let isStopping = false
    const stop = { isStopping: () => isStopping }
    const clients = Promise.all([
      ...Array.from({ length: uploaders }, (_, n) => uploadAgainAndAgain(site, ledger, `upload-${n}`, stop)),
      dockAgainAndAgain(site, ledger, join(folder, 'dock'), stop),
      handleAgainAndAgain(site, ledger, stop),
    ])
    let broken: unknown
    clients.catch((error: unknown) => (broken = error))
    for (let kill = 1; kill <= options.kills && broken === undefined; kill += 1) {
      // One in five while it starts, which a crash must bear as well.
      if (kill % 5 > 0) await requireReady(server)
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 1900))
      await server.kill(kill % 2 === 0 ? 'tree' : 'server')
      server.start()
      if (kill % 10 === 0) console.log(`  ${kill} kills, ${ledger.known.size} recordings begun`)
    }
    isStopping = true
    await requireReady(server)
    await clients
    await eraseTheRest(site, ledger)
    const found = await judge(server, site, ledger, join(folder, 'data'))
    const lost = [...ledger.violations.lost, ...found.lost]
    const readable = [...ledger.violations.readable, ...found.readable]
    for (const sentence of [...lost, ...readable, ...found.doubled]) console.log(`  WRONG ${sentence}`)
    await server.stop()
    return {
      name: 'soak',
      verdicts: [
        atMost('lost', lost.length, 0, ''),
        atMost('doubled', found.doubled.length, 0, ''),
        atMost('erased and readable', readable.length, 0, ''),
        atMost('receipts without a recording in the register', found.strayReceipts, 0, ''),
        atMost('exit code of fsck', found.fsck, 0, ''),
        besides('kills', options.kills, ''),
        besides('recordings received', ledger.known.size, ''),
        besides('of which erased', found.erased, ''),
        besides('of which held past their day', found.held, ''),
        besides('objects that nobody claims, left to the sweep', found.unclaimed, ''),
      ],
      figures: { minutes: Number(((performance.now() - beganAt) / 60_000).toFixed(1)) },
    }
  } catch (error) {
    console.error(server.said)
    throw error
  } finally {
    await server.kill('tree').catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

async function requireReady(server: SoakServer): Promise<void> {
  if (!(await server.untilReady())) throw new Error('the server did not start again')
}

async function setUp(server: SoakServer): Promise<Site & Readonly<{ administrator: string; token: string }>> {
  const send = async (method: string, path: string, body?: unknown, cookie = '') => {
    const answer = await fetch(`${server.address}${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const said = (await answer.json()) as Record<string, string>
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(said)}`)
    return { said, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
  }
  while (!server.said.includes('/setup/')) await new Promise((resolve) => setTimeout(resolve, 25))
  const link = /\/setup\/([A-Za-z0-9_-]{43})/.exec(server.said)?.[1] ?? ''
  const established = await send('POST', `/api/setup/${link}`, {
    corpsName: 'Soak',
    lawPackId: 'nl-boa-den-haag',
    administrator: { name: 'Soak', login: 'soak', password },
  })
  const addFactor = async (cookie: string): Promise<string> => {
    const { secret = '' } = (await send('POST', '/api/account/totp', {}, cookie)).said
    return (await send('POST', '/api/account/totp/code', { code: codeShown(secret, new Date()) }, cookie)).cookie
  }
  const administrator = await addFactor(established.cookie)
  await send('POST', '/api/cameras', { label: 'Soak', serial: cameraSerial, wearerId: null }, administrator)
  const { token = '' } = (await send('POST', '/api/docks', { label: 'Soak' }, administrator)).said
  const officer = { name: 'Officer', login: 'officer', title: '', roles: ['records-officer'] }
  const { oneTimePassword } = (await send('POST', '/api/people', officer, administrator)).said
  const first = await send('POST', '/api/session', { login: officer.login, password: oneTimePassword })
  const changed = { current: oneTimePassword, next: password }
  const own = await send('POST', '/api/session/password', changed, first.cookie)
  const cookie = await addFactor(own.cookie)
  const { vkey = '' } = (await send('GET', '/api/signer-key', undefined, cookie)).said
  return { address: server.address, cookie, administrator, token, cameraSerial, vkey }
}

/** Until nothing is due that is not held: the last ones come due half a minute after the last upload. */
async function eraseTheRest(site: Site & Readonly<{ administrator: string }>, ledger: Ledger): Promise<void> {
  const until = performance.now() + 45_000
  const stop = { isStopping: () => performance.now() > until }
  await handleAgainAndAgain(site, ledger, stop)
}

type Row = Readonly<{ id: string; sha256: string; state: string; is_held: boolean; keys: number; objects: number }>
type Judged = Readonly<{
  lost: string[]
  doubled: string[]
  readable: string[]
  strayReceipts: number
  erased: number
  held: number
  unclaimed: number
  fsck: number
}>

async function judge(server: SoakServer, site: Site, ledger: Ledger, dataFolder: string): Promise<Judged> {
  // The one that runs, which is left alone.
  await using postgres = await startEmbeddedPostgres({ dataFolder: join(dataFolder, 'postgres'), log: () => undefined })
  const db = openDatabase(postgres.connection)
  try {
    const rows = (await runSql(
      db.everyCorps,
      `select r.id, encode(r.sha256, 'hex') as sha256, r.state, r.is_held,
        (select count(*) from vault_key k where k.recording_id = r.id) as keys,
        (select count(*) from vault_object o where o.recording_id = r.id) as objects from recording r`,
    )) as Row[]
    const entries = (await runSql(
      db.everyCorps,
      `select recording_id as id, type, count(*) as count from custody_entry
        where type in ('recording-received', 'erasure-begun', 'recording-erased') group by 1, 2`,
    )) as { id: string; type: string; count: number }[]
    const entered = new Map(entries.map(({ id, type, count }) => [`${id} ${type}`, count]))
    const claimed = new Set(
      ((await runSql(db.everyCorps, 'select object_key from vault_object')) as { object_key: string }[]).map(
        (row) => row.object_key,
      ),
    )
    const files = await listFiles(join(dataFolder, 'vault'))

    const lost: string[] = []
    const doubled: string[] = []
    const readable: string[] = []
    const bySha = Map.groupBy(rows, ({ sha256 }) => sha256)
    for (const known of ledger.known.values()) {
      const mine = bySha.get(known.sha256) ?? []
      const [row] = mine
      if (row === undefined) lost.push(`${known.sha256} was received and is in no register`)
      else {
        if (mine.length > 1) doubled.push(`${known.sha256} is ${mine.length} recordings`)
        const isErased = row.state === 'erasing' || row.state === 'erased'
        if (isErased && (known.isHeld || !known.isDueSoon)) lost.push(`${row.id} was to be kept, and is ${row.state}`)
        if (!isErased && known.isDueSoon && !known.isHeld && (await isOverdue(site, row.id)))
          readable.push(`${row.id} is due and was not erased`)
        if (!isErased) lost.push(...(await readWhole(site, known, row.id)))
      }
    }
    for (const { id, state, keys, objects } of rows) {
      const isErased = state === 'erased'
      const count = (type: string) => entered.get(`${id} ${type}`) ?? 0
      if (count('recording-received') !== 1) doubled.push(`${id} was received ${count('recording-received')} times`)
      for (const type of ['erasure-begun', 'recording-erased'])
        if (count(type) !== (isErased ? 1 : 0)) doubled.push(`${id} is ${state} with ${count(type)} of ${type}`)
      const left = files.filter((file) => file.includes(id)).length
      if (isErased && keys + objects + left > 0)
        readable.push(`${id} is erased and leaves ${keys}, ${objects}, ${left}`)
    }
    const inRegister = new Set(rows.map(({ id, sha256 }) => `${id} ${sha256}`))
    const receipts = [...ledger.known.values()].filter(({ recordingId }) => recordingId !== '')
    const fsck = spawn(process.execPath, [fileURLToPath(new URL('../bin/getuige.mjs', import.meta.url)), 'fsck'], {
      env: server.environment,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [fsckCode] = (await once(fsck, 'exit')) as [number | null]
    return {
      lost,
      doubled,
      readable,
      strayReceipts: receipts.filter(({ recordingId, sha256 }) => !inRegister.has(`${recordingId} ${sha256}`)).length,
      erased: rows.filter(({ state }) => state === 'erased').length,
      held: rows.filter(({ is_held: isHeld }) => isHeld).length,
      unclaimed: files.filter((file) => !claimed.has(file)).length,
      fsck: fsckCode ?? 2,
    }
  } finally {
    await db.destroy()
  }
}

async function isOverdue(site: Site, recordingId: string): Promise<boolean> {
  const dueAt = /"dueAt":"([^"]+)"/.exec(await stateOf(site, recordingId))?.[1] ?? ''
  return Date.parse(dueAt) < Date.now() - 10_000
}

/** Every byte of what is kept, as a person would see it. */
async function readWhole(site: Site, known: Known, recordingId: string): Promise<string[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const mediaUrl = await startViewing(site, recordingId)
    if (mediaUrl === '') {
      await new Promise((resolve) => setTimeout(resolve, 100)) // not probed yet
      continue
    }
    const answer = await fetch(`${site.address}${mediaUrl}`, { headers: { cookie: site.cookie } })
    const digest = createHash('sha256')
      .update(new Uint8Array(await answer.arrayBuffer()))
      .digest('hex')
    return digest === known.sha256 ? [] : [`${recordingId} is not the bytes that were handed over`]
  }
  return [`${recordingId} cannot be viewed`]
}

async function listFiles(folder: string): Promise<string[]> {
  await access(folder)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}
