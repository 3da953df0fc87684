import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Misbehaviour, newAuthenticator } from '../../testing/software-authenticator.ts'
import { createWorld, password, type Site, type World } from '../../testing/world.ts'
import type { Caller } from './sessions.ts'

const origin = 'https://getuige.test'
const minutes = 60_000

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  await world.restart({ publicUrl: origin })
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** What one browser holds, of the cookies that it was given. */
type Browser = Map<string, string>
type Answer = Readonly<{ status: number; body: Record<string, unknown> }>

async function ask(browser: Browser, method: string, path: string, body?: unknown): Promise<Answer> {
  const cookie = [...browser].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await site.fetch(path, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') browser.delete(name)
    else browser.set(name, value)
  }
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function signedIn(login: string): Promise<Browser> {
  const browser: Browser = new Map()
  expect((await ask(browser, 'POST', '/api/session', { login, password })).status).toBe(200)
  return browser
}

const optionsIn = ({ body }: Answer) => body['options'] as Record<string, unknown>
const loginOf = async ({ corpsId, id }: Caller) =>
  (await world.server.modules.corps.findPerson(corpsId, id))?.login ?? ''

async function personWithPasskey() {
  const person = await world.person('records-officer')
  const browser = await signedIn(await loginOf(person))
  const authenticator = newAuthenticator(origin)
  const begun = await ask(browser, 'POST', '/api/passkeys/challenge')
  const credential = authenticator.create(optionsIn(begun))
  const added = await ask(browser, 'POST', '/api/passkeys', { name: 'Sleutel', credential })
  expect(added).toMatchObject({ status: 200, body: { passkey: { name: 'Sleutel', lastUsedAt: null } } })
  const passkeyId = (added.body['passkey'] as { id: string }).id
  return { person, browser, authenticator, passkeyId }
}

async function addAnother(browser: Browser) {
  const authenticator = newAuthenticator(origin)
  const credential = authenticator.create(optionsIn(await ask(browser, 'POST', '/api/passkeys/challenge')))
  expect(await ask(browser, 'POST', '/api/passkeys', { name: 'Reserve', credential })).toMatchObject({ status: 200 })
  return authenticator
}

async function signInWith(
  authenticator: ReturnType<typeof newAuthenticator>,
  otherwise: Misbehaviour = {},
  browser: Browser = new Map(),
): Promise<Answer> {
  const options = optionsIn(await ask(browser, 'POST', '/api/sign-in/passkey/challenge'))
  return ask(browser, 'POST', '/api/sign-in/passkey', { credential: authenticator.use(options, otherwise) })
}

async function entryTypes(): Promise<string[]> {
  const rows = await world.server.db.everyCorps.selectFrom('custody_entry').select('type').orderBy('id').execute()
  return rows.map(({ type }) => type)
}

describe('a passkey', () => {
  test('signs its person in without a login, counts as two factors, and tells when it was used', async () => {
    const { person, authenticator, passkeyId } = await personWithPasskey()
    const browser: Browser = new Map()
    const answer = await signInWith(authenticator, {}, browser)
    expect(answer).toMatchObject({ status: 200, body: { person: { id: person.id }, mustAddFactor: false } })
    const { body } = await ask(browser, 'GET', '/api/passkeys')
    expect(body).toMatchObject({ passkeys: [{ id: passkeyId, lastUsedAt: world.clock.now().toISOString() }] })
    expect(await signInWith(authenticator)).toMatchObject({ status: 200 })
    const account = await ask(browser, 'GET', '/api/account')
    expect(account.body['sessions']).toContainEqual(expect.objectContaining({ by: 'passkey', isThis: true }))
  })

  test.each<[string, Misbehaviour]>([
    ['at another origin', { origin: 'https://getuige.test.evil.example' }],
    ['for another party', { rpId: 'evil.example' }],
    ['of another challenge', { challenge: 'A'.repeat(43) }],
    ['that shows that somebody is there, not who', { isUserUnverified: true }],
    ['of which the signature is by another key', { key: newAuthenticator(origin).privateKey }],
    ['that says it is of somebody else', { userHandle: Buffer.from('person_x').toString('base64url') }],
  ])('use %s is refused, and signs nobody in', async (_case, otherwise) => {
    const { authenticator } = await personWithPasskey()
    const browser: Browser = new Map()
    const answer = await signInWith(authenticator, otherwise, browser)
    expect(answer).toEqual({ status: 401, body: { code: 'passkey/refused' } })
    expect((await ask(browser, 'GET', '/api/session')).status).toBe(401)
    expect((await signInWith(authenticator)).status).toBe(200)
  })

  test('that counts back was copied, and is refused', async () => {
    const { authenticator } = await personWithPasskey()
    expect((await signInWith(authenticator, { counter: 7 })).status).toBe(200)
    for (const counter of [7, 6, 0]) {
      expect((await signInWith(authenticator, { counter })).body).toEqual({ code: 'passkey/refused' })
    }
    expect((await signInWith(authenticator, { counter: 8 })).status).toBe(200)
  })

  test('that nobody registered here is not known', async () => {
    const { person } = await personWithPasskey()
    const foreign = newAuthenticator(origin)
    const userHandle = Buffer.from(person.id).toString('base64url')
    expect(await signInWith(foreign, { userHandle })).toEqual({ status: 401, body: { code: 'passkey/not-known' } })
  })

  test('answers a challenge once, within five minutes, in the browser that asked', async () => {
    const { authenticator } = await personWithPasskey()
    const browser: Browser = new Map()
    const options = optionsIn(await ask(browser, 'POST', '/api/sign-in/passkey/challenge'))
    const before = new Map(browser)
    const credential = authenticator.use(options)
    const over = { status: 410, body: { code: 'passkey/attempt-over' } }
    expect(await ask(new Map(), 'POST', '/api/sign-in/passkey', { credential })).toEqual(over)
    expect((await ask(browser, 'POST', '/api/sign-in/passkey', { credential })).status).toBe(200)
    expect(await ask(before, 'POST', '/api/sign-in/passkey', { credential })).toEqual(over)

    const late: Browser = new Map()
    const lateOptions = optionsIn(await ask(late, 'POST', '/api/sign-in/passkey/challenge'))
    world.clock.advance(5 * minutes)
    const lateCredential = authenticator.use(lateOptions)
    expect(await ask(late, 'POST', '/api/sign-in/passkey', { credential: lateCredential })).toEqual(over)
  })

  test('opens nothing once it was removed, or its person has left', async () => {
    const lost = await personWithPasskey()
    const kept = await addAnother(lost.browser)
    const path = `/api/people/${lost.person.id}/passkeys/${lost.passkeyId}`
    const administrator = await signedIn('ada')
    const stranger = await signedIn(await loginOf(world.officer))
    expect((await ask(stranger, 'DELETE', path)).status).toBe(403)
    expect((await ask(administrator, 'DELETE', path)).status).toBe(200)
    expect((await ask(administrator, 'DELETE', path)).status).toBe(404)
    expect((await ask(lost.browser, 'GET', '/api/session')).status).toBe(401)
    expect((await signInWith(lost.authenticator)).body).toEqual({ code: 'passkey/not-known' })
    expect((await signInWith(kept)).status).toBe(200)

    const gone = await personWithPasskey()
    await world.server.modules.corps.leave(world.administrator, gone.person.id)
    expect((await signInWith(gone.authenticator)).body).toEqual({ code: 'passkey/not-known' })
    expect(await entryTypes()).toEqual(expect.arrayContaining(['passkey-added', 'passkey-removed']))
  })
})

describe('an administrator alone', () => {
  test('never gets past somebody’s last factor: not by taking it away, nor roles, nor by leaving and returning', async () => {
    const { person, authenticator, passkeyId } = await personWithPasskey()
    const administrator = await signedIn('ada')
    const at = `/api/people/${person.id}`
    const needed = { status: 409, body: { code: 'person/recovery-needed' } }
    expect(await ask(administrator, 'DELETE', `${at}/passkeys/${passkeyId}`)).toEqual(needed)
    const plain = { roles: ['enforcer'], reason: 'Naar een andere dienst.' }
    expect((await ask(administrator, 'PUT', `${at}/roles`, plain)).status).toBe(200)
    expect(await ask(administrator, 'DELETE', `${at}/passkeys/${passkeyId}`)).toEqual(needed)
    expect(await ask(administrator, 'POST', `${at}/one-time-password`)).toEqual(needed)
    const listed = await ask(administrator, 'GET', '/api/people')
    expect(listed.body['people']).toContainEqual(expect.objectContaining({ id: person.id, hasSecondFactor: true }))

    expect((await ask(administrator, 'POST', `${at}/leave`)).status).toBe(200)
    const back = await ask(administrator, 'POST', `${at}/return`)
    expect(back.status).toBe(200)
    expect((await signInWith(authenticator)).body).toMatchObject({ mustChangePassword: true })
    expect(await ask(administrator, 'DELETE', `${at}/passkeys/${passkeyId}`)).toEqual(needed)
  })

  test('who comes upon an open session leaves with nobody’s password, nor without the passkey of its owner', async () => {
    const one = await world.person('enforcer')
    const { browser, passkeyId } = await personWithPasskey()
    const administrator = await signedIn('ada')
    world.clock.advance(15 * minutes + 1)
    const proof = { status: 403, body: { code: 'session/proof-required' } }
    expect(await ask(administrator, 'POST', `/api/people/${one.id}/one-time-password`)).toEqual(proof)
    expect(await ask(administrator, 'POST', `/api/people/${one.id}/return`)).toEqual(proof)
    expect(await ask(administrator, 'POST', `/api/people/${one.id}/recovery/one-time-password`)).toEqual(proof)
    expect(await ask(browser, 'DELETE', `/api/passkeys/${passkeyId}`)).toEqual(proof)
  })
})

describe('adding a passkey', () => {
  test('asks that the person signed in a moment ago', async () => {
    const browser = await signedIn(await loginOf(await world.person('enforcer')))
    world.clock.advance(15 * minutes + 1)
    const answer = await ask(browser, 'POST', '/api/passkeys/challenge')
    expect(answer).toEqual({ status: 403, body: { code: 'session/proof-required' } })
  })

  test.each<[string, Misbehaviour]>([
    ['made at another origin', { origin: 'https://evil.example' }],
    ['made for another party', { rpId: 'evil.example' }],
    ['made for another challenge', { challenge: 'B'.repeat(43) }],
    ['made without showing who it is', { isUserUnverified: true }],
  ])('is refused when it was %s, and nothing is kept', async (_case, otherwise) => {
    const person = await world.person('enforcer')
    const browser = await signedIn(await loginOf(person))
    const options = optionsIn(await ask(browser, 'POST', '/api/passkeys/challenge'))
    const credential = newAuthenticator(origin).create(options, otherwise)
    const answer = await ask(browser, 'POST', '/api/passkeys', { name: 'Sleutel', credential })
    expect(answer).toEqual({ status: 401, body: { code: 'passkey/refused' } })
    expect((await ask(browser, 'GET', '/api/passkeys')).body['passkeys']).toEqual([])
  })

  test('to somebody else, with the challenge that one began oneself, is refused', async () => {
    const [one, other] = [await world.person('enforcer'), await world.person('enforcer')]
    const [mine, theirs] = [await signedIn(await loginOf(one)), await signedIn(await loginOf(other))]
    const options = optionsIn(await ask(mine, 'POST', '/api/passkeys/challenge'))
    const attempt = mine.get('__Host-getuige_attempt') ?? ''
    theirs.set('__Host-getuige_attempt', attempt)
    const credential = newAuthenticator(origin).create(options)
    const answer = await ask(theirs, 'POST', '/api/passkeys', { name: 'Sleutel', credential })
    expect(answer).toEqual({ status: 410, body: { code: 'passkey/attempt-over' } })
  })

  test('ends the other sessions of the person', async () => {
    const { person, browser } = await personWithPasskey()
    const elsewhere = newAuthenticator(origin)
    const options = optionsIn(await ask(browser, 'POST', '/api/passkeys/challenge'))
    const before = new Map(browser)
    const added = await ask(browser, 'POST', '/api/passkeys', { name: 'Tweede', credential: elsewhere.create(options) })
    expect(added).toMatchObject({ status: 200, body: { session: { person: { id: person.id } } } })
    expect((await ask(before, 'GET', '/api/session')).status).toBe(401)
    expect((await ask(browser, 'GET', '/api/session')).status).toBe(200)
    expect((await signInWith(elsewhere)).status).toBe(200)
  })
})

test('passkeys work at the public address and at localhost, and it is said where they do not', async () => {
  await world.restart()
  site = await world.listen()
  const atNumber = await ask(new Map(), 'POST', '/api/sign-in/passkey/challenge')
  expect(atNumber).toEqual({ status: 409, body: { code: 'passkey/address-unsuited' } })
  const { port } = new URL(site.address)
  const atName = await fetch(`http://localhost:${port}/api/sign-in/ways`)
  expect(await atName.json()).toMatchObject({ passkeys: true, providers: [] })
  await world.restart({ publicUrl: origin })
  site = await world.listen()
})

test('neither a challenge nor what it is made from stands in the database', async () => {
  const browser: Browser = new Map()
  const begun = await ask(browser, 'POST', '/api/sign-in/passkey/challenge')
  expect(begun.status).toBe(200)
  const options = optionsIn(begun)
  const rows = await world.server.db.everyCorps.selectFrom('sign_in_attempt').selectAll().execute()
  const kept = JSON.stringify(
    rows.map((row) => ({ ...row, token_sha256: Buffer.from(row.token_sha256).toString('base64url') })),
  )
  expect(kept).not.toContain(options['challenge'])
  expect(kept).not.toContain(browser.get('__Host-getuige_attempt'))
})
