import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { isMortal, type Keystore, openBox, openFileKeystore } from '#platform/keystore'
import { createWorld, type World } from '../../testing/world.ts'
import { unwrapFileKey } from './keys.ts'
import { findKey, type KeyRow, listObjects } from './store.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await createWorld()
  folder = await mkdtemp(join(tmpdir(), 'getuige-yesterday-'))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const age = findTool('age')
if (age === undefined) reportMissingTool('age', 'that a back-up of the day before opens nothing that was erased')

/** What a back-up of a day holds: rows, objects, and the secrets that no erasure destroys. */
type BackUp = Readonly<{ key: KeyRow; payload: Uint8Array; keystore: Keystore; identity: string }>

async function backUp(recordingId: RecordingId, into: string): Promise<BackUp> {
  const { db, keystore: running, modules } = world.server
  const key = await findKey(db.everyCorps, recordingId)
  const [object] = await listObjects(db.everyCorps, recordingId)
  const view = await modules.vault.escrowView(recordingId)
  if (key === undefined || object === undefined || view === undefined) throw new Error('it is not kept')
  const keystore = await openFileKeystore(into)
  for await (const { name, secret } of running.undyingSecrets()) await keystore.keep(name, secret)
  const payload = await readFile(join(world.settings.dataFolder, 'vault', object.objectKey))
  return { key, payload, keystore, identity: view.identity }
}

/** With our own code, and whatever keys there are: the header of the back-up's row, by each of the secrets. */
async function tryEverySecret(key: KeyRow, keystore: Keystore): Promise<Uint8Array | undefined> {
  for (const name of await keystore.list('')) {
    const secret = await keystore.find(name)
    if (secret?.length !== 32) continue
    try {
      return openBox(secret, key.sealedHeader, `header/${key.recordingId}`)
    } catch {
      // Not this one.
    }
  }
  return undefined
}

test('what was erased is recovered from nothing that was backed up the day before, nor from the mirror', async () => {
  const mirror = join(folder, 'mirror')
  await world.restart({ keystore: { root: { driver: 'file' }, mirror } })
  const recording = await world.clip()
  const recordingId = await world.receive(recording)
  const { bucket } = (await findKey(world.server.db.everyCorps, recordingId)) ?? { bucket: '' }
  expect(isMortal(bucket)).toBe(true)

  const yesterday = await backUp(recordingId, join(folder, 'yesterday'))
  expect(await yesterday.keystore.list('bucket/')).toEqual([])
  expect((await yesterday.keystore.list('escrow/')).length).toBeGreaterThan(0)
  // The disk breaks that day: the back-up and the mirror, which is a keystore too, bring the recording back.
  const opens = async (keystore: Keystore) => unwrapFileKey(keystore, yesterday.key)
  const { header } = await opens(await openFileKeystore(mirror))
  const identityFile = join(folder, 'escrow.key')
  await writeFile(identityFile, `${yesterday.identity}\n`, { mode: 0o600 })
  const withAge = (bytes: Uint8Array) =>
    spawnSync('age', ['-d', '-i', identityFile], {
      input: Buffer.concat([bytes, yesterday.payload]),
      maxBuffer: 64 * 1024 * 1024,
    })
  if (age !== undefined) expect(Buffer.compare(withAge(header.bytes).stdout, recording)).toBe(0)

  world.clock.turn(new Date('2026-12-20T12:00:00Z'))
  const { retention, vault } = world.server.modules
  await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
  for (const job of vault.jobs) await job.run({ bucket }, new AbortController().signal)

  // Everything there is: yesterday's rows, objects and secrets, today's keystore and mirror, what they were written on.
  for (const keystore of [yesterday.keystore, world.server.keystore, await openFileKeystore(mirror)]) {
    await expect(opens(keystore)).rejects.toThrow('was destroyed')
    expect(await tryEverySecret(yesterday.key, keystore)).toBeUndefined()
  }
  if (age !== undefined) {
    const refused = withAge(yesterday.key.sealedHeader)
    expect([refused.status, refused.stdout.length]).toEqual([1, 0])
    // Not even with a header that is whole, but of another recording.
    const other = await world.server.modules.vault.escrowView(
      await world.receive(await world.clip({ recordedOn: '2026-12-19' })),
    )
    const wrong = withAge(other?.header ?? new Uint8Array(0))
    expect([wrong.status, wrong.stdout.length]).toEqual([1, 0])
  }
})
