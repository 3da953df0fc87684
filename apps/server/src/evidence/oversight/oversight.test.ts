import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { languages, type RecordingId } from '@getuige/base'
import type { AccessLogEntry, exportAccessLog, getOversight, ReturnsOf, searchAccessLog } from '@getuige/contract'
import { toPem } from '@getuige/pki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import type { Caller } from '#corps'
import { createWorld, type Site, type World, worldBegins } from '../../testing/world.ts'

let world: World
let site: Site
let officer: Caller
let dpo: Caller
let auditor: Caller
let recordingId: RecordingId
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  world = stack.use(await createWorld())
  officer = world.officer
  dpo = await world.person('data-protection-officer')
  auditor = await world.person('auditor')
  recordingId = await world.viewableRecording()
  site = await world.listen()
  await view('Aangifte van de wijkagent, -1+1')
  expect(await view('Eigen opname bekijken', world.camera.wearer)).toBe(403)
})
afterAll(() => stack.disposeAsync())

const stated = (reason: string) => ({ purpose: 'report', reference: 'PL15B1 2026123456-1', reason })
async function view(reason: string, as = officer): Promise<number> {
  const body = stated(reason)
  return (await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as, body })).status
}
const ask = async (body: object, as = dpo) => site.ask('POST', '/api/access-log/search', { as, body })
async function search(body: object, as = dpo): Promise<ReturnsOf<typeof searchAccessLog>> {
  const answer = await ask(body, as)
  expect(answer.status).toBe(200)
  return answer.body as ReturnsOf<typeof searchAccessLog>
}
const count = async (type: string) => (await search({ type })).entries.length

describe('the access log', () => {
  test('tells who watched, when, why, on what basis, with name and roles as they were', async () => {
    const { entries, purposes } = await search({ verb: 'consult', recordingId, words: 'wijkagent' })
    expect(entries).toMatchObject([
      {
        at: worldBegins.toISOString(),
        verb: 'consult',
        type: 'viewing-started',
        actor: { kind: 'person', id: officer.id, name: officer.name, roles: ['records-officer'] },
        recording: { id: recordingId, camera: 'Camera 1' },
        purpose: { id: 'report' },
        reason: 'Aangifte van de wijkagent, -1+1',
        reference: 'PL15B1 2026123456-1',
        ruleIds: expect.arrayContaining(['NL-DH-4']) as string[],
      },
    ])
    expect(entries[0]?.legalBasis?.nl).toContain('proces-verbaal')
    expect(purposes.map(({ id }) => id)).toContain('report')
  })

  test('is for the data-protection officer and the auditor alone, and says who may', async () => {
    for (const as of [officer, world.administrator, world.camera.wearer]) {
      const answer = await ask({}, as)
      expect([answer.status, answer.body]).toMatchObject([403, { code: 'access/denied' }])
      expect((await site.ask('GET', '/api/oversight', { as })).status).toBe(403)
    }
    expect((await ask({}, auditor)).status).toBe(200)
  })

  test('is read in pages that neither repeat nor leave out', async () => {
    const all = await search({ scope: 'everything', limit: 200 })
    const read: AccessLogEntry[] = []
    for (let after: string | null | undefined; after !== null;) {
      const page = await search({ scope: 'everything', limit: 3, ...(after === undefined ? {} : { after }) })
      read.push(...page.entries)
      after = page.next
    }
    const ids = read.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.slice(-all.entries.length)).toEqual(all.entries.map(({ id }) => id))
  })

  test('enters that it was searched, once a minute for the same question, and not the words of it', async () => {
    const before = await count('log-searched')
    await search({ words: 'Iemand bepaalds', purpose: 'report' })
    await search({ words: 'Iemand bepaalds', purpose: 'report' })
    expect(await count('log-searched')).toBe(before + 1)
    world.clock.advance(61_000)
    await search({ words: 'Iemand bepaalds', purpose: 'report' })
    const { rows } = {
      rows: await world.server.modules.custody.search(dpo.corpsId, { types: ['log-searched'] }, { limit: 50 }),
    }
    expect(rows[0]?.details).toEqual({ asked: { scope: 'processing', purpose: 'report', words: true } })
    expect(JSON.stringify(rows.map(({ details }) => details))).not.toContain('Iemand')
  })

  test.each([
    ['a day that is none', { from: '2026-13-01' }],
    ['a verb that the law does not know', { verb: 'look' }],
    ['a position that was made up', { after: '2026-01-01.1' }],
    ['more than a page', { limit: 100_000 }],
  ])('refuses %s', async (_case, body) => {
    expect((await ask(body)).status).toBe(400)
  })
})

