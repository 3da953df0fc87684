import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutMoov } from '../../demo/clips/damage.ts'
import { newUpload, placeOf } from '../../testing/tus.ts'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const codeOf = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as { code: string }) })
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const text = Buffer.from('Proces-verbaal van bevindingen. '.repeat(200))
const findStored = (bytes: Uint8Array) =>
  world.server.modules.recordings.findByDigest(world.officer.corpsId, digestOf(bytes))

/** All that an upload may leave behind. */
async function traces() {
  const keystore = await world.keystore()
  const { db } = world.server
  return {
    objects: await world.objectKeys(),
    keys: await keystore.list('draft/'),
    uploads: (await db.everyCorps.selectFrom('upload').select('id').execute()).map(({ id }) => id),
    recordings: (await db.everyCorps.selectFrom('recording').select('id').execute()).length,
  }
}

async function refusals(): Promise<Record<string, unknown>[]> {
  const rows = await world.server.db.everyCorps
    .selectFrom('custody_entry')
    .select('details')
    .where('type', '=', 'upload-refused')
    .orderBy('serial')
    .execute()
  return rows.map(({ details }) => details)
}

describe('a recording', () => {
  test('arrives in pieces, each acknowledged, and is answered a receipt once it is stored', async () => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.camera.wearer, bytes)
    const path = placeOf(await upload.announce())
    const first = await upload.patch(path, 0, bytes.subarray(0, 40_000))
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '40000'])
    const receiptPath = `/api/receipts/${digestOf(bytes).toString('hex')}`
    expect((await site.ask('GET', receiptPath, { as: world.camera.wearer })).status).toBe(404)

    const head = await upload.head(path)
    expect(head.headers.get('upload-offset')).toBe('40000')
    const last = await upload.patch(path, 40_000, bytes.subarray(40_000))
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, `${bytes.length}`])
    const receipt = await site.ask('GET', receiptPath, { as: world.camera.wearer })
    expect(receipt).toMatchObject({ status: 200, body: { recordingId: (await findStored(bytes))?.id } })
  })

  test('without its index is evidence still: kept, and marked as damaged', async () => {
    const bytes = withoutMoov(await world.clip())
    const answer = await newUpload(site, world.camera.wearer, bytes).send()
    expect(answer.status).toBe(204)
    const stored = await findStored(bytes)
    if (stored === undefined) throw new Error('it was not kept')
    const data = { corpsId: stored.corpsId, recordingId: stored.id }
    await world.server.modules.media.prepare(data, new AbortController().signal)
    expect(await findStored(bytes)).toMatchObject({ damage: 'no-index', playable: false, sizeBytes: bytes.length })
  })

  test('with a name that leads elsewhere keeps its name, which is never a path', async () => {
    const before = await traces()
    const bytes = await world.clip()
    const filename = '../../../etc/cron.d/../recording .mp4'
    expect((await newUpload(site, world.camera.wearer, bytes).send({ filename })).status).toBe(204)
    const stored = await findStored(bytes)
    expect(stored?.originalName).toBe(filename)
    const added = (await traces()).objects.filter((key) => !before.objects.includes(key))
    expect(added).toEqual([expect.stringMatching(/^corps_\w+\/\w\w\/rec_\w+\/payload\.age$/)])
  })

  test('that was received before is answered where it is, and nothing is kept twice', async () => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.camera.wearer, bytes)
    expect((await upload.send()).status).toBe(204)
    const before = await traces()
    const again = await codeOf(await upload.announce())
    const recordingId = (await findStored(bytes))?.id
    expect(again).toEqual({ status: 409, code: 'ingest/already-received', details: { recordingId } })
    expect(await traces()).toEqual(before)
  })

  test('that arrives twice at the same time is one recording with one object', async () => {
    const before = await traces()
    const bytes = await world.clip()
    const [officer, wearer] = [newUpload(site, world.officer, bytes), newUpload(site, world.camera.wearer, bytes)]
    const [first, second] = [placeOf(await officer.announce()), placeOf(await wearer.announce())]
    const answers = await Promise.all([officer.patch(first, 0, bytes), wearer.patch(second, 0, bytes)])
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    const after = await traces()
    expect(after).toMatchObject({ keys: before.keys, uploads: before.uploads, recordings: before.recordings + 1 })
    expect(after.objects).toHaveLength(before.objects.length + 1)
  })
})

