import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { AppError } from '../errors/index.ts'
import { type BaoStub, startBaoStub, stubToken } from '../../testing/bao-stub.ts'
import { type Keystore, type KeystoreSettings, openKeystore, type RootSettings } from './index.ts'
import { openOpenBaoRoot } from './openbao-root.ts'
import type { Durably } from './place.ts'
import { makeSoftToken, softHsm, type SoftToken } from '../../testing/soft-token.ts'

let stub: BaoStub
let softToken: SoftToken | undefined
let files: string
beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'getuige-drivers-'))
  await writeFile(join(files, 'token'), `${stubToken}\n`, { mode: 0o600 })
  if (softHsm !== undefined) softToken = await makeSoftToken(softHsm)
})
afterAll(async () => {
  await rm(files, { recursive: true })
  await softToken?.[Symbol.asyncDispose]()
})

let folder: string
beforeEach(async () => {
  stub = await startBaoStub()
  folder = await mkdtemp(join(tmpdir(), 'getuige-keys-'))
})
afterEach(async () => {
  await stub[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const inBao = (): Extract<RootSettings, { driver: 'openbao' }> => ({
  driver: 'openbao',
  address: new URL(stub.address),
  mount: 'transit',
  key: 'getuige',
  tokenFile: join(files, 'token'),
})
const inToken = (): RootSettings => {
  if (softToken === undefined) throw new Error('there is no token')
  return { driver: 'pkcs11', module: softToken.module, token: softToken.token, pinFile: softToken.pinFile }
}
const roots: [string, () => RootSettings][] = [
  ['a file', () => ({ driver: 'file' })],
  ['OpenBao', inBao],
]
if (softHsm === undefined) reportMissingTool('softhsm2-util', 'that a root key can lie in a key token')
else roots.push(['a key token', inToken])

const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString('hex'))
const names = ['bucket/c/due-2026-11-22', 'draft/a', 'custody/log', 'escrow/identity']

/** Every name with its secret, as a keystore that was just opened sees them. */
async function secretsOf(settings: KeystoreSettings): Promise<Record<string, string | undefined>> {
  await using store = await openKeystore(settings)
  const found: Record<string, string | undefined> = {}
  for (const name of await store.list('')) found[name] = hex(await store.find(name))
  return found
}

/** What a keystore that was just opened finds. */
async function findAnew(settings: KeystoreSettings, name: string): Promise<Uint8Array | undefined> {
  await using store = await openKeystore(settings)
  return await store.find(name)
}

async function fill(store: Keystore): Promise<Record<string, string | undefined>> {
  const made: Record<string, string | undefined> = {}
  for (const name of names) made[name] = hex(await store.demand(name))
  await store.keep('authority/key', Buffer.alloc(1800, 7))
  return { ...made, 'authority/key': '07'.repeat(1800) }
}

// Before any other: a token that this process has signed in to asks for no PIN again.
if (softHsm !== undefined) {
  test('a key token is named when it is absent, and a wrong PIN is tried once', async () => {
    const token = inToken()
    if (token.driver !== 'pkcs11') throw new Error('no token')
    const open = (root: RootSettings) => openKeystore({ folder, root })
    await expect(open({ ...token, token: 'elsewhere' })).rejects.toThrow('no token "elsewhere"')
    await expect(open({ ...token, module: '/nowhere.so' })).rejects.toThrow('cannot be loaded')
    await expect(open({ ...token, pinFile: '/nowhere' })).rejects.toThrow('PIN of the token cannot be read')
    const pinFile = join(folder, 'pin')
    await writeFile(pinFile, '9999')
    await expect(open({ ...token, pinFile })).rejects.toThrow('refuses the PIN')
    await using store = await open(token)
    expect(await store.demand('bucket/a')).toHaveLength(32)
  })
}

describe.each(roots)('a root key in %s', (_where, root) => {
  const settings = (): KeystoreSettings => ({ folder, root: root() })

  test('gives every secret back after a restart, and makes one however many ask at once', async () => {
    await using store = await openKeystore(settings())
    const made = await fill(store)
    expect(await secretsOf(settings())).toEqual(made)
    await using other = await openKeystore(settings())
    const asked = await Promise.all([store, other, store, other].map((each) => each.demand('bucket/b')))
    expect(new Set(asked.map(hex)).size).toBe(1)
    await store.destroy('bucket/b')
    expect(await findAnew(settings(), 'bucket/b')).toBeUndefined()
  })

  test('opens no secret under another name, none that was altered, and none without the root key', async () => {
    await using store = await openKeystore(settings())
    await store.demand('bucket/a')
    const file = join(folder, 'secrets', 'bucket%2Fa')
    const bytes = await readFile(file)
    await writeFile(join(folder, 'secrets', 'bucket%2Fb'), bytes)
    await expect(store.find('bucket/b')).rejects.toThrow('another secret')
    await writeFile(file, Buffer.from(bytes.toString().replace(/(.{20})(\s+\n)/, '00000000000000000000$2')))
    await expect(findAnew(settings(), 'bucket/a')).rejects.toThrow()
  })

  test('is taken over by another one beside a server that goes on, and the old one then opens nothing', async () => {
    await using server = await openKeystore(settings())
    const made = await fill(server)
    const before = await readFile(join(folder, 'root.key'), 'utf8')
    await using command = await openKeystore(settings())
    const told: number[] = []
    const rotating = command.rotateRoot((done) => told.push(done))
    // The server knows nothing of it, and has what it did not use before to open, to make and to destroy.
    const meanwhile = await Promise.all([
      ...Array.from({ length: 6 }, (_, n) => server.demand(`bucket/meanwhile-${n}`)),
      findAnew(settings(), 'custody/log'),
    ])
    await server.destroy('draft/a')
    const rotated = await rotating
    expect(told.length).toBe(rotated.rewrapped)
    const after = await server.demand('bucket/after')

    const expected: Record<string, string | undefined> = {
      ...made,
      ...Object.fromEntries(meanwhile.slice(0, 6).map((secret, n) => [`bucket/meanwhile-${n}`, hex(secret)])),
      'bucket/after': hex(after),
    }
    delete expected['draft/a']
    expect(await secretsOf(settings())).toEqual(expected)
    expect(await readFile(join(folder, 'root.key'), 'utf8')).not.toContain(before.trim())
    const again = await command.rotateRoot()
    expect(again.formerIds).toEqual([rotated.rootId])
    expect(await secretsOf(settings())).toEqual(expected)
    await writeFile(join(folder, 'root.key'), before)
    if (root().driver === 'file') {
      await expect(findAnew(settings(), 'escrow/identity')).rejects.toThrow('not here')
    } else await expect(openKeystore(settings())).rejects.toThrow()
  })

  test('is not the one that a secret in the making was wrapped under, when it was replaced meanwhile', async () => {
    await using command = await openKeystore(settings())
    let rotated = 0
    const inBetween: Durably = async (step, work) => {
      if (step === 'make-secret' && (rotated += 1) === 1) await command.rotateRoot()
      return work()
    }
    await using server = await openKeystore(settings(), inBetween)
    const secret = hex(await server.demand('bucket/a'))
    expect(rotated).toBe(2)
    expect(await secretsOf(settings())).toEqual({ 'bucket/a': secret })
  })

  test('brings back nothing that is destroyed while it is wrapped anew', async () => {
    await using server = await openKeystore(settings())
    await fill(server)
    const inBetween: Durably = async (step, work) => {
      if (step === 'write-slot') await server.destroy('bucket/c/due-2026-11-22')
      return work()
    }
    await using command = await openKeystore(settings(), inBetween)
    await command.rotateRoot()
    expect(Object.keys(await secretsOf(settings()))).not.toContain('bucket/c/due-2026-11-22')
    expect(await readdir(join(folder, 'secrets'))).toHaveLength(names.length)
  })

  test.each(['not done', 'done, but reported as failed'])(
    'is lost by no rotation that is cut short, at whatever step: %s',
    async (how) => {
      const mirror = join(folder, 'mirror')
      const both = { folder: join(folder, 'home'), mirror, root: root() }
      {
        await using store = await openKeystore(both)
        await store.compareMirror()
        await fill(store)
      }
      const expected = await secretsOf(both)
      let isOver = false
      let steps = 0
      for (let failing = 1; !isOver; failing += 1) {
        let step = 0
        const durably: Durably = async (_what, work) => {
          step += 1
          if (step !== failing) return work()
          if (how !== 'not done') await work()
          throw new Error('the power is gone')
        }
        // The steps of opening are not counted.
        let isRotating = false
        await using store = await openKeystore(both, (what, work) => (isRotating ? durably(what, work) : work()))
        isRotating = true
        isOver = await store.rotateRoot().then(
          () => true,
          () => false,
        )
        steps += 1
        expect(await secretsOf(both)).toEqual(expected)
        // What home lost the mirror has, and may open.
        await using other = await openKeystore({ ...both, folder: join(folder, 'home') })
        expect(await other.compareMirror()).toEqual({ copied: 0, restored: 0, destroyed: 0, repaired: 0 })
        const copy = { folder: mirror, root: root() }
        expect(await secretsOf(copy)).toEqual(expected)
      }
      expect(steps).toBeGreaterThan(names.length)
      expect((await readFile(join(both.folder, 'root.key'), 'utf8')).trim().split('\n')).toHaveLength(1)
    },
  )

  test('moves from a file and back to one', async () => {
    const inFile: RootSettings = { driver: 'file' }
    let made: Record<string, string | undefined>
    {
      await using store = await openKeystore({ folder, root: inFile })
      made = await fill(store)
    }
    await using there = await openKeystore(settings())
    expect(await there.advice()).toHaveLength(root().driver === 'file' ? 0 : 1)
    await there.rotateRoot()
    expect(await there.advice()).toEqual([])
    expect(await secretsOf(settings())).toEqual(made)
    if (root().driver !== 'file') {
      await expect(openKeystore({ folder, root: inFile })).rejects.toThrow('GETUIGE_KEYSTORE_FORMER')
    }
    await using back = await openKeystore({ folder, root: inFile, former: root() })
    await back.rotateRoot()
    expect(await secretsOf({ folder, root: inFile })).toEqual(made)
  })
})

describe('OpenBao', () => {
  const ailments: [NonNullable<BaoStub['ailment']>, string][] = [
    ['sealed', 'sealed or in maintenance'],
    ['forbidden', 'refuses the token'],
    ['missing', 'no transit key transit/getuige'],
    ['redirecting', 'sends elsewhere'],
    ['babbling', 'does not answer as OpenBao does'],
  ]
  test.each(ailments)(
    'that is %s is named at the start, and refused but not lost while running',
    async (ailment, says) => {
      const settings = { folder, root: inBao() }
      await using store = await openKeystore(settings)
      const used = hex(await store.demand('bucket/used'))
      {
        await using other = await openKeystore(settings)
        await other.demand('bucket/other')
      }

      stub.ailment = ailment
      await expect(openKeystore(settings)).rejects.toThrow(says)
      expect(hex(await store.demand('bucket/used'))).toBe(used)
      const refused = expect.objectContaining({ code: 'server/not-ready', status: 503 }) as unknown
      await expect(store.demand('bucket/new')).rejects.toEqual(refused)
      await expect(store.find('bucket/other')).rejects.toEqual(refused)
      await expect(store.keep('draft/b', Buffer.alloc(16))).rejects.toEqual(refused)
      await expect(store.rotateRoot()).rejects.toBeInstanceOf(AppError)
      stub.ailment = undefined
      expect(await readdir(join(folder, 'secrets'))).toEqual(['bucket%2Fother', 'bucket%2Fused'])
      expect(hex(await findAnew(settings, 'bucket/used'))).toBe(used)
      expect(stub.calls.filter((call) => call.includes('elsewhere'))).toEqual([])
    },
  )

  test('that does not answer is given up on', async () => {
    stub.ailment = 'silent'
    const driver = openOpenBaoRoot(inBao(), 50)
    await expect(driver.make([])).rejects.toThrow('server/not-ready')
    await expect(driver.wrap('openbao-1', Buffer.alloc(1))).rejects.toMatchObject({
      sentence: expect.stringContaining('cannot be reached') as string,
    })
  })

  test('is asked with the token that is in its file now', async () => {
    const tokenFile = join(folder, 'token')
    const settings = { folder: join(folder, 'keys'), root: { ...inBao(), tokenFile } }
    await expect(openKeystore(settings)).rejects.toThrow('token of OpenBao cannot be read')
    await writeFile(tokenFile, 'an old one')
    await expect(openKeystore(settings)).rejects.toThrow('refuses the token')
    await writeFile(tokenFile, `${stubToken}\n`)
    await using store = await openKeystore(settings)
    expect(await store.demand('bucket/a')).toHaveLength(32)
  })
})
