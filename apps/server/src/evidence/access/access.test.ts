import type { RecordingId } from '@getuige/base'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, password, type Site, type World, worldBegins } from '../../testing/world.ts'

let world: World
let site: Site
let bytes: Uint8Array
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  bytes = await world.clip()
  recordingId = await world.receive(bytes)
  const data = { corpsId: world.officer.corpsId, recordingId }
  await world.server.modules.media.prepare(data, new AbortController().signal)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const stated = { purpose: 'report', reference: 'PL15B1 2026123456-1', reason: 'Aangifte door de wijkagent.' }
const view = (body: unknown, as: Caller = world.officer, id: string = recordingId) =>
  site.ask('POST', `/api/recordings/${id}/viewings`, { as, body })

async function startViewing(): Promise<{ mediaUrl: string; viewingId: string }> {
  const answer = await view(stated)
  if (answer.status !== 200) throw new Error(`the viewing was answered ${answer.status}`)
  return answer.body as { mediaUrl: string; viewingId: string }
}
const entries = async () => (await world.server.modules.custody.trail(world.officer.corpsId, recordingId)).entries
const lastEntry = async () => {
  const last = (await entries()).at(-1)
  if (last === undefined) throw new Error('the trail is empty')
  return last
}
const trailTypes = async () => (await world.trail(recordingId)).map(({ type }) => type)

describe('a viewing', () => {
  test('is entered before a byte can be asked for, with its purpose, legal basis and reason', async () => {
    const before = await trailTypes()
    const { viewingId } = await startViewing()
    expect(await trailTypes()).toEqual([...before, 'viewing-started'])
    const { entries } = await world.server.modules.custody.trail(world.officer.corpsId, recordingId)
    expect(entries.at(-1)).toMatchObject({
      actor: { kind: 'person', id: world.officer.id, name: world.officer.name, roles: ['records-officer'] },
      details: {
        ...stated,
        viewingId,
        ruleId: 'NL-DH-4',
        legalBasis: { nl: expect.stringContaining('proces-verbaal') as string },
      },
    })
  })

  test.each([
    ['without a purpose', { ...stated, purpose: '' }, 400],
    ['without the number that the purpose asks for', { ...stated, reference: null }, 400],
    ['with a number of white space', { ...stated, reference: '   ' }, 400],
    ['with a reason left blank', { ...stated, reason: '    \n  ' }, 400],
    ['without a reason', { purpose: 'report', reference: null }, 400],
    ['with a reason that holds a NUL', { ...stated, reason: 'Aangifte \u0000 door' }, 400],
    ['with a reason that holds half a character', { ...stated, reason: 'Aangifte \ud800 door' }, 400],
    ['with a number that holds half a character', { ...stated, reference: 'PL \udc00' }, 400],
    ['with nothing said', undefined, 400],
  ])('is refused %s, and nothing is entered', async (_case, body, status) => {
    const before = await trailTypes()
    const answer = await view(body)
    expect(answer.status).toBe(status)
    expect(await trailTypes()).toEqual(before)
  })

  test('refused for want of a purpose says which parts are missing, and repeats none', async () => {
    const answer = await view({ purpose: '', reason: 'x' })
    expect(answer).toMatchObject({ status: 400, body: { code: 'request/invalid' } })
    const { fields } = answer.body as { fields: { path: string; problem: string }[] }
    expect(fields).toEqual([
      { path: 'body.purpose', problem: 'too-short' },
      { path: 'body.reference', problem: 'missing' },
      { path: 'body.reason', problem: 'too-short' },
    ])
  })

  test("is nobody else's: not of another session, another person, or nobody", async () => {
    const { mediaUrl, viewingId } = await startViewing()
    const { session, token } = await world.signInWith('records-officer-1', password)
    expect(session.person.id).toBe(world.officer.id)
    const otherSession = await site.fetch(mediaUrl, { headers: { cookie: `getuige_session=${token}` } })
    expect(otherSession.status).toBe(404)
    for (const as of [await world.person('records-officer'), world.camera.wearer, world.administrator]) {
      expect((await site.fetch(mediaUrl, { as })).status).toBe(404)
    }
    expect((await site.fetch(mediaUrl)).status).toBe(401)
    expect((await site.fetch(mediaUrl, { as: world.officer })).status).toBe(200)
    expect((await site.fetch(mediaUrl, { as: await world.person('records-officer') })).status).toBe(404)
    const unknown = mediaUrl.replace(viewingId, `view_${'0'.repeat(26)}`)
    expect((await site.fetch(unknown, { as: world.officer })).status).toBe(404)
    expect((await site.fetch(mediaUrl.replace(viewingId, 'x'), { as: world.officer })).status).toBe(404)
  })

  test('tells a number that does not look like one, and does not refuse it', async () => {
    const answer = await view({ ...stated, reference: 'map op mijn bureau' })
    expect(answer.status).toBe(200)
    expect((await lastEntry()).details).toMatchObject({ reference: 'map op mijn bureau', isReferenceAsExpected: false })
    await startViewing()
    expect((await lastEntry()).details).toMatchObject({ isReferenceAsExpected: true, openedBy: [] })
  })

  test.each([
    ['a reason in empty words', 'controle van de beelden', 'P-1', 'empty'],
    ['a reason that says why', 'Is de tweede waarschuwing te horen?', 'P-1', 'words'],
    ['the same reason for another file', 'IS de tweede waarschuwing te horen', 'P-2', 'words'],
    ['again', 'Is de tweede waarschuwing te horen?', 'P-3', 'words'],
    ['and again, for a fourth file', 'Is de tweede waarschuwing te horen?', 'P-4', 'copied'],
    ['that reason for a file it was given for before', 'Is de tweede waarschuwing te horen?', 'P-1', 'copied'],
  ])('is begun with %s, and that is kept for whoever reads it', async (_case, reason, reference, judged) => {
    const { status, body } = await view({ ...stated, reason, reference })
    expect(status).toBe(200)
    const { viewingId } = body as { viewingId: string }
    const { reason_judged: kept } = await world.server.db
      .of(world.officer.corpsId)
      .selectFrom('viewing')
      .select('reason_judged')
      .where('id', '=', viewingId)
      .executeTakeFirstOrThrow()
    expect(kept).toBe(judged)
  })
})

