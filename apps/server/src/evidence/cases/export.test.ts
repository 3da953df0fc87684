import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { newIdentity } from '@getuige/proof'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { makeLongLivedCertificate } from '../../../../../tests/third-party/openssl/long-lived-certificate.ts'
import { makeTimeStampAuthority } from '../../../../../tests/third-party/openssl/time-stamp-authority.ts'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

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
  await world.server.modules.media.prepare(data, new AbortController().signal)
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
const exportIt = (body: unknown = request, of = recordingId) =>
  site.ask('POST', `/api/recordings/${of}/exports`, { as: world.officer, body })

async function download(
  body: unknown = request,
  of = recordingId,
): Promise<{ file: string; zip: Buffer; url: string; answer: Response }> {
  const made = await exportIt(body, of)
  const downloadUrl = await world.approvedPackage(made.body)
  const answer = await site.fetch(downloadUrl, { as: world.officer })
  if (answer.status !== 200) throw new Error(`the package was answered ${answer.status}`)
  const zip = Buffer.from(await answer.arrayBuffer())
  const file = join(folder, `${randomBytes(6).toString('hex')}.asice`)
  await writeFile(file, zip)
  return { file, zip, url: downloadUrl, answer }
}

/** As an outsider does, with the verifier alone, and the certificate that anyone may fetch. */
async function verify(file: string, ...more: string[]): Promise<{ code: unknown; said: string }> {
  const ca = join(folder, 'ca.pem')
  await writeFile(ca, await (await site.fetch(`/api/corps/${world.officer.corpsId}/authority.pem`)).text())
  const verifier = join(import.meta.dirname, '../../../../verify/src/main.ts')
  const { vkey } = await world.server.modules.custody.signer(world.officer.corpsId)
  const args = [verifier, '--key', vkey, '--ca', ca, '--lang', 'en', ...more, file]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const [code] = (await once(child, 'close')) as unknown[]
  return { code, said }
}

/** A page in the package may speak of a member: it is one if the directory at the end names it. */
const isMember = (zip: Buffer, name: string): boolean => zip.subarray(zip.indexOf('PK\x01\x02')).includes(name)

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
    ['for a recipient that holds half a character', { ...request, recipient: 'OM \ud800' }, 400],
    [
      'encrypted for a recipient of age that was mistyped',
      { ...request, encryptFor: { kind: 'age', recipient: `${newIdentity(randomBytes(32)).recipient.slice(0, -1)}?` } },
      422,
    ],
    [
      'encrypted for what is no certificate',
      { ...request, encryptFor: { kind: 'certificate', certificate: 'x' } },
      422,
    ],
  ])('%s is refused, and nothing is entered', async (_case, body, status) => {
    const before = await world.trail(recordingId)
    expect((await exportIt(body)).status).toBe(status)
    expect(await world.trail(recordingId)).toEqual(before)
  })

  test('of a clip says what it was cut from, and verifies for an outsider', async () => {
    const { access, clips, tasks } = world.server.modules
    const viewing = await access.startViewing(world.officer, recordingId, request)
    const part = { inMs: 2500, outMs: 5200, method: 'key-frames', reason: 'Toont de aanhouding.' } as const
    const taskId = await clips.make(world.officer, viewing.id, part)
    while ((await tasks.runNext('short', new AbortController().signal)) !== undefined);
    const task = (await tasks.list(toActor(world.officer))).find(({ id }) => id === taskId)
    const { zip, file } = await download(request, task?.madeRecordingId ?? recordingId)
    expect(zip.includes(`"originalId":"${recordingId}"`)).toBe(true)
    expect(await verify(file)).toMatchObject({ code: 0 })
  })

  test('for another purpose is refused, and the refusal alone is entered', async () => {
    const before = await world.trail(recordingId)
    expect((await exportIt({ ...request, purpose: 'press' })).status).toBe(403)
    const refusal = { type: 'access-refused', actorKind: 'person' }
    expect(await world.trail(recordingId)).toEqual([...before, refusal])
  })

  test('is fetched by whoever asked for it, once, and by nobody else', async () => {
    const { url } = await download()
    expect((await site.ask('GET', url)).status).toBe(401)
    for (const as of [await world.person('records-officer'), world.administrator, world.camera.wearer]) {
      expect(await site.ask('GET', url, { as })).toMatchObject({ status: 404, body: { code: 'package/not-found' } })
    }
    expect((await site.ask('GET', url, { as: world.officer })).status).toBe(404)
    const never = await site.ask('GET', `/api/packages/pkg_${'0'.repeat(26)}`, { as: world.officer })
    expect(never.status).toBe(404)
  })

  test('is refused while the log is not signed, and one that waits to be fetched is not lost by that', async () => {
    const made = await exportIt()
    const downloadUrl = await world.approvedPackage(made.body)
    const mark = (restoredAt: Date | null) =>
      world.server.db.everyCorps.updateTable('custody_log').set({ restored_at: restoredAt }).execute()
    await mark(world.clock.now())
    const refusal = { status: 503, body: { code: 'log/not-signed' } }
    expect(await site.ask('GET', downloadUrl, { as: world.officer })).toMatchObject(refusal)
    const before = await world.trail(recordingId)
    expect(await exportIt()).toMatchObject(refusal)
    expect(await world.trail(recordingId)).toEqual(before)
    await mark(null)
    expect(await site.fetch(downloadUrl, { as: world.officer })).toMatchObject({ status: 200 })
  })

  test('of a recording that was erased meanwhile is no longer given out', async () => {
    const other = await world.storedRecording()
    const made = await site.ask('POST', `/api/recordings/${other}/exports`, { as: world.officer, body: request })
    const downloadUrl = await world.approvedPackage(made.body)
    const { db, modules } = world.server
    await db.everyCorps.updateTable('recording').set({ due_at: world.clock.now() }).where('id', '=', other).execute()
    await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    expect(await site.ask('GET', downloadUrl, { as: world.officer })).toMatchObject({ status: 410 })
  })
})

