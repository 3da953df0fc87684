import { createHash } from 'node:crypto'
import type { DocumentId, MandateId, PersonActor, RecordingId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import type { Caller } from '#corps'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

const day = 86_400_000
let world: World
let site: Site
let officer: PersonActor
let colleague: PersonActor
let prosecutor: PersonActor
let one: RecordingId
let other: RecordingId
beforeAll(async () => {
  world = await createWorld({ lawPackId: 'be-brussel-elsene' })
  site = await world.listen()
  officer = toActor(world.officer)
  colleague = toActor(await world.person('records-officer'))
  prosecutor = toActor(await world.person('prosecutor'))
  one = await held()
  other = await held()
  // Recorded on 21 November, the day before the world begins.
  world.clock.advance(40 * day)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** Kept beyond the window, for a report. */
async function held(): Promise<RecordingId> {
  const id = await world.viewableRecording()
  await modules().retention.placeHold(officer, {
    recordingId: id,
    kind: 'report',
    number: 'BR.69.L3.00572/26',
    reason: 'Proces-verbaal opgemaakt.',
  })
  return id
}

const modules = () => world.server.modules
const purpose = 'judicial-police'
const asked = { purpose, reference: 'BR.69.L3.00572/26', reason: 'Onderzoek naar slagen en verwondingen.' }
const text = 'Beslissing 2026/118. Gelet op artikel 25/7 van de wet op het politieambt.'
const inWords = 'Gelet op de ernst van de feiten is de raadpleging noodzakelijk voor het onderzoek.'
const types = async (id: RecordingId) => (await world.trail(id)).map(({ type }) => type)
const code = (expected: string) => ({ code: expected })

async function* bytesOf(content: Uint8Array | string): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield Buffer.from(content)
}
async function handIn(by: PersonActor): Promise<DocumentId> {
  return (await modules().mandates.keepDocument(by, bytesOf(text))).id
}
const decision = async (by: PersonActor, recordingIds: readonly RecordingId[], more: object = {}) => ({
  number: '2026/118',
  magistrate: { name: 'C. Maes', title: 'substituut-procureur des Konings' },
  decidedOn: '2026-12-31',
  documentId: await handIn(by),
  recordingIds: [...recordingIds],
  purpose,
  untilOn: '2027-01-15',
  reasoning: inWords,
  ...more,
})
const request = (ids: readonly RecordingId[], by = officer) =>
  modules().mandates.request(by, { ...asked, recordingIds: ids })
async function mayView(id: RecordingId, by = officer): Promise<true | string> {
  const recording = await modules().recordings.find(by.corpsId, id)
  if (recording === undefined) throw new Error('there is no such recording')
  const decided = await modules().access.decide(world.server.db.of(by.corpsId), 'view', by, recording, purpose)
  return decided.allowed ? true : decided.because
}
const stateOf = async (id: MandateId) =>
  (await modules().mandates.list(prosecutor)).mandates.find((mandate) => mandate.id === id)?.state

describe('after the first month', () => {
  test("only a prosecutor's decision in writing opens the recordings that it names, until the end of its last day", async () => {
    expect(await mayView(one)).toBe('mandate-needed')
    const requestId = await request([one, other])
    const { requests } = await modules().mandates.list(prosecutor)
    expect(requests.find(({ id }) => id === requestId)).toMatchObject({
      askedBy: { name: officer.name },
      reason: asked.reason,
      recordings: [{ cameraLabel: 'Camera 1' }, { cameraLabel: 'Camera 1' }],
      may: { decide: true, withdraw: false },
    })
    const written = await decision(prosecutor, [one])
    const mandateId = await modules().mandates.grant(prosecutor, requestId, written)
    expect([await mayView(one), await mayView(other)]).toEqual([true, 'mandate-needed'])

    const { entries } = await modules().custody.trail(officer.corpsId, one)
    expect(entries.at(-1)).toMatchObject({
      type: 'mandate-granted',
      actor: { id: prosecutor.id },
      details: {
        mandateId,
        number: '2026/118',
        magistrate: written.magistrate,
        reason: inWords,
        documentSha256: createHash('sha256').update(text).digest('hex'),
      },
    })
    expect((await types(other)).at(-1)).toBe('mandate-requested')

    // In Brussels the last day ends at 23:00 UTC.
    const now = world.clock.now().getTime()
    const end = Date.parse('2027-01-15T23:00:00Z')
    world.clock.advance(end - 1 - now)
    expect(await mayView(one)).toBe(true)
    world.clock.advance(1)
    expect(await mayView(one)).toBe('mandate-needed')
    expect(await stateOf(mandateId)).toBe('over')
    world.clock.advance(now - end)
    await modules().mandates.withdraw(prosecutor, mandateId, 'Einde van de proef.')
  })

  test('withdrawing a decision closes at once what it opened', async () => {
    const requestId = await request([one])
    const mandateId = await modules().mandates.grant(prosecutor, requestId, await decision(prosecutor, [one]))
    expect(await mayView(one)).toBe(true)
    await expect(modules().mandates.withdraw(officer, mandateId, 'Niet meer nodig.')).rejects.toMatchObject(
      code('mandate/not-found'),
    )
    await modules().mandates.withdraw(prosecutor, mandateId, 'De beslissing is herzien.')
    expect(await mayView(one)).toBe('mandate-needed')
    expect((await types(one)).at(-1)).toBe('mandate-withdrawn')
  })

  test('a request is refused with reasons, or withdrawn by whoever asked, and can then not be granted', async () => {
    const [first, second] = [await request([one]), await request([one])]
    await modules().mandates.refuse(prosecutor, first, { number: '2026/119', reasoning: inWords })
    await expect(modules().mandates.withdrawRequest(colleague, second, 'Niet nodig.')).rejects.toMatchObject(
      code('mandate/not-found'),
    )
    await modules().mandates.withdrawRequest(officer, second, 'Niet meer nodig.')
    expect((await types(one)).slice(-2)).toEqual(['mandate-refused', 'mandate-request-withdrawn'])
    for (const requestId of [first, second]) {
      const granting = modules().mandates.grant(prosecutor, requestId, await decision(prosecutor, [one]))
      await expect(granting).rejects.toMatchObject(code('mandate/already-decided'))
    }
    expect(await mayView(one)).toBe('mandate-needed')
  })

  test('of a grant and a refusal at once one holds', async () => {
    const requestId = await request([other])
    const written = await decision(prosecutor, [other])
    const outcomes = await Promise.allSettled([
      modules().mandates.grant(prosecutor, requestId, written),
      modules().mandates.refuse(prosecutor, requestId, { number: null, reasoning: inWords }),
    ])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: code('mandate/already-decided'),
    })
    const [granted] = outcomes
    expect(await mayView(other)).toBe(granted?.status === 'fulfilled' ? true : 'mandate-needed')
    if (granted?.status === 'fulfilled') await modules().mandates.withdraw(prosecutor, granted.value, 'Einde proef.')
  })

  test.each([
    ['by a records officer', async () => decision(officer, [one]), () => officer, 'access/denied'],
    [
      'with a document that somebody else handed in',
      async () => ({ ...(await decision(prosecutor, [one])), documentId: await handIn(officer) }),
      () => prosecutor,
      'document/not-found',
    ],
    [
      'until a day that is over',
      async () => decision(prosecutor, [one], { untilOn: '2026-12-31' }),
      () => prosecutor,
      'mandate/ends-in-the-past',
    ],
    [
      'on a day to come',
      async () => decision(prosecutor, [one], { decidedOn: '2027-01-02' }),
      () => prosecutor,
      'mandate/decided-in-the-future',
    ],
    [
      'about a recording that was not asked for',
      async () => decision(prosecutor, [one, other]),
      () => prosecutor,
      'mandate/recording-not-requested',
    ],
    [
      'for a purpose that no decision opens',
      async () => decision(prosecutor, [one], { purpose: 'administrative-police' }),
      () => prosecutor,
      'mandate/not-needed',
    ],
  ])('nothing is granted %s', async (_case, written, by, refusal) => {
    const requestId = await request([one])
    const before = await types(one)
    await expect(modules().mandates.grant(by(), requestId, await written())).rejects.toMatchObject(code(refusal))
    expect(await types(one)).toEqual(before)
    expect(await mayView(one)).toBe('mandate-needed')
    await modules().mandates.withdrawRequest(officer, requestId, 'Einde van de proef.')
  })

  test('nobody decides on what they asked themselves, also not with both roles', async () => {
    const both = toActor(await world.person('records-officer', 'prosecutor'))
    const requestId = await request([one], both)
    const granting = modules().mandates.grant(both, requestId, await decision(both, [one]))
    await expect(granting).rejects.toMatchObject(code('mandate/own-request'))
    await modules().mandates.withdrawRequest(both, requestId, 'Einde van de proef.')
  })

  test('who may not know of a recording asks for nothing', async () => {
    const stranger = toActor(await world.person('enforcer'))
    await expect(request([one], stranger)).rejects.toMatchObject(code('recording/not-found'))
    expect((await modules().mandates.list(stranger)).requests).toEqual([])
  })
})