describe('a viewing ends', () => {
  const minutes = (count: number) => world.clock.advance(count * 60_000)
  const look = async (mediaUrl: string) => (await site.fetch(mediaUrl, { as: world.officer, method: 'HEAD' })).status
  const sweep = () => world.server.modules.access.endViewingsOver(new AbortController().signal)
  const idleMinutes = async () => ((await view(stated)).body as { idleMinutes: number }).idleMinutes
  afterEach(() => world.clock.turn(worldBegins))

  test('when nothing is asked of it for a while, and is asked for anew', async () => {
    const idle = await idleMinutes()
    const { mediaUrl, viewingId } = await startViewing()
    for (let asked = 0; asked < 3; asked += 1) {
      minutes(idle - 1)
      expect(await look(mediaUrl)).toBe(200)
    }
    minutes(idle)
    expect(await site.ask('GET', mediaUrl, { as: world.officer })).toMatchObject({
      status: 410,
      body: { code: 'viewing/ended' },
    })
    await sweep()
    await sweep()
    const ends = (await entries()).filter(
      ({ type, details }) => type === 'viewing-ended' && details['viewingId'] === viewingId,
    )
    expect(ends).toMatchObject([{ actor: { kind: 'system' }, details: { because: 'idle' } }])
    expect((await startViewing()).viewingId).not.toBe(viewingId)
  })

  test('after an hour, however much was asked of it', async () => {
    const idle = await idleMinutes()
    const { mediaUrl, viewingId } = await startViewing()
    for (let passed = 0; passed + idle - 1 < 60; passed += idle - 1) {
      minutes(idle - 1)
      expect(await look(mediaUrl)).toBe(200)
    }
    minutes(idle - 1)
    expect(await look(mediaUrl)).toBe(410)
    await sweep()
    const its = (await entries()).filter(({ details }) => details['viewingId'] === viewingId)
    expect(its.map(({ details }) => details['because'])).toEqual([undefined, 'hour-over'])
  })

  test('by hand, once, and by its viewer alone', async () => {
    const { mediaUrl, viewingId } = await startViewing()
    const end = (as: Caller) => site.ask('POST', `/api/viewings/${viewingId}/end`, { as })
    expect((await end(await world.person('records-officer'))).status).toBe(404)
    expect(await look(mediaUrl)).toBe(200)
    expect([(await end(world.officer)).status, (await end(world.officer)).status]).toEqual([200, 200])
    expect(await look(mediaUrl)).toBe(410)
    const ends = (await entries()).filter(
      ({ type, details }) => type === 'viewing-ended' && details['viewingId'] === viewingId,
    )
    expect(ends).toMatchObject([{ actor: { id: world.officer.id }, details: { because: 'by-hand' } }])
  })

  test('no sooner and no later because the server started anew', async () => {
    const idle = await idleMinutes()
    const { mediaUrl } = await startViewing()
    minutes(idle - 2)
    expect(await look(mediaUrl)).toBe(200)
    await world.restart()
    site = await world.listen()
    minutes(idle - 1)
    expect(await look(mediaUrl)).toBe(200)
    await world.restart()
    site = await world.listen()
    minutes(idle)
    expect(await look(mediaUrl)).toBe(410)
  })
})

