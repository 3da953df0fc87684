import type { ApprovalId, PersonId } from '@getuige/base'
import type { ProviderSettings } from '@getuige/contract'
import { decodeJwt, type JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startIdentityProvider, type TestIdentityProvider } from '../../testing/identity-provider.ts'
import { createWorld, password, type Site, toActor, type World } from '../../testing/world.ts'
import type { Caller } from './sessions.ts'
import { decideRoles, saysTwoFactors } from './identity-provider-rules.ts'

const origin = 'https://getuige.test'
const twoFactors = ['pwd', 'otp']

let world: World
let site: Site
let provider: TestIdentityProvider
let settings: ProviderSettings
beforeAll(async () => {
  provider = await startIdentityProvider(`${origin}/api/sign-in/callback`)
  world = await createWorld()
  await world.restart({ publicUrl: origin, identityProviders: [provider.issuer] })
  site = await world.listen()
  settings = {
    label: 'Politie Testcorps',
    issuer: provider.issuer,
    clientId: provider.clientId,
    scopes: ['profile', 'groups'],
    loginClaim: 'preferred_username',
    rolesClaim: 'groups',
    roleMapping: [
      { value: 'bodycam-archive', role: 'records-officer' },
      { value: 'bodycam-street', role: 'enforcer' },
    ],
    addsPeople: true,
    strongAcr: [],
    acceptsOneFactor: false,
  }
  await change({})
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
afterEach(async () => {
  provider.tamper(undefined)
  await change({})
})

/** As after a second person approved, also where there is none. */
async function changeAs(as: Caller, to: ProviderSettings, secret: string | undefined): Promise<void> {
  const { identityProviders } = world.server.modules.corps
  await identityProviders.widenAlone(as, await identityProviders.prepare(as.corpsId, to, secret))
}

async function invite(personId: PersonId, login: string): Promise<void> {
  const { identityProviders } = world.server.modules.corps
  const { administrator } = world
  const invitation = await identityProviders.prepareInvitation(administrator.corpsId, personId, login)
  await identityProviders.widenAlone(administrator, invitation)
}

function change(to: Partial<ProviderSettings>): Promise<void> {
  return changeAs(world.administrator, { ...settings, ...to }, provider.clientSecret)
}

/** What one browser holds of the cookies that it was given. */
type Browser = Map<string, string>

async function go(browser: Browser, address: string, init: RequestInit = {}): Promise<Response> {
  const cookie = [...browser].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(address, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') browser.delete(name)
    else browser.set(name, value)
  }
  return answer
}

const post = (browser: Browser, path: string, body: unknown) =>
  go(browser, `${site.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** From the button to where the provider sends the browser back to. */
async function walkToProvider(browser: Browser, subject: string): Promise<URL> {
  provider.signInAs(subject)
  const begun = await post(browser, '/api/sign-in/provider', { corpsId: world.administrator.corpsId })
  let { address } = (await begun.json()) as { address: string }
  const there: Browser = new Map()
  for (let step = 0; step < 6 && !address.startsWith(origin); step += 1) {
    const answer = await go(there, address)
    address = new URL(answer.headers.get('location') ?? '', address).href
  }
  return new URL(address)
}

/** Back with what the provider gave; answers where the browser ends. */
async function comeBack(browser: Browser, returned: URL): Promise<string | null> {
  const answer = await go(browser, `${site.address}${returned.pathname}${returned.search}`)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store'])
  return answer.headers.get('location')
}

async function signIn(subject: string): Promise<{ browser: Browser; ended: string | null }> {
  const browser: Browser = new Map()
  const ended = await comeBack(browser, await walkToProvider(browser, subject))
  return { browser, ended }
}

async function sessionOf(browser: Browser): Promise<{ status: number; body: unknown }> {
  const answer = await go(browser, `${site.address}/api/session`)
  return { status: answer.status, body: await answer.json() }
}

const refused = (code: string) => `/?refused=${encodeURIComponent(`identity-provider/${code}`)}`

let people = 0
function newAccount(groups: readonly string[], amr: readonly string[] | undefined = twoFactors) {
  people += 1
  const [subject, login] = [`subject-${people}`, `collega-${people}`]
  const claims = { name: `Collega ${people}`, preferred_username: login, groups: [...groups] }
  provider.accounts.set(subject, { claims, ...(amr === undefined ? {} : { amr }) })
  return { subject, login }
}

describe('whoever the provider gives a role', () => {
  test('is added at the first sign-in, and has from then on the roles that it gives', async () => {
    const { subject, login } = newAccount(['bodycam-street', 'something-else'])
    const first = await signIn(subject)
    expect(first.ended).toBe('/')
    const added = { login, name: provider.accounts.get(subject)?.claims['name'] }
    expect(await sessionOf(first.browser)).toMatchObject({ body: { person: { ...added, roles: ['enforcer'] } } })

    provider.accounts.set(subject, { claims: { groups: ['bodycam-archive'] }, amr: twoFactors })
    expect((await signIn(subject)).ended).toBe('/')
    // The session that stood had the other role a moment ago.
    expect(await sessionOf(first.browser)).toMatchObject({ body: { person: { ...added, roles: ['records-officer'] } } })

    provider.accounts.set(subject, { claims: { groups: [] }, amr: twoFactors })
    expect((await signIn(subject)).ended).toBe(refused('no-role'))
    expect((await sessionOf(first.browser)).status).toBe(401)
  })

  test('stays out once they have left the corps', async () => {
    const { subject } = newAccount(['bodycam-street'])
    const { browser } = await signIn(subject)
    const { body } = await sessionOf(browser)
    const { id } = (body as { person: { id: Parameters<typeof world.server.modules.corps.leave>[1] } }).person
    await world.server.modules.corps.leave(world.administrator, id)
    expect((await sessionOf(browser)).status).toBe(401)
    expect((await signIn(subject)).ended).toBe(refused('not-known'))
  })

  test('is not taken for somebody who has that login here and was not invited', async () => {
    const { subject } = newAccount(['bodycam-street'])
    provider.accounts.set(subject, {
      claims: { preferred_username: 'ada', email: 'ada@getuige.test', groups: ['bodycam-street'] },
      amr: twoFactors,
    })
    expect((await signIn(subject)).ended).toBe(`/?refused=${encodeURIComponent('person/login-taken')}`)
  })

  test('is added by an invitation alone, where the corps says so, and is linked to one subject from then on', async () => {
    await change({ addsPeople: false, rolesClaim: null })
    const { subject, login } = newAccount([])
    expect((await signIn(subject)).ended).toBe(refused('not-known'))
    const person = await world.person('records-officer')
    await invite(person.id, login)
    const { browser, ended } = await signIn(subject)
    expect(ended).toBe('/')
    expect(await sessionOf(browser)).toMatchObject({ body: { person: { id: person.id, roles: ['records-officer'] } } })

    // A provider that gives the login to another person next year gives them nothing here.
    const other = newAccount([])
    provider.accounts.set(other.subject, { claims: { preferred_username: login }, amr: twoFactors })
    expect((await signIn(other.subject)).ended).toBe(refused('not-known'))

    await world.server.modules.corps.identityProviders.unlink(world.administrator, person.id)
    expect((await sessionOf(browser)).status).toBe(401)
    expect((await signIn(subject)).ended).toBe(refused('not-known'))
  })
})

describe('two factors', () => {
  test('are asked of the provider, unless the corps takes one', async () => {
    const { subject } = newAccount(['bodycam-street'], ['pwd'])
    expect((await signIn(subject)).ended).toBe(refused('second-factor'))
    await change({ acceptsOneFactor: true })
    expect((await signIn(subject)).ended).toBe('/')
  })

  test.each<[string, Record<string, unknown>, boolean]>([
    ['mfa', { amr: ['mfa'] }, true],
    ['something known and something held', { amr: ['pwd', 'otp'] }, true],
    ['a key with a finger', { amr: ['hwk', 'fpt'] }, true],
    ['two passwords', { amr: ['pwd', 'pin'] }, false],
    ['nothing', {}, false],
    ['a word of nobody', { amr: ['toString', 'pwd'] }, false],
    ['an acr that the corps names', { acr: 'gold' }, true],
    ['an acr that it does not', { acr: 'silver' }, false],
  ])('%s', (_case, claims, expected) => {
    expect(saysTwoFactors(claims, ['gold'])).toBe(expected)
  })
})

test.each<[string, Record<string, unknown>, string | null, readonly string[] | null]>([
  ['a list', { groups: ['a', 'b', 'c'] }, 'groups', ['enforcer', 'trainer']],
  ['one value', { groups: 'a' }, 'groups', ['enforcer']],
  ['a path', { realm_access: { roles: ['a'] } }, 'realm_access.roles', ['enforcer']],
  ['a name with dots in it', { 'https://x.example/roles': ['b'] }, 'https://x.example/roles', ['trainer']],
  ['nothing that is named', { groups: ['c', 7, null] }, 'groups', []],
  ['no claim', {}, 'groups', []],
  ['what every object has', {}, 'constructor.name', []],
  ['roles that are given here', { groups: ['a'] }, null, null],
])('roles come from %s', (_case, claims, rolesClaim, expected) => {
  const roleMapping = [
    { value: 'a', role: 'enforcer' as const },
    { value: 'b', role: 'trainer' as const },
    { value: 'Object', role: 'administrator' as const },
  ]
  expect(decideRoles(claims, { rolesClaim, roleMapping })).toEqual(expected)
})

describe('nobody is signed in', () => {
  async function signInTampered(change: (claims: JWTPayload) => Promise<string>): Promise<string | null> {
    const { subject } = newAccount(['bodycam-street'])
    provider.tamper(async (answer) => ({ ...answer, id_token: await change(decodeJwt(String(answer['id_token']))) }))
    const { browser, ended } = await signIn(subject)
    expect((await sessionOf(browser)).status).toBe(ended === '/' ? 200 : 401)
    return ended
  }

  test('unless by a token that is right, also when it was signed anew', async () => {
    expect(await signInTampered((claims) => provider.sign(claims))).toBe('/')
  })

  test.each<[string, (claims: JWTPayload) => Promise<string>]>([
    ['for another attempt', (claims) => provider.sign({ ...claims, nonce: 'another' })],
    ['for another client', (claims) => provider.sign({ ...claims, aud: 'another' })],
    ['of another issuer', (claims) => provider.sign({ ...claims, iss: 'https://another.example' })],
    [
      'of an hour ago',
      (claims) => provider.sign({ ...claims, iat: Number(claims.iat) - 3600, exp: Number(claims.iat) - 1800 }),
    ],
    [
      'that nobody signed',
      (claims) => {
        const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
        return Promise.resolve(`${part({ alg: 'none' })}.${part(claims)}.`)
      },
    ],
    [
      'that was changed after it was signed',
      async (claims) => {
        const [head, , signature] = (await provider.sign(claims)).split('.')
        const body = Buffer.from(JSON.stringify({ ...claims, sub: 'subject-1' })).toString('base64url')
        return `${head}.${body}.${signature}`
      },
    ],
  ])('by a token %s', async (_case, tampered) => {
    expect(await signInTampered(tampered)).toBe(refused('refused'))
  })

  test('by what the provider gave to another browser, nor by the same twice', async () => {
    const { subject } = newAccount(['bodycam-street'])
    const [own, other]: [Browser, Browser] = [new Map(), new Map()]
    const returned = await walkToProvider(own, subject)
    expect(await comeBack(new Map(), returned)).toBe(refused('attempt-over'))
    await walkToProvider(other, subject)
    expect(await comeBack(other, returned)).toBe(refused('refused'))
    const before = new Map(own)
    expect(await comeBack(own, returned)).toBe('/')
    expect(await comeBack(before, returned)).toBe(refused('attempt-over'))
  })

  test('by a code that the provider does not take, nor after five minutes', async () => {
    const { subject } = newAccount(['bodycam-street'])
    const browser: Browser = new Map()
    const returned = await walkToProvider(browser, subject)
    returned.searchParams.set('code', 'x'.repeat(43))
    expect(await comeBack(browser, returned)).toBe(refused('refused'))
    // One that waited for longer than the provider lets codes wait.
    const old = await walkToProvider(browser, subject)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    const tooLate = await comeBack(browser, old)
    vi.useRealTimers()
    expect(tooLate).toBe(refused('refused'))

    const late = await walkToProvider(browser, subject)
    world.clock.advance(5 * 60_000)
    expect(await comeBack(browser, late)).toBe(refused('attempt-over'))
  })

  test('when the provider says that they stopped', async () => {
    const { subject } = newAccount(['bodycam-street'])
    const browser: Browser = new Map()
    const returned = await walkToProvider(browser, subject)
    returned.searchParams.delete('code')
    returned.searchParams.set('error', 'access_denied')
    expect(await comeBack(browser, returned)).toBe(refused('cancelled'))
  })
})

describe('signing out at the provider', () => {
  const tell = (token: string) =>
    site.fetch('/api/sign-in/provider-logout', {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    })
  const logoutClaims = (sub: string): JWTPayload => ({
    iss: provider.issuer,
    aud: provider.clientId,
    iat: Math.floor(Date.now() / 1000),
    jti: 'one',
    sub,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })

  test('ends the sessions here; a token that is not one for that ends none', async () => {
    const { subject } = newAccount(['bodycam-street'])
    const { browser } = await signIn(subject)
    const claims = logoutClaims(subject)
    for (const wrong of [
      { ...claims, aud: 'another' },
      { ...claims, iss: 'https://another.example' },
      { ...claims, nonce: 'of-a-sign-in' },
      { ...claims, events: {} },
      { ...claims, iat: Number(claims.iat) - 3600 },
    ]) {
      expect((await tell(await provider.sign(wrong))).status).toBe(401)
    }
    expect((await tell('nonsense')).status).toBe(401)
    expect((await sessionOf(browser)).status).toBe(200)
    expect((await tell(await provider.sign(claims))).status).toBe(200)
    expect((await sessionOf(browser)).status).toBe(401)
  })
})

describe('the settings', () => {
  test('are an administrator’s, name an issuer that the operator allows, and are entered', async () => {
    const as = world.administrator
    const other = { ...settings, issuer: 'https://another.example' }
    await expect(changeAs(as, other, 'x')).rejects.toMatchObject({
      code: 'identity-provider/issuer-not-allowed',
    })
    await expect(changeAs(as, { ...settings, clientId: 'another' }, undefined)).rejects.toMatchObject({
      code: 'identity-provider/secret-missing',
    })
    await changeAs(as, { ...settings, label: 'Anders' }, undefined)
    const rows = await world.server.db.everyCorps.selectFrom('identity_provider').selectAll().execute()
    expect(JSON.stringify(rows.map((row) => Buffer.from(row.sealed_secret).toString('latin1')))).not.toContain(
      provider.clientSecret,
    )
    const entries = await world.server.db.everyCorps
      .selectFrom('custody_entry')
      .select('details')
      .where('type', '=', 'identity-provider-changed')
      .execute()
    expect(entries.length).toBeGreaterThan(0)
    expect(JSON.stringify(entries)).not.toContain(provider.clientSecret)
  })
})

test('sessions that began at a provider end when the corps leaves it for another client or for none; others go on', async () => {
  const { subject } = newAccount(['bodycam-street'])
  const { identityProviders } = world.server.modules.corps
  const byPassword: Browser = new Map()
  await post(byPassword, '/api/session', { login: 'ada', password })
  for (const leave of [
    () => identityProviders.remove(world.administrator),
    () => changeAs(world.administrator, { ...settings, clientId: 'another' }, 'x'),
  ]) {
    await change({})
    const { browser } = await signIn(subject)
    await change({ label: 'The same under another name' })
    expect((await sessionOf(browser)).status).toBe(200)
    await leave()
    expect((await sessionOf(browser)).status).toBe(401)
  }
  expect((await sessionOf(byPassword)).status).toBe(200)
})

test('an administrator alone cannot decide who becomes whom: a second person approves', async () => {
  const { corpsId } = world.administrator
  const found = (at: Date | null) =>
    world.server.db.everyCorps.updateTable('corps').set({ founded_at: at }).where('id', '=', corpsId).execute()
  await found(world.clock.now())
  const browser: Browser = new Map()
  await post(browser, '/api/session', { login: 'ada', password })
  const put = (path: string, body: unknown) =>
    go(browser, `${site.address}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const reason = 'the provider of the city'
  const wider = { ...settings, label: 'Not yet', roleMapping: [{ value: 'all', role: 'records-officer' }] }
  const waits = [200, { asked: { approvalId: expect.stringMatching(/^appr_/) as string } }]
  const changed = await put('/api/identity-provider', { settings: wider, reason })
  expect([changed.status, await changed.json()]).toMatchObject(waits)
  const invited = await put(`/api/people/${world.officer.id}/identity`, { kind: 'invite', login: 'mallory', reason })
  expect([invited.status, await invited.json()]).toMatchObject(waits)
  const { identityProviders } = world.server.modules.corps
  expect((await identityProviders.find(corpsId))?.settings.label).toBe(settings.label)
  expect(await identityProviders.identityOf(world.administrator, world.officer.id)).toBeUndefined()

  // A second person approves; what waited is decided again by what is so now.
  const second = await world.person('data-protection-officer')
  const approve = async (answer: unknown) => {
    const { asked } = answer as { asked: { approvalId: ApprovalId } }
    await world.server.modules.approvals.approve(toActor(second), asked.approvalId, reason)
  }
  const ask = async (path: string, body: unknown) => (await put(path, body)).json()
  const { subject, login } = newAccount([])
  const invitation = await ask(`/api/people/${world.officer.id}/identity`, { kind: 'invite', login, reason })
  const provided = await ask('/api/identity-provider', { settings: { ...settings, rolesClaim: null }, reason })
  const outdated = await ask('/api/identity-provider', { settings: { ...settings, label: 'Outdated' }, reason })
  expect((await signIn(subject)).ended).toBe(refused('no-role'))
  await approve(provided)
  await approve(invitation)
  const { browser: officers, ended } = await signIn(subject)
  expect(ended).toBe('/')
  expect(await sessionOf(officers)).toMatchObject({ body: { person: { id: world.officer.id } } })
  const stale = await ask(`/api/people/${world.camera.wearer.id}/identity`, { kind: 'invite', login: 'later', reason })

  await world.restart({ publicUrl: origin, identityProviders: ['https://id.example'] })
  await expect(approve(outdated)).rejects.toMatchObject({ code: 'identity-provider/issuer-not-allowed' })
  await expect(approve(stale)).rejects.toMatchObject({ code: 'identity-provider/none' })
  await world.restart({ publicUrl: origin, identityProviders: [provider.issuer] })
  site = await world.listen()
  await found(null)
})

test('while the provider is down that is said, and passwords still work', async () => {
  const browser: Browser = new Map()
  const returned = await walkToProvider(browser, newAccount(['bodycam-street']).subject)
  await provider.stop()
  const begun = await post(new Map(), '/api/sign-in/provider', { corpsId: world.administrator.corpsId })
  expect([begun.status, await begun.json()]).toEqual([503, { code: 'identity-provider/unreachable' }])
  expect(await comeBack(browser, returned)).toBe(refused('unreachable'))
  expect((await post(new Map(), '/api/session', { login: 'ada', password })).status).toBe(200)
  provider = await startIdentityProvider(`${origin}/api/sign-in/callback`)
  await world.restart({ publicUrl: origin, identityProviders: [provider.issuer] })
  site = await world.listen()
  settings = { ...settings, issuer: provider.issuer }
})