describe('a copy of the log', () => {
  const openssl = findTool('openssl')
  if (openssl === undefined) reportMissingTool('openssl', 'copies of the access log in the eyes of OpenSSL')

  async function copy(format: 'csv' | 'jsonl', filters: object = {}) {
    const body = { ...filters, format, language: 'nl', reason: 'Jaarlijkse controle door de FG.' }
    const answer = await site.ask('POST', '/api/access-log/exports', { as: dpo, body })
    expect(answer.status).toBe(200)
    const made = answer.body as ReturnsOf<typeof exportAccessLog>
    const file = new Uint8Array(await (await site.fetch(made.fileUrl, { as: dpo })).arrayBuffer())
    const signature = new Uint8Array(await (await site.fetch(made.signatureUrl, { as: dpo })).arrayBuffer())
    return { made, file, signature }
  }

  test('holds what the filters find, oldest first, and no formula', async () => {
    const { made, file } = await copy('csv', { recordingId })
    expect(made.sha256).toBe(createHash('sha256').update(file).digest('hex'))
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file)
    expect(text.startsWith('\ufeffat,verb,type,')).toBe(true)
    const types = text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[2])
    expect(types[0]).toBe('recording-received')
    expect(types.at(-1)).toBe('viewing-started')
    expect(types).toHaveLength(made.entries)
  })

  test('is entered with its digest and reason before the first byte, and is for who asked alone, for a while', async () => {
    const { made } = await copy('jsonl')
    const [entered] = (await search({ type: 'log-exported' })).entries
    expect(entered).toMatchObject({
      verb: 'disclose',
      actor: { id: dpo.id },
      reason: 'Jaarlijkse controle door de FG.',
    })
    const [stored] = await world.server.modules.custody.search(dpo.corpsId, { types: ['log-exported'] }, { limit: 1 })
    expect(stored?.details['sha256']).toBe(made.sha256)
    expect((await site.fetch(made.fileUrl, { as: auditor })).status).toBe(404)
    expect((await site.fetch(made.fileUrl, { as: officer })).status).toBe(403)
    world.clock.advance(31 * 60_000)
    expect((await site.fetch(made.fileUrl, { as: dpo })).status).toBe(404)
  })

  test.runIf(openssl !== undefined)(
    'is signed by the corps, in the eyes of OpenSSL, and one byte less is not',
    async () => {
      const { file, made, signature } = await copy('jsonl', { scope: 'everything' })
      expect(new TextDecoder().decode(file).trim().split('\n')).toHaveLength(made.entries + 1)
      const folder = await mkdtemp(join(tmpdir(), 'getuige-log-'))
      try {
        const { certificate } = await world.server.modules.authority.certificate(dpo.corpsId)
        await writeFile(join(folder, 'ca.pem'), toPem(certificate.der))
        await writeFile(join(folder, 'log.jsonl'), file)
        await writeFile(join(folder, 'less.jsonl'), file.subarray(0, -1))
        await writeFile(join(folder, 'log.p7s'), signature)
        const verify = (name: string) =>
          execFileSync(
            openssl ?? '',
            `cms -verify -binary -inform DER -in log.p7s -content ${name} -CAfile ca.pem -purpose any -no_check_time -out out`.split(
              ' ',
            ),
            { cwd: folder, stdio: 'pipe' },
          )
        verify('log.jsonl')
        expect(() => verify('less.jsonl')).toThrow('Verification failure')
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )
})

