import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordingId } from '@getuige/base'
import { createWorld, type World } from '../../testing/world.ts'
import type { Append } from './index.ts'

let world: World
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  recordingId = await world.storedRecording()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const write = (pieces: (append: Append) => Promise<void>) => {
  const { db, modules } = world.server
  return modules.vault.writeDerivedStream(
    db.of(world.officer.corpsId),
    recordingId,
    world.officer.corpsId,
    'proxy',
    pieces,
  )
}

/** What lies in staging and in the vault of this recording. */
async function bytesOnDisk(): Promise<Buffer> {
  const files = await readdir(world.settings.dataFolder, { recursive: true, withFileTypes: true })
  const read = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)))
  return Buffer.concat(await Promise.all(read))
}

const batch = 8 * 65_536
test.each([0, 1, 65_536, batch, batch + 1, 3 * batch - 1])(
  'what is derived is sealed while it is written, %d bytes in all, and opens as it was',
  async (sizeBytes) => {
    const plain = randomBytes(sizeBytes)
    const marker = plain.subarray(0, 32)
    const object = await write(async (append) => {
      for (let at = 0; at < plain.length; at += 100_000) await append(plain.subarray(at, at + 100_000))
      if (sizeBytes > 32) expect((await bytesOnDisk()).includes(marker)).toBe(false)
    })
    if (object === undefined) throw new Error('there is no key')
    expect(object.plainBytes).toBe(sizeBytes)

    const { db, modules } = world.server
    await db
      .of(world.officer.corpsId)
      .transaction()
      .execute((tx) => modules.vault.claim(tx, object))
    const source = await modules.vault.find(db.of(world.officer.corpsId), recordingId, 'proxy')
    expect(await source?.read(0, sizeBytes)).toEqual(plain)
    const file = await readFile(join(world.settings.dataFolder, 'vault', object.objectKey))
    expect(createHash('sha256').update(file).digest()).toEqual(Buffer.from(object.payloadSha256))
    expect(await world.objectKeys()).not.toContainEqual(expect.stringMatching(/^staging/))
  },
)

test('what fails while it is written leaves nothing, and the failure is told', async () => {
  const before = await world.objectKeys()
  const failing = write(async (append) => {
    await append(randomBytes(3 * batch))
    throw new Error('the maker broke off')
  })
  await expect(failing).rejects.toThrow('the maker broke off')
  expect(await world.objectKeys()).toEqual(before)
})

test('what nobody claims is swept, and what is claimed stays', async () => {
  const before = await world.objectKeys()
  await write((append) => append(randomBytes(10)))
  expect((await world.objectKeys()).length).toBe(before.length + 1)
  const sweep = () => world.server.modules.vault.sweep(() => Promise.resolve([]), new AbortController().signal)
  await sweep()
  world.clock.turn(new Date(world.clock.now().getTime() + 13 * 3_600_000))
  await sweep()
  const left = await world.objectKeys()
  expect(left).toHaveLength(2)
  expect(left).toContainEqual(expect.stringContaining('/proxy-'))
})

test('what is set aside can be read until it is disposed of, and is sealed meanwhile', async () => {
  const plain = randomBytes(batch + 10)
  {
    await using aside = await world.server.modules.vault.setAside((append) => append(plain))
    expect(await aside.read(0, aside.sizeBytes)).toEqual(plain)
    expect(await world.objectKeys()).toContainEqual(expect.stringMatching(/^staging\/aside-/))
    expect((await bytesOnDisk()).includes(plain.subarray(0, 32))).toBe(false)
  }
  expect(await world.objectKeys()).not.toContainEqual(expect.stringMatching(/^staging/))
})