describe('a decision given on paper', () => {
  test('opens nothing until a second person confirms it, never whoever recorded it, and once', async () => {
    const requestId = await request([one, other])
    const mandateId = await modules().mandates.recordOnPaper(officer, {
      ...(await decision(officer, [one])),
      requestId,
    })
    expect([await stateOf(mandateId), await mayView(one)]).toEqual(['to-confirm', 'mandate-needed'])
    await expect(modules().mandates.confirm(officer, mandateId, 'Zelf nagekeken.')).rejects.toMatchObject(
      code('mandate/own-record'),
    )
    await expect(
      modules().mandates.confirm(toActor(world.administrator), mandateId, 'Nagekeken.'),
    ).rejects.toMatchObject(code('mandate/not-found'))

    const outcomes = await Promise.allSettled([
      modules().mandates.confirm(colleague, mandateId, 'Vergeleken met het stuk.'),
      modules().mandates.confirm(prosecutor, mandateId, 'Vergeleken met het stuk.'),
    ])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await mayView(one)).toBe(true)
    expect((await types(one)).slice(-2)).toEqual(['mandate-recorded', 'mandate-granted'])
    const { entries } = await modules().custody.trail(officer.corpsId, one)
    expect(entries.at(-1)).toMatchObject({ details: { isOnPaper: true, recordedBy: { id: officer.id } } })
    const { requests } = await modules().mandates.list(prosecutor)
    expect(requests.find(({ id }) => id === requestId)?.state).toBe('granted')
    await modules().mandates.withdraw(colleague, mandateId, 'Ingetrokken per brief.')
    expect(await mayView(one)).toBe('mandate-needed')
  })

  test('that is not what the document says is rejected, and cannot be confirmed then', async () => {
    const written = { ...(await decision(officer, [one])), requestId: null }
    const mandateId = await modules().mandates.recordOnPaper(officer, written)
    await modules().mandates.reject(colleague, mandateId, 'Het nummer klopt niet.')
    await expect(modules().mandates.confirm(colleague, mandateId, 'Toch goed.')).rejects.toMatchObject(
      code('mandate/already-decided'),
    )
    expect(await mayView(one)).toBe('mandate-needed')
  })
})

