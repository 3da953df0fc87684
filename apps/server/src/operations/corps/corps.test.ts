import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmptyServer, createWorld, password, type Site, type World } from '../../testing/world.ts'

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const signIn = (login: string, secret: string) =>
  site.ask('POST', '/api/session', { body: { login, password: secret } })
const askWith = (method: string, path: string, cookie: string, body?: unknown) =>
  site.fetch(path, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const cookieIn = (headers: Headers) => headers.get('set-cookie')?.split(';')[0] ?? ''
const minutes = 60_000

describe('signing in', () => {
  test('answers a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await signIn('ada', password)
    expect(answer.status).toBe(200)
    const attributes = (answer.headers.get('set-cookie') ?? '').split('; ').slice(1)
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict'])
    expect(JSON.stringify(answer.body)).not.toContain(cookieIn(answer.headers).split('=')[1])
  })

  test('at an https address answers a cookie that never travels without TLS', async () => {
    await world.restart({ publicUrl: 'https://getuige.test' })
    site = await world.listen()
    expect((await signIn('ada', password)).headers.get('set-cookie')).toContain('; Secure')
    await world.restart()
    site = await world.listen()
  })

  test('with a login that nobody has is refused as a wrong password is, also after many tries', async () => {
    await world.person('enforcer')
    const known = await signIn('enforcer-3', 'not this one at all')
    const unknown = await signIn('nobody-at-all', 'not this one at all')
    expect([known.status, unknown.status]).toEqual([401, 401])
    expect(unknown.body).toEqual(known.body)
    for (let i = 1; i < 5; i += 1) {
      await signIn('nobody-at-all', 'not this one at all')
      await signIn('enforcer-3', 'not this one at all')
    }
    const until = new Date(world.clock.now().getTime() + 15 * minutes).toISOString()
    const closed = [await signIn('enforcer-3', 'x'), await signIn('nobody-at-all', 'x')]
    expect(closed.map(({ status, body }) => ({ status, body }))).toEqual([
      { status: 429, body: { code: 'session/too-many-attempts', details: { until } } },
      { status: 429, body: { code: 'session/too-many-attempts', details: { until } } },
    ])
  })

  test('is closed for a quarter of an hour after five wrong passwords, also to the right one', async () => {
    await world.person('enforcer')
    const login = 'enforcer-4'
    for (let i = 0; i < 5; i += 1) expect((await signIn(login, `wrong ${i}`)).status).toBe(401)
    expect((await signIn(login, password)).status).toBe(429)
    world.clock.advance(15 * minutes - 1)
    const tooSoon = await signIn(login, password)
    world.clock.advance(1)
    const again = await signIn(login, password)
    world.clock.advance(-15 * minutes)
    expect([tooSoon.status, again.status]).toEqual([429, 200])
  })

  test('tries no more than five passwords, also when they all come at once', async () => {
    await world.person('enforcer')
    const tries = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn('enforcer-5', `wrong ${i}`)))
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(7)
  })

  test('keeps no record of wrong passwords that no longer count', async () => {
    const { db } = world.server
    world.clock.advance(60 * minutes)
    await signIn('nobody-at-all', 'wrong')
    world.clock.advance(-60 * minutes)
    const rows = await db.everyCorps.selectFrom('sign_in_failure').select('login').execute()
    expect(rows).toEqual([{ login: 'nobody-at-all' }])
  })
})