describe('what is refused leaves nothing but an entry that it was refused', () => {
  test.each([
    ['a text file named .mp4', text],
    ['a short text file', text.subarray(0, 300)],
    ['a long text file, most of which is still on its way', Buffer.alloc(24 * 1024 * 1024, text)],
  ])('%s', async (_case, bytes) => {
    const [before, refusedBefore] = [await traces(), await refusals()]
    const answer = await codeOf(await newUpload(site, world.officer, bytes).send())
    expect(answer).toMatchObject({ status: 415, code: 'ingest/not-media', details: { because: 'text' } })
    expect(await traces()).toEqual(before)
    expect((await refusals()).slice(refusedBefore.length)).toEqual([expect.objectContaining({ because: 'text' })])
  })

  test('a recording whose digest is not the announced one', async () => {
    const [before, refusedBefore] = [await traces(), await refusals()]
    const bytes = await world.clip()
    const other = digestOf(randomBytes(8)).toString('hex')
    const answer = await codeOf(await newUpload(site, world.camera.wearer, bytes).send({ sha256: other }))
    const received = digestOf(bytes).toString('hex')
    expect(answer).toEqual({ status: 422, code: 'ingest/digest-mismatch', details: { received } })
    expect(await traces()).toEqual(before)
    expect((await refusals()).slice(refusedBefore.length)).toEqual([
      expect.objectContaining({ because: 'ingest/digest-mismatch', received }),
    ])
  })
})

test.each([
  ['a length below nothing', { 'upload-length': '-1' }],
  ['a length that is no number', { 'upload-length': 'long' }],
  ['a length that is announced later', { 'upload-defer-length': '1' }],
  ['a recording glued together from parts', { 'upload-length': '10', 'upload-concat': 'partial' }],
  ['words that are no fields', { 'upload-length': '10', 'upload-metadata': 'a b c,,' }],
])('an announcement of %s is refused in the words of the catalogue', async (_case, headers) => {
  const answer = await site.fetch('/api/uploads', {
    as: world.camera.wearer,
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', ...headers },
  })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toEqual({ code: 'ingest/announcement-invalid' })
})

describe('an announcement is refused, and leaves nothing,', () => {
  test.each([
    ['of an empty file', { sizeBytes: 0 }, 422, 'ingest/empty'],
    ['of more than the disk holds', { sizeBytes: 2 ** 52 }, 507, 'ingest/disk-full'],
    ['of a camera that nobody knows', { camera: 'CAM-404' }, 422, 'ingest/camera-unknown'],
    ['with a camera that no camera is called', { camera: 'CAM\u0000' }, 400, 'ingest/announcement-invalid'],
    ['with a name that holds a NUL', { filename: 'a\u0000.mp4' }, 400, 'ingest/announcement-invalid'],
    ['with a name that is too long', { filename: 'a'.repeat(256) }, 400, 'ingest/announcement-invalid'],
    ['with a name that is written backwards', { filename: 'a\u202E4pm.exe' }, 422, 'ingest/name-misleading'],
    ['without a name', { filename: '' }, 400, 'ingest/announcement-invalid'],
    ['with a digest that is none', { sha256: 'AA' }, 400, 'ingest/announcement-invalid'],
  ])('%s', async (_case, announced, status, code) => {
    const before = await traces()
    const answer = await newUpload(site, world.officer, text).announce(announced)
    expect(await codeOf(answer)).toMatchObject({ status, code })
    expect(await traces()).toEqual(before)
  })

  test('without any metadata, or of no length', async () => {
    const headers = { 'tus-resumable': '1.0.0' }
    const lengths = [{ 'upload-length': '5' }, {}, { 'upload-length': '-5' }, { 'upload-length': '5e3' }]
    for (const length of lengths) {
      const init = { as: world.officer, method: 'POST', headers: { ...headers, ...length } }
      expect((await site.fetch('/api/uploads', init)).status).toBe(400)
    }
  })
})

describe('who hands over', () => {
  test('must be signed in, or be a dock that was not removed', async () => {
    const { devices } = world.server.modules
    const { dock, token } = await devices.addDock(toActor(world.administrator), 'Dok 1')
    const bytes = await world.clip()
    const upload = newUpload(site, { token }, bytes)
    const path = placeOf(await upload.announce())

    const nobody = newUpload(site, undefined, bytes)
    for (const answer of [await nobody.announce(), await nobody.patch(path, 0, bytes)]) {
      expect(await codeOf(answer)).toMatchObject({ status: 401, code: 'session/none' })
    }
    await devices.removeDock(toActor(world.administrator), dock.id)
    for (const answer of [await upload.announce(), await upload.patch(path, 0, bytes)]) {
      expect(await codeOf(answer)).toMatchObject({ status: 401, code: 'dock/token-refused' })
    }
    const wrong = await newUpload(site, { token: `${token}x` }, bytes).announce()
    expect(await codeOf(wrong)).toMatchObject({ status: 401, code: 'dock/token-refused' })
    expect(await findStored(bytes)).toBeUndefined()
  })

  test("does not learn of another's upload", async () => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.officer, bytes)
    const path = placeOf(await upload.announce())
    const other = newUpload(site, world.camera.wearer, bytes)
    expect((await other.head(path)).status).toBe(404)
    expect(await codeOf(await other.patch(path, 0, bytes))).toEqual({ status: 404, code: 'ingest/upload-not-found' })
    const never = await other.patch('/api/uploads/up_00000000000000000000000000', 0, bytes)
    expect(await codeOf(never)).toEqual({ status: 404, code: 'ingest/upload-not-found' })
    const deleted = await site.fetch(path, {
      as: world.camera.wearer,
      method: 'DELETE',
      headers: { 'tus-resumable': '1.0.0' },
    })
    expect(deleted.status).toBe(404)
    expect((await upload.patch(path, 0, bytes)).status).toBe(204)
  })

  test('is asked to sign in again once the session has run out', async () => {
    const officer = await world.person('records-officer')
    const bytes = await world.clip()
    const upload = newUpload(site, officer, bytes)
    const path = placeOf(await upload.announce())
    world.clock.advance(13 * 3_600_000)
    try {
      expect(await codeOf(await upload.patch(path, 0, bytes))).toEqual({ status: 401, code: 'session/none' })
      expect((await site.ask('GET', '/api/recordings', { as: officer })).status).toBe(401)
    } finally {
      world.clock.advance(-13 * 3_600_000)
    }
  })
})