describe('the bytes of a viewing', () => {
  let mediaUrl: string
  beforeEach(async () => {
    mediaUrl = (await startViewing()).mediaUrl
  })
  const fetchRange = (range: string | undefined, method = 'GET') =>
    site.fetch(mediaUrl, { as: world.officer, method, headers: range === undefined ? {} : { range } })

  test.each([
    ['all of it', undefined, 200, 0, undefined],
    ['a first piece', 'bytes=0-99', 206, 0, 100],
    ['a piece across sealed chunks', 'bytes=65530-65545', 206, 65_530, 65_546],
    ['all from somewhere on', 'bytes=1000-', 206, 1000, undefined],
    ['the last bytes', 'bytes=-500', 206, -500, undefined],
    ['more last bytes than there are', 'bytes=-999999999', 206, 0, undefined],
    ['beyond the end', 'bytes=10-99999999999', 206, 10, undefined],
    ['several ranges, which a server may answer whole', 'bytes=0-1,5-9', 200, 0, undefined],
    ['another unit', 'seconds=0-1', 200, 0, undefined],
    ['a range that ends before it begins', 'bytes=9-5', 200, 0, undefined],
  ] as const)('are those asked for: %s', async (_case, range, status, start, end) => {
    const answer = await fetchRange(range)
    expect(answer.status).toBe(status)
    const wanted = Buffer.from(bytes.slice(start, end))
    expect(Buffer.from(await answer.arrayBuffer()).equals(wanted)).toBe(true)
    expect(answer.headers.get('content-length')).toBe(`${wanted.length}`)
    expect(answer.headers.get('content-type')).toBe('video/mp4')
    expect(answer.headers.get('cache-control')).toContain('no-store')
    const from = start < 0 ? bytes.length + start : start
    expect(answer.headers.get('content-range')).toBe(
      status === 206 ? `bytes ${from}-${from + wanted.length - 1}/${bytes.length}` : null,
    )
  })

  test('that do not exist are not answered', async () => {
    for (const range of [`bytes=${bytes.length}-`, 'bytes=-0', 'bytes=999999999999999-']) {
      expect((await fetchRange(range)).status).toBe(416)
    }
  })

  test('are announced to whoever asks for the head alone', async () => {
    const whole = await fetchRange(undefined, 'HEAD')
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, `${bytes.length}`])
    const part = await fetchRange('bytes=0-99', 'HEAD')
    expect([part.status, part.headers.get('content-length')]).toEqual([206, '100'])
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
  })
})