describe('a one-time password', () => {
  test('lets its owner do nothing but choose another; choosing ends every other session', async () => {
    const { corps } = world.server.modules
    const { oneTimePassword, person } = await corps.addPerson(world.administrator, {
      name: 'Nieuw',
      login: 'nieuw',
      title: '',
      roles: ['enforcer'],
    })
    const [first, second] = [await signIn('nieuw', oneTimePassword), await signIn('nieuw', oneTimePassword)]
    const [cookie, otherCookie] = [cookieIn(first.headers), cookieIn(second.headers)]
    expect(first.body).toMatchObject({ step: 'signed-in', session: { mustChangePassword: true } })
    const blocked = [
      await askWith('GET', '/api/recordings', cookie),
      await askWith('GET', '/api/retention', cookie),
      await askWith('GET', `/api/viewings/view_${'0'.repeat(26)}/media`, cookie),
      await askWith('GET', `/api/signer-key`, cookie),
      await askWith('POST', '/api/uploads', cookie),
    ]
    for (const answer of blocked) {
      expect([answer.status, await answer.json()]).toEqual([403, { code: 'session/password-change-required' }])
    }

    const change = { current: oneTimePassword, next: 'a password of my own' }
    const same = await askWith('POST', '/api/session/password', cookie, { ...change, next: oneTimePassword })
    expect(await same.json()).toEqual({ code: 'session/password-unchanged' })
    const short = await askWith('POST', '/api/session/password', cookie, { ...change, next: 'short' })
    expect(short.status).toBe(400)
    const changed = await askWith('POST', '/api/session/password', cookie, change)
    expect([changed.status, await changed.json()]).toMatchObject([200, { mustChangePassword: false }])
    expect((await askWith('GET', '/api/own-recordings', cookieIn(changed.headers))).status).toBe(200)
    for (const old of [cookie, otherCookie]) expect((await askWith('GET', '/api/session', old)).status).toBe(401)
    expect((await signIn('nieuw', oneTimePassword)).status).toBe(401)

    const renewed = await corps.resetPassword(world.administrator, person.id)
    expect((await askWith('GET', '/api/session', cookieIn(changed.headers))).status).toBe(401)
    expect((await signIn('nieuw', change.next)).status).toBe(401)
    expect((await signIn('nieuw', renewed)).body).toMatchObject({ session: { mustChangePassword: true } })
  })

  test('is never kept as it is: only its argon2id hash, with the parameters that we promise', async () => {
    const people = await world.server.db.everyCorps.selectFrom('person').select('password_hash').execute()
    for (const { password_hash } of people) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(new Set(people.map(({ password_hash }) => password_hash)).size).toBe(people.length)
  })
})

describe('a session', () => {
  test('ends when its person signs out, and its token is nowhere to be read', async () => {
    const cookie = cookieIn((await signIn('ada', password)).headers)
    const token = cookie.split('=')[1] ?? ''
    const rows = await world.server.db.everyCorps.selectFrom('person_session').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect((await askWith('DELETE', '/api/session', cookie)).status).toBe(200)
    expect((await askWith('GET', '/api/session', cookie)).status).toBe(401)
  })

  test('with a token that was never given is none', async () => {
    for (const cookie of [
      'getuige_session=',
      'getuige_session=x',
      'getuige_session=%00',
      `getuige_session=${'a'.repeat(43)}`,
    ]) {
      expect((await askWith('GET', '/api/people', cookie)).status).toBe(401)
    }
  })
})

describe('set-up', () => {
  const request = (login: string) => ({
    corpsName: 'Testcorps',
    lawPackId: 'nl-boa-den-haag',
    administrator: { name: 'Ada Beheer', login, password },
  })

  test('of two who open the link at once one wins; the link works once, and none is offered again', async () => {
    await using empty = await createEmptyServer()
    const { corps } = empty.server.modules
    expect(await corps.list()).toEqual([])
    const unused = await corps.offerSetup()
    const token = await corps.offerSetup()
    if (unused === undefined || token === undefined) throw new Error('no link was offered')
    await expect(corps.establish(unused, request('ada'))).rejects.toMatchObject({ code: 'setup/link-spent' })
    await expect(corps.establish(token, { ...request('ada'), lawPackId: 'none' })).rejects.toMatchObject({
      code: 'request/invalid',
    })

    const both = await Promise.allSettled([
      corps.establish(token, request('ada')),
      corps.establish(token, request('bea')),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'setup/link-spent' } })
    expect(await corps.list()).toHaveLength(1)
    await expect(corps.requireOpenLink(token)).rejects.toMatchObject({ code: 'setup/link-spent' })
    expect(await corps.offerSetup()).toBeUndefined()
    const people = await empty.server.db.everyCorps.selectFrom('person').select('login').execute()
    expect(people).toHaveLength(1)
  })
})