describe('a document', () => {
  // Sessions of the first day are over by now.
  const signIn = async (role: 'prosecutor' | 'data-protection-officer' | 'enforcer') => world.person(role)
  const post = (as: Caller, body: Uint8Array | string, type = 'application/pdf') =>
    site.fetch('/api/mandate-documents', { as, method: 'POST', body, headers: { 'content-type': type } })

  test('is a PDF or text of bounded size, whatever it says it is', async () => {
    const as = await signIn('prosecutor')
    const answers = [
      await post(as, '%PDF-1.7\n…'),
      await post(as, text, 'image/png'),
      await post(as, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])),
      await post(as, Buffer.from([0xff, 0xfe, 0x41])),
      await post(as, ''),
      await post(as, Buffer.alloc(10 * 1024 * 1024 + 1, 'a')),
      await post(await signIn('enforcer'), text),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 415, 415, 415, 413, 403])
  })

  test('lies in the database sealed, and is given to those who decide, ask or oversee, with an entry', async () => {
    const as = await signIn('prosecutor')
    const by = toActor(as)
    const uploaded = (await (await post(as, text, 'text/plain')).json()) as { documentId: DocumentId; sha256: string }
    expect(uploaded.sha256).toBe(createHash('sha256').update(text).digest('hex'))
    const path = `/api/mandate-documents/${uploaded.documentId}`
    const requestId = await request([one])
    expect((await site.fetch(path, { as })).status).toBe(404)
    const written = { ...(await decision(by, [one])), documentId: uploaded.documentId }
    const mandateId = await modules().mandates.grant(by, requestId, written)

    const rows = await runSql(
      world.server.db.everyCorps,
      `select position(convert_to($1, 'UTF8') in sealed) as at from mandate_document where id = $2`,
      ['Beslissing', uploaded.documentId],
    )
    expect(rows).toEqual([{ at: 0 }])
    const dpo = await signIn('data-protection-officer')
    expect(await (await site.fetch(path, { as: dpo })).text()).toBe(text)
    expect((await site.fetch(path, { as: await signIn('enforcer') })).status).toBe(404)
    expect((await site.fetch(path)).status).toBe(401)
    const read = await runSql(
      world.server.db.everyCorps,
      `select actor ->> 'id' as by, details ->> 'mandateId' as mandate from custody_entry
        where type = 'mandate-document-opened'`,
    )
    expect(read).toEqual([{ by: dpo.id, mandate: mandateId }])
    await modules().mandates.withdraw(by, mandateId, 'Einde van de proef.')
  })

  test('on which nothing rests is forgotten after a day', async () => {
    const documentId = await handIn(prosecutor)
    world.clock.advance(day + 1)
    await modules().mandates.forgetUnclaimed()
    const requestId = await request([one])
    const granting = modules().mandates.grant(prosecutor, requestId, {
      ...(await decision(prosecutor, [one])),
      documentId,
    })
    await expect(granting).rejects.toMatchObject(code('document/not-found'))
    world.clock.advance(-day - 1)
  })
})
