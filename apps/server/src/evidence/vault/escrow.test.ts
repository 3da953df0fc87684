import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { newIdentity } from '@getuige/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import type { ObjectStore } from '#platform/object-store'
import { createWorld, type World } from '../../testing/world.ts'
import { exportEscrow, type EscrowDeps } from './escrow.ts'
import { findEscrowIdentity } from './rotate.ts'

let world: World
let folder: string
const clips = new Map<RecordingId, Uint8Array>()
beforeAll(async () => {
  world = await createWorld()
  folder = await mkdtemp(join(tmpdir(), 'getuige-escrow-'))
  for (let n = 0; n < 3; n += 1) {
    const clip = await world.clip()
    clips.set(await world.receive(clip), clip)
  }
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const age = findTool('age')
if (age === undefined) reportMissingTool('age', 'that an escrow export opens without Getuige')

const deps = (): EscrowDeps => ({
  db: world.server.db,
  keystore: world.server.keystore,
  objects: world.server.objects,
  describe: (id) => world.server.modules.recordings.find(world.officer.corpsId, id),
})
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const quiet = () => undefined

test('every recording comes back from its header and payload with age alone, and not when a byte differs', async () => {
  const out = join(folder, 'pairs')
  const exported = await exportEscrow(deps(), { folder: out, isOpen: false, identity: undefined }, quiet)
  expect(exported).toEqual({ recovered: 3, failed: 0 })
  expect((await readdir(out)).length).toBe(7)
  const index = await readFile(join(out, 'index.csv'), 'utf8')
  const { identity } = await findEscrowIdentity(world.server)
  const keyFile = join(folder, 'escrow.key')
  await writeFile(keyFile, `# as it is written\n${identity}\n`, { mode: 0o600 })
  for (const [id, clip] of clips) {
    expect(index).toContain(`"${id}","${id}.payload","whole"`)
    expect(index).toContain(digest(clip))
    if (age === undefined) continue
    const [header, payload] = [await readFile(join(out, `${id}.header`)), await readFile(join(out, `${id}.payload`))]
    const openWith = (input: Uint8Array) => spawnSync(age, ['-d', '-i', keyFile], { input, maxBuffer: 2 ** 26 })
    expect(digest(openWith(Buffer.concat([header, payload])).stdout)).toBe(digest(clip))
    payload[payload.length - 20] = (payload[payload.length - 20] ?? 0) ^ 1
    expect(openWith(Buffer.concat([header, payload])).status).toBe(1)
  }
})

test('opened they are as they were received, also with the identity alone; with another identity none is', async () => {
  const { identity } = await findEscrowIdentity(world.server)
  for (const [name, given] of [
    ['keys', undefined],
    ['identity', identity],
  ] as const) {
    const out = join(folder, `open-${name}`)
    await exportEscrow(deps(), { folder: out, isOpen: true, identity: given }, quiet)
    for (const [id, clip] of clips) expect(digest(await readFile(join(out, `${id}.mp4`)))).toBe(digest(clip))
  }
  const other = newIdentity(randomBytes(32)).identity
  const told: string[] = []
  const none = { folder: join(folder, 'other'), isOpen: true, identity: other }
  expect(await exportEscrow(deps(), none, (_id, state) => told.push(state))).toEqual({ recovered: 0, failed: 3 })
  expect(new Set(told)).toEqual(new Set(['not for this identity']))
  expect(await readdir(none.folder)).toEqual(['index.csv'])
})

test.each([
  [
    'altered',
    (objects: ObjectStore): ObjectStore => ({
      ...objects,
      read: async (key, start, end) => flip(await objects.read(key, start, end)),
    }),
  ],
  ['missing', (objects: ObjectStore): ObjectStore => ({ ...objects, sizeOf: async () => undefined })],
])('an object that is %s is said to be, and leaves no file', async (state, broken) => {
  for (const isOpen of [false, true]) {
    const out = join(folder, `${state}-${isOpen}`)
    const told: string[] = []
    const options = { folder: out, isOpen, identity: undefined }
    const exported = await exportEscrow({ ...deps(), objects: broken(deps().objects) }, options, (_id, what) =>
      told.push(what),
    )
    expect(exported).toEqual({ recovered: 0, failed: 3 })
    expect(told).toEqual([state, state, state])
    expect(await readdir(out)).toEqual(['index.csv'])
  }
})

test('a folder with something in it is left as it is', async () => {
  const options = { folder, isOpen: false, identity: undefined }
  await expect(exportEscrow(deps(), options, quiet)).rejects.toThrow('is not empty')
})

function flip(bytes: Buffer): Buffer {
  const altered = Buffer.from(bytes)
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
  return altered
}