describe('a write', () => {
  test.each([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of a neighbouring site', { 'sec-fetch-site': 'same-site' }],
    ['of another origin', { origin: 'https://elsewhere.test' }],
    ['of an origin that hides', { origin: 'null' }],
  ])('%s is refused', async (_case, headers) => {
    const cookie = world.cookieOf(world.administrator)
    for (const [method, path] of [
      ['POST', '/api/docks'],
      ['POST', '/api/retention/erase-due'],
      ['DELETE', '/api/session'],
      ['POST', '/api/uploads'],
      ['PATCH', `/api/uploads/up_${'0'.repeat(26)}`],
    ] as const) {
      const answer = await site.fetch(path, { method, headers: { cookie, ...headers } })
      expect([answer.status, await answer.json()]).toEqual([403, { code: 'request/forbidden-origin' }])
    }
    expect((await askWith('GET', '/api/session', cookie)).status).toBe(200)
  })

  test('that is no JSON, of another type, or huge is refused with its reason', async () => {
    const cookie = world.cookieOf(world.administrator)
    const send = (body: string, type = 'application/json') =>
      site.fetch('/api/docks', { method: 'POST', headers: { cookie, 'content-type': type }, body })
    const answers = [
      await send('{"label": '),
      await send('"label"'),
      await send('null'),
      await send('[]'),
      await send('{"__proto__": {"label": "x"}}'),
      await send('label=x', 'text/plain'),
      await send(JSON.stringify({ label: 'x'.repeat(300_000) })),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 413])
    for (const answer of answers) expect(await answer.json()).toMatchObject({ code: /^request\// })
  })

  test.each([
    ['a NUL', 'Naam\u0000'],
    ['half a character', 'Naam \udfff'],
    ['a line break', 'Naam\nAndere'],
    ['letters that turn the line around', 'Naam \u202e'],
    ['nothing but white space', '  \u00a0 '],
  ])('with a name that holds %s is refused', async (_case, label) => {
    const as = world.administrator
    const answers = [
      await site.ask('POST', '/api/docks', { as, body: { label } }),
      await site.ask('POST', '/api/cameras', { as, body: { label, serial: 'CAM-9', wearerId: null } }),
      await site.ask('POST', '/api/people', { as, body: { name: label, title: '', login: 'x9', roles: ['enforcer'] } }),
      await site.ask('POST', '/api/people', {
        as,
        body: { name: 'Naam', title: '', login: label, roles: ['enforcer'] },
      }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400])
  })

  test('to a path that does not exist is answered so, as JSON', async () => {
    for (const path of ['/api/nothing', '/api/recordings/']) {
      const answer = await site.ask('POST', path, { as: world.administrator, body: {} })
      expect(answer.status).toBe(404)
    }
  })
})

test.each([
  ['a NUL', 'q=a%00b', 400],
  ['half a character', 'q=%ED%A0%80', 200],
  ['a sign of the search language', 'q=100%25_%5C', 200],
  ['a page that is none', 'after=x', 400],
  ['a page of no day', 'after=2026-13-45T00:00:00.000Z.rec_1', 400],
  ['the last day that there is', 'to=9999-12-31', 400],
  ['a day that does not exist', 'from=2026-02-30', 400],
  ['a day before all days', 'from=0000-01-01', 400],
  ['too many at once', 'limit=100000', 400],
  ['a role as a person', 'wearerId=enforcer', 400],
])('a search for %s is answered or refused, never a defect', async (_case, query, status) => {
  const answer = await site.ask('GET', `/api/recordings?${query}`, { as: world.officer })
  expect(answer.status).toBe(status)
})

test('sessions that have run out are not kept', async () => {
  const sessions = () => world.server.db.everyCorps.selectFrom('person_session').select('id').execute()
  expect((await sessions()).length).toBeGreaterThan(1)
  world.clock.advance(13 * 60 * minutes)
  await signIn('ada', password)
  await world.server.modules.corps.endOverSessions()
  expect(await sessions()).toHaveLength(1)
})
