import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type Site, type World } from '../../testing/world.ts'

let world: World
let site: Site
let folder: string
let recordingId: RecordingId
let bytes: Uint8Array
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-export-'))
  world = await createWorld()
  site = await world.listen()
  bytes = await world.clip()
  recordingId = await world.receive(bytes)
  const data = { corpsId: world.officer.corpsId, recordingId }
  await world.server.modules.media.prepare(data, AbortSignal.timeout(20_000))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const request = {
  purpose: 'report',
  reference: 'PL1500 2026123456-1',
  recipient: 'Openbaar Ministerie',
  reason: 'Gevorderd voor het dossier.',
}
const exportIt = (body: unknown = request) =>
  site.ask('POST', `/api/recordings/${recordingId}/exports`, { as: world.officer, body })

async function download(): Promise<{ file: string; zip: Buffer; url: string }> {
  const { body } = await exportIt()
  const { downloadUrl } = body as { downloadUrl: string }
  const answer = await site.fetch(downloadUrl, { as: world.officer })
  if (answer.status !== 200) throw new Error(`the package was answered ${answer.status}`)
  const zip = Buffer.from(await answer.arrayBuffer())
  const file = join(folder, `${zip.length}-${Math.floor(zip.length / 7)}.zip`)
  await writeFile(file, zip)
  return { file, zip, url: downloadUrl }
}

/** As an outsider does, with the verifier alone. */
async function verify(file: string): Promise<{ code: unknown; said: string }> {
  const verifier = join(import.meta.dirname, '../../../../verify/src/main.ts')
  const { vkey } = await world.server.modules.custody.signer(world.officer.corpsId)
  const child = spawn(process.execPath, [verifier, '--key', vkey, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const [code] = (await once(child, 'close')) as unknown[]
  return { code, said }
}

describe('an export', () => {
  test('is in the trail that it carries, and verifies for an outsider; one altered byte does not', async () => {
    const { zip, file } = await download()
    expect(zip.includes(Buffer.from(bytes))).toBe(true)
    expect(zip.includes('Openbaar Ministerie')).toBe(true)
    const sound = await verify(file)
    expect(sound).toMatchObject({ code: 0 })
    expect((await world.trail(recordingId)).at(-1)).toMatchObject({ type: 'package-exported' })

    const altered = Buffer.from(zip)
    const at = zip.indexOf(Buffer.from(bytes)) + 1000
    altered[at] = (altered[at] ?? 0) ^ 1
    await writeFile(file, altered)
    expect(await verify(file)).toMatchObject({ code: 1 })
  })

  test.each([
    ['without a recipient', { ...request, recipient: ' ' }, 400],
    ['without a reason', { ...request, reason: '' }, 400],
    ['without the number that its purpose asks for', { ...request, reference: null }, 400],
    ['for another purpose', { ...request, purpose: 'press' }, 403],
    ['for a recipient that holds half a character', { ...request, recipient: 'OM \ud800' }, 400],
  ])('%s is refused, and nothing is entered', async (_case, body, status) => {
    const before = await world.trail(recordingId)
    expect((await exportIt(body)).status).toBe(status)
    expect(await world.trail(recordingId)).toEqual(before)
  })

  test('is fetched by whoever made it, for a quarter of an hour, and by nobody else', async () => {
    const { url } = await download()
    expect((await site.ask('GET', url)).status).toBe(401)
    for (const as of [await world.person('records-officer'), world.administrator, world.camera.wearer]) {
      expect(await site.ask('GET', url, { as })).toMatchObject({ status: 404, body: { code: 'package/not-found' } })
    }
    world.clock.advance(15 * 60_000)
    expect((await site.ask('GET', url, { as: world.officer })).status).toBe(404)
    world.clock.advance(-15 * 60_000)
    const never = await site.ask('GET', `/api/packages/pkg_${'0'.repeat(26)}`, { as: world.officer })
    expect(never.status).toBe(404)
  })

  test('of a recording that was erased meanwhile is no longer given out', async () => {
    const other = await world.storedRecording()
    const made = await site.ask('POST', `/api/recordings/${other}/exports`, { as: world.officer, body: request })
    const { downloadUrl } = made.body as { downloadUrl: string }
    const { db, modules } = world.server
    await db.updateTable('recording').set({ due_at: world.clock.now() }).where('id', '=', other).execute()
    await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    expect(await site.ask('GET', downloadUrl, { as: world.officer })).toMatchObject({ status: 410 })
  })
})
