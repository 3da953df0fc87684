import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { addCosignatures, findCosignature } from '@getuige/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDataFolder, openDataFolder } from './data-folder.ts'
import { corps, specimenLog } from './testing/specimen-log.ts'

const program = join(import.meta.dirname, 'main.ts')

let folder: string
let vkey: string
let running: ChildProcess | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-witness-'))
  vkey = (await makeDataFolder(folder, 'witness.example/w1')).vkey
  await (await openDataFolder(folder)).addVkey(corps.vkey)
})
afterAll(async () => {
  running?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** The program itself; `limit` is what the shell does first. Answers its address. */
async function start(limit = ''): Promise<string> {
  const command = `${limit} exec "$0" "$1" serve --port 0 --data "$2"`
  running = spawn('sh', ['-c', command, process.execPath, program, folder], { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: running.stdout ?? process.stdin })) {
    const address = /^listening on (.+)$/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('the witness did not start')
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => running?.once('exit', resolve))
  running?.kill(signal)
  await ended
}

type Reply = { status: number; text: string }
/** Undefined when the witness died before it answered. */
async function ask(address: string, body: string): Promise<Reply | undefined> {
  try {
    const response = await fetch(`${address}/add-checkpoint`, {
      method: 'POST',
      body,
      headers: { connection: 'close' },
    })
    return { status: response.status, text: await response.text() }
  } catch {
    return undefined
  }
}

type Log = ReturnType<typeof specimenLog>
/** As a log does: from the size the witness names, if it is not the one we thought. */
async function offer(address: string, log: Log, size: number): Promise<Reply | undefined> {
  const first = await ask(address, log.offer(0, size))
  if (first?.status !== 409) return first
  const known = Number(first.text)
  return known <= size ? ask(address, log.offer(known, size)) : first
}

test('killed at any moment, it never cosigns two views of a log, and forgets nothing it answered', async () => {
  const kills = 12
  const cosigned: { log: Log; view: number; size: number; at: Date }[] = []
  const note = (log: Log, view: number, size: number, reply: Reply | undefined) => {
    if (reply?.status !== 200) return
    const found = findCosignature(addCosignatures(log.checkpointAt(size), [reply.text]), vkey)
    if (found === undefined) throw new Error('an answer without a cosignature')
    cosigned.push({ log, view, size, at: found.at })
  }
  let address = await start()
  for (let round = 0; round < kills; round++) {
    const views = ['a', 'b'].map((view) => specimenLog(`log.example/corps_1/${round}`, { view }))
    const asking = views.map(async (log, view) => {
      for (const size of [3, 8, 20]) note(log, view, size, await offer(address, log, size))
    })
    await setTimeout(Math.random() * 25)
    await end('SIGKILL')
    await Promise.all(asking)
    address = await start()
    for (const [view, log] of views.entries()) note(log, view, 21, await offer(address, log, 21))
  }
  await end('SIGTERM')
  const byLog = Map.groupBy(cosigned, ({ log }) => log.origin)
  expect(byLog.size, 'every log was cosigned in one of its views').toBe(kills)
  for (const [origin, all] of byLog) {
    expect(new Set(all.map(({ view }) => view)).size, origin).toBe(1)
    const sizes = all.map(({ size }) => size)
    expect(sizes, origin).toEqual(sizes.toSorted((a, b) => a - b))
  }
})

test('on a full disk it cosigns nothing, keeps what it had, and goes on when there is room', async () => {
  const log = specimenLog('log.example/corps_1/2026')
  const roomy = await start()
  expect(await offer(roomy, log, 5)).toMatchObject({ status: 200 })
  await end('SIGTERM')
  // No file may grow: writes fail as they do on a full disk.
  const full = await start('ulimit -f 0;')
  expect(await ask(full, log.offer(5, 9))).toMatchObject({ status: 500 })
  expect(await ask(full, log.offer(0, 9))).toMatchObject({ status: 409, text: '5\n' })
  await end('SIGTERM')
  const again = await start()
  expect(await ask(again, log.offer(5, 9))).toMatchObject({ status: 200 })
  await end('SIGTERM')
})