describe('what a role may not know or do', () => {
  test("an enforcer finds own recordings only, and nothing that tells of another's", async () => {
    const other = await world.person('enforcer')
    const own = await site.ask('GET', '/api/own-recordings', { as: world.camera.wearer })
    expect(own.body).toMatchObject({ next: null, recordings: [{ id: recordingId }] })
    expect((await site.ask('GET', '/api/own-recordings', { as: other })).body).toEqual({ next: null, recordings: [] })
    const unknown = `rec_${'0'.repeat(26)}`
    for (const path of ['', '/trail', '/storyboard', '/poster']) {
      const known = await site.ask('GET', `/api/recordings/${recordingId}${path}`, { as: other })
      const never = await site.ask('GET', `/api/recordings/${unknown}${path}`, { as: other })
      expect(known).toMatchObject({ status: 404, body: never.body })
    }
  })

  test('the wearer knows of a recording but neither plays, exports, holds nor sees it in pictures', async () => {
    const as = world.camera.wearer
    const page = await site.ask('GET', `/api/recordings/${recordingId}`, { as })
    const refused = { allowed: false, because: 'role' }
    expect(page.body).toMatchObject({
      may: {
        view: { ...refused, whoMay: ['records-officer', 'investigator', 'complaint-handler'] },
        placeHold: { ...refused, whoMay: ['records-officer'] },
        liftHold: refused,
        export: refused,
        completeActivation: { allowed: true },
      },
    })
    const hold = { kind: 'report', number: 'PL-1', reason: 'Aangifte.' }
    const answers = [
      await view(stated, as),
      await site.ask('POST', `/api/recordings/${recordingId}/exports`, { as, body: { ...stated, recipient: 'Ik' } }),
      await site.ask('POST', `/api/recordings/${recordingId}/holds`, { as, body: hold }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
    expect(answers[0]?.body).toMatchObject({ details: { because: 'role', rule: 'NL-DH-3' } })
  })
})

test('a picture of a recording is refused to its wearer, and shown to the officer with one entry a day', async () => {
  const { db } = world.server
  // This machine's codec engine is left out of it: a picture is put in its place.
  const { vault, recordings } = world.server.modules
  const picture = Buffer.from('a picture')
  const corpsId = world.officer.corpsId
  const row = await vault.writeDerived(db.of(corpsId), recordingId, corpsId, 'storyboard', picture)
  if (row === undefined) throw new Error('the recording has no key')
  await db
    .of(corpsId)
    .transaction()
    .execute(async (tx) => {
      await vault.claim(tx, row)
      const known = await recordings.lock(tx, corpsId, recordingId)
      const { facts } = known
      if (facts === null) throw new Error('the recording was not probed')
      const shown = { playable: true, hasStoryboard: true, rendition: 'direct' } as const
      await recordings.tellMedia(tx, recordingId, { ...known, facts, ...shown })
    })
  const path = `/api/recordings/${recordingId}/storyboard`
  expect((await site.ask('GET', path, { as: world.camera.wearer })).status).toBe(403)
  expect((await site.ask('GET', path, { as: world.administrator })).status).toBe(404)
  expect((await site.ask('GET', path)).status).toBe(401)
  expect(await trailTypes()).not.toContain('preview-shown')

  const previews = async () => (await trailTypes()).filter((type) => type === 'preview-shown').length
  const answers = await Promise.all([1, 2, 3].map(() => site.fetch(path, { as: world.officer })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(Buffer.from((await answers[0]?.arrayBuffer()) ?? new ArrayBuffer()).equals(picture)).toBe(true)
  expect(await previews()).toBe(1)
  await world.restart()
  site = await world.listen()
  expect((await site.fetch(path, { as: world.officer })).status).toBe(200)
  expect(await previews()).toBe(1)

  world.clock.advance(24 * 3_600_000)
  const { token } = await world.signInWith('records-officer-1', password)
  const nextDay = await site.fetch(path, { headers: { cookie: `getuige_session=${token}` } })
  world.clock.advance(-24 * 3_600_000)
  expect(nextDay.status).toBe(200)
  expect(await previews()).toBe(2)
})

describe('a viewing that is being played stops with the next range', () => {
  const play = (mediaUrl: string, cookie: string) =>
    site.fetch(mediaUrl, { headers: { cookie, range: 'bytes=0-99' } }).then(({ status }) => status)

  test.each([
    ['the session is ended', 401, (token: string) => world.server.modules.corps.signOut(token)],
    [
      'its erasure has begun',
      410,
      (_token: string, id: RecordingId) =>
        world.server.db.everyCorps.updateTable('recording').set({ state: 'erasing' }).where('id', '=', id).execute(),
    ],
    [
      'its key is destroyed',
      410,
      (_token: string, id: RecordingId) =>
        world.server.db.everyCorps.transaction().execute((tx) => world.server.modules.vault.destroyWrappings(tx, [id])),
    ],
    [
      'its bytes are found to be damaged',
      409,
      (_token: string, id: RecordingId) =>
        sql`insert into vault_alarm (corps_id, recording_id, kind, object_key, place, what, found_at)
          select r.corps_id, r.id, o.kind, o.object_key, 'first', 'altered', now()
          from recording r join vault_object o on o.recording_id = r.id where r.id = ${id}`.execute(
          world.server.db.everyCorps,
        ),
    ],
  ] as const)('when %s', async (_case, status, revoke) => {
    const id = await world.viewableRecording()
    const { token } = await world.signInWith('records-officer-1', password)
    const cookie = `getuige_session=${token}`
    const headers = { cookie, 'content-type': 'application/json' }
    const path = `/api/recordings/${id}/viewings`
    const answer = await site.fetch(path, { method: 'POST', headers, body: JSON.stringify(stated) })
    const { mediaUrl } = (await answer.json()) as { mediaUrl: string }
    expect([await play(mediaUrl, cookie), await play(mediaUrl, cookie)]).toEqual([206, 206])
    await revoke(token, id)
    expect(await play(mediaUrl, cookie)).toBe(status)
  })
})
