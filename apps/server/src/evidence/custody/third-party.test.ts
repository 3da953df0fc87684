import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  cosign,
  edgeTiles,
  entryBundlePath,
  formatPublicKeyPem,
  newNoteKey,
  newWitnessKey,
  readUnverifiedNote,
  tilePath,
} from '@getuige/proof'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import type { Signer } from './index.ts'

/** What the server publishes of a log, read by programs of others: files as anybody would have fetched them. */

const root = join(import.meta.dirname, '../../../../..')
let world: World
let folder: string
let signer: Signer
let address: string
beforeAll(async () => {
  world = await createWorld()
  folder = await mkdtemp(join(tmpdir(), 'getuige-log-files-'))
  const { custody } = world.server.modules
  const actor = toActor(world.officer)
  signer = await custody.signer(actor.corpsId)
  const enter = async (count: number) => {
    await custody.act(actor, async (_tx, record) => {
      for (let i = 0; i < count; i++) await record({ type: 'dock-added', recordingId: null, details: { i } })
    })
    await custody.sequence()
    const { log } = await custody.status(actor.corpsId)
    if (log === null) throw new Error('there is no log')
    return log
  }
  const { checkpoint } = await enter(300)
  const { origin, size } = await enter(400)
  const site = await world.listen()
  address = `${site.address}/log/${origin}`
  const bundles = Array.from({ length: Math.ceil(size / 256) }, (_, i) => {
    const width = Math.min(256, size - i * 256)
    return [entryBundlePath(i, width), tilePath(0, i, width)]
  })
  const above = edgeTiles(size).filter(({ level }) => level > 0)
  const paths = [
    'checkpoint',
    ...bundles.flat(),
    ...above.map(({ level, index, width }) => tilePath(level, index, width)),
  ]
  for (const path of paths) {
    const response = await fetch(`${address}/${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    await put('log', path, new Uint8Array(await response.arrayBuffer()))
  }
  await put('.', 'checkpoint.old', Buffer.from(checkpoint ?? ''))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function put(place: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, place, path)), { recursive: true })
  await writeFile(join(folder, place, path), bytes)
}

/** The log with one byte of one file changed, in a folder of its own. */
async function breakFile(path: string, at: number): Promise<string> {
  const place = join(folder, `broken-${path.replaceAll('/', '-')}`)
  await cp(join(folder, 'log'), place, { recursive: true })
  const bytes = await readFile(join(place, path))
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(join(place, path), bytes)
  return place
}

type Ended = Readonly<{ code: number; output: string }>
function run(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, [...args], { encoding: 'utf8', ...options }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    })
  })
}

const old = () => join(folder, 'checkpoint.old')

test('getuige log check finds the log intact, on the server and as files, and not when a byte is changed', async () => {
  const check = (place: string) =>
    run(process.execPath, [join(root, 'apps/verify/src/log/main.ts'), place, '--key', signer.vkey, '--since', old()])
  expect(await check(address)).toMatchObject({ code: 0 })
  expect(await check(join(folder, 'log'))).toMatchObject({ code: 0 })
  expect(await check(await breakFile('tile/entries/001', 100))).toMatchObject({ code: 1 })
})

describe('the code of the checksum database of Go', () => {
  const check = (place: string, since = old(), vkey = signer.vkey) =>
    run(join(folder, 'check-log'), [place, vkey, since])

  test('finds the same, good and broken', async () => {
    const source = '/usr/share/gocode'
    const go = findTool('go')
    const hasCode = existsSync(join(source, 'src/golang.org/x/mod/sumdb/tlog'))
    if (go === undefined || !hasCode) {
      const missing = go === undefined ? 'go' : 'golang-golang-x-mod-dev'
      return reportMissingTool(missing, 'a published log was not read with golang.org/x/mod/sumdb')
    }
    const program = join(root, 'tests/third-party/go/check-log.go')
    const env = { ...process.env, GO111MODULE: 'off', GOFLAGS: '', GOPATH: source }
    expect(await run(go, ['build', '-o', join(folder, 'check-log'), program], { env })).toMatchObject({ code: 0 })
    const log = join(folder, 'log')
    expect(await check(log)).toEqual({ code: 0, output: 'ok\n' })
    expect((await check(await breakFile('tile/entries/001', 100))).output).toMatch(/^broken: entry \d+/)
    expect((await check(await breakFile('tile/0/001', 100))).output).toMatch(/^broken: /)
    expect((await check(await breakFile('checkpoint', 60))).output).toMatch(/^broken: /)
    const stranger = newNoteKey(signer.name, new Uint8Array(32)).vkey
    expect((await check(log, old(), stranger)).output).toMatch(/^broken: /)
    // Another history of the same log, signed with the same key.
    const [origin, size] = readUnverifiedNote(await readFile(old(), 'utf8')).text.split('\n')
    const rewritten = signer.signNote(`${origin}\n${size}\n${Buffer.alloc(32).toString('base64')}\n`)
    await put('.', 'checkpoint.rewritten', Buffer.from(rewritten))
    expect((await check(log, join(folder, 'checkpoint.rewritten'))).output).toMatch(/^broken: /)
  })
})

describe('openssl', () => {
  const openssl = findTool('openssl')
  const notChecked = 'signatures of checkpoints and cosignatures were not verified with it'

  /** `openssl pkeyutl` on the bytes that a signature line signs. */
  async function verify(pem: string, message: Uint8Array, signature: Uint8Array): Promise<number> {
    await put('openssl', 'key.pem', Buffer.from(pem))
    await put('openssl', 'message', message)
    await put('openssl', 'signature', signature)
    const args = ['-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'message', '-sigfile', 'signature']
    return (await run(openssl ?? '', ['pkeyutl', ...args], { cwd: join(folder, 'openssl') })).code
  }
  const signatureOf = (line: string, skip: number) =>
    Buffer.from(line.trimEnd().split(' ')[2] ?? '', 'base64').subarray(skip)

  test('verifies the signature of a checkpoint, and refuses it for another text', async () => {
    if (openssl === undefined) return reportMissingTool('openssl', notChecked)
    const note = await readFile(join(folder, 'log/checkpoint'), 'utf8')
    const { text } = readUnverifiedNote(note)
    const signature = signatureOf(note.slice(text.length + 1), 4)
    expect(await verify(signer.pem, Buffer.from(text), signature)).toBe(0)
    expect(await verify(signer.pem, Buffer.from(text.replace('\n', '\n1')), signature)).not.toBe(0)
  })

  test('verifies a cosignature over the text that the specification gives it, and refuses it at another time', async () => {
    if (openssl === undefined) return reportMissingTool('openssl', notChecked)
    const { text } = readUnverifiedNote(await readFile(join(folder, 'log/checkpoint'), 'utf8'))
    const key = newWitnessKey('witness.example/w', new Uint8Array(32).fill(7))
    const signature = signatureOf(cosign(text, new Date(1_679_315_147_000), key), 12)
    const message = (seconds: number) => Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)
    expect(await verify(formatPublicKeyPem(key.publicKey), message(1_679_315_147), signature)).toBe(0)
    expect(await verify(formatPublicKeyPem(key.publicKey), message(1_679_315_148), signature)).not.toBe(0)
  })
})