describe('a piece', () => {
  test('at another offset than the last acknowledged one is refused, and what came stays', async () => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.officer, bytes)
    const path = placeOf(await upload.announce())
    await upload.patch(path, 0, bytes.subarray(0, 20_000))
    for (const offset of [0, 10_000, 20_001]) {
      expect((await upload.patch(path, offset, bytes.subarray(offset))).status).toBe(409)
    }
    expect((await upload.patch(path, 20_000, bytes.subarray(20_000))).status).toBe(204)
    expect(await findStored(bytes)).toMatchObject({ sizeBytes: bytes.length })
  })

  test('with more bytes than were announced is refused, and the recording can still arrive', async () => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.officer, bytes)
    const path = placeOf(await upload.announce())
    const tooLong = await upload.patch(path, 0, Buffer.concat([bytes, Buffer.alloc(1000)]))
    expect(tooLong.status).toBe(413)
    const offset = Number((await upload.head(path)).headers.get('upload-offset'))
    expect((await upload.patch(path, offset, bytes.subarray(offset))).status).toBe(204)
    expect(await findStored(bytes)).toMatchObject({ sizeBytes: bytes.length })
  })
})

test('a hang-up after which more is on disk gives the rest as long again to come', async () => {
  const bytes = await world.clip()
  const actor = toActor(world.camera.wearer)
  const { ingest } = world.server.modules
  const announcement = { filename: 'a.mp4', sha256: digestOf(bytes).toString('hex'), camera: world.camera.serial }
  const { id } = await ingest.announce(actor, announcement, bytes.length)
  async function* hangUpAfter(end: number) {
    yield bytes.subarray(0, end)
    throw new Error('the connection was lost')
  }
  const hour = 3_600_000
  world.clock.advance(23 * hour)
  await expect(ingest.append(actor, id, hangUpAfter(30_000), 0)).rejects.toThrow('the connection was lost')
  world.clock.advance(2 * hour)
  await ingest.discardExpired()
  const { offset } = await ingest.findOffset(actor, id)
  await ingest.cancel(actor, id)
  world.clock.advance(-25 * hour)
  expect(offset).toBe(30_000)
})

test('5 GB that are announced and cut off keep what came, take no more room, and leave nothing once given up', async () => {
  const before = await traces()
  const sizeBytes = 5 * 1024 ** 3
  const begun = Buffer.concat([await world.clip(), randomBytes(4 * 1024 * 1024)])
  const upload = newUpload(site, world.camera.wearer, begun)
  const path = placeOf(await upload.announce({ sizeBytes }))

  const sending = request(new URL(path, site.address), {
    method: 'PATCH',
    headers: {
      cookie: world.cookieOf(world.camera.wearer),
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': sizeBytes,
    },
  })
  sending.on('error', () => undefined)
  sending.write(begun)
  await expect.poll(bytesAdded).toBeGreaterThan(1024 * 1024)
  sending.destroy()

  const offset = Number((await upload.head(path)).headers.get('upload-offset'))
  expect(offset).toBeGreaterThan(0)
  expect(offset).toBeLessThanOrEqual(begun.length)
  expect(await bytesAdded()).toBeLessThan(begun.length + 1024 * 1024)
  expect((await upload.patch(path, offset, randomBytes(1000))).headers.get('upload-offset')).toBe(`${offset + 1000}`)

  const job = world.server.jobList.find(({ name }) => name === 'ingest/discard-expired')
  await job?.run({}, new AbortController().signal)
  expect((await traces()).uploads).toHaveLength(before.uploads.length + 1)
  world.clock.advance(25 * 3_600_000)
  try {
    await job?.run({}, new AbortController().signal)
    await job?.run({}, new AbortController().signal)
  } finally {
    world.clock.advance(-25 * 3_600_000)
  }
  const after = await traces()
  expect(after.uploads).toEqual([])
  expect(after.keys).toEqual([])
  expect(after.objects.filter((key) => !before.objects.includes(key))).toEqual([])

  async function bytesAdded(): Promise<number> {
    const added = (await world.objectKeys()).filter((key) => !before.objects.includes(key))
    const sizes = await Promise.all(
      added.map(async (key) => (await stat(join(world.settings.dataFolder, key))).blocks * 512),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }
})