describe('the console', () => {
  const read = (as = dpo) => world.server.modules.oversight.describe(as)
  const outlier = (seen: ReturnsOf<typeof getOversight>, rule: string) => seen.outliers.find((one) => one.rule === rule)

  test('counts accesses by purpose, and points at accesses, never at people', async () => {
    for (const time of [
      '2026-11-23T21:30:00Z',
      '2026-11-23T21:40:00Z',
      '2026-11-23T21:50:00Z',
      '2026-11-23T22:00:00Z',
    ]) {
      world.clock.turn(new Date(time))
      await world.server.modules.access.startViewing(officer, recordingId, stated('controle'))
    }
    const seen = await read()
    expect(seen.purposes.find(({ id }) => id === 'report')?.weeks.slice(-2)).toMatchObject([
      { begins: '2026-11-16', viewings: 1 },
      { begins: '2026-11-23', viewings: 4 },
    ])
    expect(outlier(seen, 'at-night')).toMatchObject({ count: 4, numbers: { fromHour: 22, toHour: 6 } })
    expect(outlier(seen, 'same-recording-often')).toMatchObject({ count: 5 })
    expect(outlier(seen, 'own-recording')).toMatchObject({ count: 0 })
    expect(outlier(seen, 'many-in-an-hour')).toMatchObject({ count: 0 })
    expect(outlier(seen, 'reason-says-nothing')?.count).toBeGreaterThan(0)
    expect(JSON.stringify(seen)).not.toContain(officer.name)

    const listed = await world.server.modules.oversight.listOutliers(auditor, 'at-night')
    expect(listed).toMatchObject({ count: 4, entries: { length: 4 } })
    expect(listed.entries[0]).toMatchObject({
      at: '2026-11-23T22:00:00.000Z',
      actor: { name: officer.name },
    })
  })

  test('shows refusals with their rule, roles that nobody uses, and holds that nobody touched', async () => {
    const hold = { kind: 'report' as const, number: '2026-118', reason: 'Voor het proces-verbaal.' }
    await world.server.modules.retention.placeHold(officer, { recordingId, ...hold })
    const seen = await read()
    expect(seen.refusals).toMatchObject([
      { because: expect.any(String) as string, ruleId: expect.any(String) as string, count: 1 },
    ])
    expect(seen.holds).toMatchObject({ inForce: 1, untouchedCount: 0 })
    expect(seen.roles.list.find(({ role }) => role === 'records-officer')).toMatchObject({ isUnused: false, people: 1 })

    world.clock.turn(new Date('2027-03-01T12:00:00Z'))
    const again = await world.server.modules.oversight.describe(dpo)
    expect(again.holds).toMatchObject({ untouchedCount: 1, untouched: [{ recordingId, number: '2026-118' }] })
    expect(again.roles.list.find(({ role }) => role === 'records-officer')).toMatchObject({ isUnused: true })
    expect(again.erasures).toMatchObject({ overdue: 0 }) // it is held
  })
})

describe('a document', () => {
  test.each(languages)('is made of live settings in %s, and entered', async (language) => {
    const { oversight } = world.server.modules
    const record = await oversight.document(dpo, 'processing-record', language, {})
    const text = JSON.stringify(record)
    expect(text).toContain('NL-DH-1')
    expect(text).toContain('28 ')
    expect(text).not.toContain('undefined')
    const register = await oversight.document(auditor, 'register-of-uses', language, {})
    expect(register.sections[1]?.table?.rows).toEqual([['Camera 1', 'CAM-1', '1']])
    expect(await oversight.markdown(dpo, 'processing-record', language, {})).toContain('| --- |')
    const [last] = await world.server.modules.custody.search(dpo.corpsId, { types: ['report-made'] }, { limit: 1 })
    expect(last).toMatchObject({ details: { document: 'processing-record' }, actor: { id: dpo.id } })
  })

  test('the uses are a line each', async () => {
    const lines: Uint8Array[] = []
    for await (const line of await world.server.modules.oversight.uses(dpo, 'nl', {})) lines.push(line)
    const [head, use, ...more] = Buffer.concat(lines).toString().trim().split('\r\n')
    expect(head).toContain('recording id,recorded at')
    expect(use).toContain(`${recordingId},`)
    expect(use).toContain(',5,0,1,') // viewings, disclosures, holds
    expect(more).toEqual([])
  })
})

test('words go at night when the law says so, and what is held keeps its own', async () => {
  world.clock.turn(new Date('2036-03-01T12:00:00Z'))
  const { custody, oversight } = world.server.modules
  expect((await oversight.forgetWords()).failures).toEqual([])
  expect((await oversight.forgetWords()).forgotten).toBe(0)
  const { entries } = await custody.trail(dpo.corpsId, recordingId)
  expect(entries.every(({ salt }) => salt.length > 0)).toBe(true)
  const checks = await custody.check()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(checks.some(({ wordsErased }) => wordsErased > 0)).toBe(true)
})