const [openssl, age] = [findTool('openssl'), findTool('age')]
if (openssl === undefined)
  reportMissingTool('openssl', 'that a package is stamped, and opens for the certificate it was encrypted for')
if (age === undefined) reportMissingTool('age', 'that a package opens for the recipient it was encrypted for')

describe.runIf(openssl !== undefined)('an export with a time-stamping authority', () => {
  test('is stamped, with the checkpoints that were; when the authority is down it goes out and says so', async () => {
    await using authority = makeTimeStampAuthority(openssl ?? '')
    const { url, stop } = await authority.listen()
    await world.restart({ timeStamps: { urls: ['http://127.0.0.1:1/', url], caFile: authority.caFile } })
    site = await world.listen()
    const stamp = world.server.jobList.find(({ name }) => name === 'custody/stamp')
    await world.server.modules.custody.sequence()
    await stamp?.run({}, new AbortController().signal)
    const stamps = () =>
      world.server.db.everyCorps.selectFrom('custody_timestamp').select(['size', 'authority']).execute()
    expect(await stamps()).toMatchObject([{ authority: 'Test stamps' }])
    await stamp?.run({}, new AbortController().signal)
    expect(await stamps()).toHaveLength(1)
    const { body } = await site.ask('GET', '/api/custody/logs', { as: world.officer })
    expect(body).toMatchObject({ logs: [{ trouble: null, continues: null, stamps: [{ authority: 'Test stamps' }] }] })

    const stamped = await download()
    expect(isMember(stamped.zip, 'META-INF/timestamp002.tst')).toBe(true)
    expect(stamped.zip.includes('/checkpoint.tst')).toBe(true)
    // The world's clock is not the authority's, so the signer's certificate is not held against the stamp's time here.
    expect(await verify(stamped.file)).toMatchObject({ code: 0 })
    const { said } = await verify(stamped.file, '--tsa-ca', authority.caFile, '--json')
    const { findings } = JSON.parse(said) as { findings: { check: string; status: string }[] }
    const found = new Map(findings.map(({ check, status }) => [check, status]))
    expect([found.get('timestamp'), found.get('heads')]).toEqual(['ok', 'ok'])

    await stop()
    const unstamped = await download()
    expect(isMember(unstamped.zip, 'META-INF/signature001.p7s')).toBe(true)
    expect(isMember(unstamped.zip, 'META-INF/timestamp002.tst')).toBe(false)
    expect(unstamped.zip.includes('Getuige-Time-Stamp: asked')).toBe(true)
    expect(await verify(unstamped.file)).toMatchObject({ code: 0 })
    await stamp?.run({}, new AbortController().signal)
    expect(await stamps()).toHaveLength(1)
    await world.restart()
    site = await world.listen()
  })
})

describe.runIf(age !== undefined)('an export for one recipient', () => {
  const decrypt = async (file: string, identity: string): Promise<string> => {
    const [identityFile, opened] = [join(folder, 'identity'), join(folder, 'opened.asice')]
    await writeFile(identityFile, identity)
    await rm(opened, { force: true })
    execFileSync(age ?? '', ['-d', '-i', identityFile, '-o', opened, file], { stdio: 'pipe' })
    return opened
  }

  test('opens for the age recipient it was made for, and for nobody else', async () => {
    const { identity, recipient } = newIdentity(randomBytes(32))
    const { file, zip, answer } = await download({ ...request, encryptFor: { kind: 'age', recipient } })
    expect(answer.headers.get('content-disposition')).toContain('.asice.age"')
    expect(zip.includes('META-INF')).toBe(false)
    expect(await verify(await decrypt(file, identity))).toMatchObject({ code: 0 })
    await expect(decrypt(file, newIdentity(randomBytes(32)).identity)).rejects.toThrow('no identity matched')
    const entered = (await world.server.modules.custody.trail(world.officer.corpsId, recordingId)).entries.at(-1)
    expect(entered?.details).toMatchObject({
      format: 'getuige export package v2',
      encryptedFor: { kind: 'age', recipient },
    })
  })

  test.runIf(openssl !== undefined && findTool('unzip') !== undefined)(
    'opens for the certificate it was made for; one that cannot be encrypted for is refused',
    async () => {
      const make = (name: string, usage: string) => makeLongLivedCertificate(openssl ?? '', folder, name, usage)
      const signing = make('signing', 'digitalSignature')
      const refused = await exportIt({ ...request, encryptFor: { kind: 'certificate', certificate: signing } })
      expect(refused).toMatchObject({ status: 422, body: { code: 'export/certificate-unsuited' } })

      const certificate = make('court', 'keyAgreement')
      const { file } = await download({ ...request, encryptFor: { kind: 'certificate', certificate } })
      const cwd = await mkdtemp(join(folder, 'court-'))
      execFileSync('unzip', ['-q', file, '-d', cwd])
      const name = 'case.asice'
      const opened = (key: string) =>
        execFileSync(
          openssl ?? '',
          [
            'cms',
            '-decrypt',
            '-inform',
            'DER',
            '-in',
            join(cwd, `${name}.key.p7m`),
            '-recip',
            `${key}.pem`,
            '-inkey',
            `${key}.key`,
          ],
          { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
        )
      expect(await verify(await decrypt(join(cwd, `${name}.age`), opened('court')))).toMatchObject({ code: 0 })
      expect(() => opened('signing')).toThrow('Error decrypting')
      expect(await readFile(join(cwd, 'README.txt'), 'utf8')).toContain('court')
    },
  )
})
