import type { PersonId, Role } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeShown } from '../../../../../tests/setup/authenticator.ts'
import { createEmptyServer, createWorld, password, type Site, toActor, type World } from '../../testing/world.ts'

const minutes = 60_000
const reason = 'Zoals afgesproken met de korpschef.'
let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const corps = () => world.server.modules.corps
const entered = async (type: string) =>
  (
    await world.server.db.everyCorps
      .selectFrom('custody_entry')
      .select('details')
      .where('type', '=', type)
      .orderBy('serial')
      .execute()
  ).map(({ details }) => details as Record<string, unknown>)
const rolesOf = async (id: PersonId) => (await corps().findPerson(world.administrator.corpsId, id))?.roles

describe('while a corps is being founded', () => {
  test('its first administrator gives roles alone, and the log says so; a second one who signs in ends that for good', async () => {
    const administrator = toActor(world.administrator)
    const add = (login: string, roles: readonly Role[]) =>
      corps().addPerson(administrator, { name: 'Iemand', title: '', login, roles, reason })
    const officer = await add('first-officer', ['records-officer'])
    expect([officer.person.roles, officer.awaited]).toEqual([['records-officer'], []])
    expect((await entered('person-added')).at(-1)).toMatchObject({ isFounding: true })

    const second = await add('second-administrator', ['administrator'])
    expect(await entered('founding-ended')).toEqual([])
    const { session } = await world.signInWith('second-administrator', second.oneTimePassword)
    await corps().changePassword(session, second.oneTimePassword, password)
    expect(await entered('founding-ended')).toHaveLength(1)

    const later = await add('later-officer', ['records-officer', 'enforcer'])
    expect([later.person.roles, later.awaited]).toEqual([['enforcer'], ['records-officer']])
    // Also once the second one is gone: who could end the access of the others must not found the corps anew.
    await corps().leave(administrator, second.person.id)
    expect((await add('last-officer', ['records-officer'])).awaited).toEqual(['records-officer'])
  })
})

describe('roles', () => {
  test('are taken away at once; what reaches further waits until somebody else approves it, once', async () => {
    const [asker, approver] = [await world.person('administrator'), await world.person('data-protection-officer')]
    const one = await world.person('records-officer', 'enforcer')
    const answer = await site.ask('PUT', `/api/people/${one.id}/roles`, {
      as: asker,
      body: { roles: ['enforcer', 'investigator'], reason },
    })
    expect(answer.body).toMatchObject({ person: { roles: ['enforcer'] }, awaitedRoles: ['investigator'] })
    const { asked } = answer.body as { asked: { approvalId: string } }
    const approve = (as: typeof asker) =>
      site.ask('POST', `/api/approvals/${asked.approvalId}/approve`, { as, body: { reason } })
    expect((await approve(asker)).status).not.toBe(200)
    expect(await rolesOf(one.id)).toEqual(['enforcer'])
    const both = await Promise.all([approve(approver), approve(approver)])
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await rolesOf(one.id)).toEqual(['enforcer', 'investigator'])
    expect((await entered('roles-widened')).filter(({ approvalId }) => approvalId === asked.approvalId)).toHaveLength(1)
  })

  test('are given to nobody by themselves, and the last administrator keeps theirs', async () => {
    await using alone = await createWorld()
    const { corps: its } = alone.server.modules
    const administrator = toActor(alone.administrator)
    await expect(
      its.changeRoles(administrator, administrator.id, { roles: ['administrator', 'records-officer'], reason }),
    ).rejects.toMatchObject({ code: 'person/not-oneself' })
    const last = { code: 'person/last-administrator' }
    await expect(
      its.changeRoles(administrator, administrator.id, { roles: ['enforcer'], reason }),
    ).rejects.toMatchObject(last)
    await expect(its.leave(administrator, administrator.id)).rejects.toMatchObject(last)
    // Of two who leave at once, one stays.
    const second = await alone.person('administrator')
    const both = await Promise.allSettled([
      its.leave(administrator, second.id),
      its.leave(administrator, administrator.id),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    // Nobody is left who could approve anything: only who runs the server helps, and that is entered.
    const people = await its.listPeople(administrator.corpsId)
    const left = people.find(({ leftAt, roles }) => leftAt === null && roles.includes('administrator'))
    expect(await its.recoverByOperator(left?.login ?? '', reason)).toMatchObject({ isFoundingAgain: true })
  })
})

describe('a role that waits for a second person', () => {
  test('is not given to an account whose password was replaced meanwhile; the second person sees who gave the last', async () => {
    const [asker, approver] = [await world.person('administrator'), await world.person('data-protection-officer')]
    const one = await world.person('enforcer')
    const ask = async () => {
      const body = { roles: ['enforcer', 'records-officer'], reason }
      const answer = await site.ask('PUT', `/api/people/${one.id}/roles`, { as: asker, body })
      return (answer.body as { asked: { approvalId: string } }).asked.approvalId
    }
    const approve = (approvalId: string) =>
      site.ask('POST', `/api/approvals/${approvalId}/approve`, { as: approver, body: { reason } })
    const before = await ask()
    world.clock.advance(1000)
    expect((await site.ask('POST', `/api/people/${one.id}/one-time-password`, { as: asker })).status).toBe(200)
    const refused = await approve(before)
    expect([refused.status, refused.body]).toEqual([409, { code: 'person/password-given' }])
    expect(await rolesOf(one.id)).toEqual(['enforcer'])

    const after = await ask()
    const { body } = await site.ask('GET', '/api/approvals', { as: approver })
    const { waitingForMe } = body as { waitingForMe: { id: string; shown: unknown }[] }
    expect(waitingForMe.find(({ id }) => id === after)?.shown).toMatchObject({
      hasSignedIn: false,
      passwordGivenBy: { name: asker.name },
      passwordGivenAt: world.clock.now().toISOString(),
    })
    expect((await approve(after)).status).toBe(200)
  })
})

describe('who leaves the corps', () => {
  test('is out at the next request and the next byte; the name stays; who returns has no wider role than an enforcer', async () => {
    const officer = await world.person('records-officer', 'enforcer')
    const recordingId = await world.viewableRecording()
    const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
    const viewing = await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as: officer, body: stated })
    const { mediaUrl } = viewing.body as { mediaUrl: string }
    const nextByte = () => site.fetch(mediaUrl, { as: officer, headers: { range: 'bytes=0-9' } })
    expect((await nextByte()).status).toBe(206)

    expect((await site.ask('POST', `/api/people/${officer.id}/leave`, { as: world.administrator })).status).toBe(200)
    expect((await nextByte()).status).toBe(401)
    expect((await site.ask('GET', '/api/recordings', { as: officer })).status).toBe(401)
    const login = (await corps().findPerson(officer.corpsId, officer.id))?.login ?? ''
    const again = await site.ask('POST', '/api/session', { body: { login, password } })
    expect([again.status, again.body]).toEqual([401, { code: 'session/wrong-credentials' }])
    expect((await entered('session-ended')).at(-1)).toMatchObject({ personId: officer.id, because: 'left' })

    const back = await corps().return(toActor(world.administrator), officer.id)
    expect(back.person).toMatchObject({ roles: ['enforcer'], leftAt: null, mustChangePassword: true })
    expect((await site.ask('POST', '/api/session', { body: { login, password } })).status).toBe(401)
  })
})

describe('a session', () => {
  test('ends after an hour without use, and after twelve hours in any case', async () => {
    const busy = await world.person('enforcer')
    const idle = await world.person('enforcer')
    const alive = async (who: typeof busy) => (await site.ask('GET', '/api/session', { as: who })).status === 200
    const began = world.clock.now()
    for (let minute = 0; minute < 12 * 60; minute += 45) {
      expect([minute, await alive(busy)]).toEqual([minute, true])
      world.clock.advance(45 * minutes)
    }
    expect([await alive(busy), await alive(idle)]).toEqual([false, false])
    // A clock that is set back lets nobody in again who began later than it shows.
    world.clock.turn(new Date(began.getTime() - 60 * minutes))
    expect(await alive(busy)).toBe(false)
    world.clock.turn(began)
  })

  test('changes nothing once it ended, and none goes on from a password that was replaced while it was looked at', async () => {
    const one = await world.person('enforcer')
    const login = (await corps().findPerson(one.corpsId, one.id))?.login ?? ''
    const { session } = await world.signInWith(login, password)
    await corps().endSession(toActor(world.administrator), one.id, session.id)
    await expect(corps().changePassword(session, password, 'a password of a thief')).rejects.toMatchObject({
      code: 'session/none',
    })
    for (let round = 0; round < 5; round += 1) {
      const [begun, replaced] = await Promise.allSettled([
        world.signInWith(login, password),
        corps().resetPassword(toActor(world.administrator), one.id),
      ])
      if (replaced.status === 'rejected') throw replaced.reason
      if (begun.status === 'fulfilled') expect(await corps().findSessionByToken(begun.value.token)).toBeUndefined()
      const { session: fresh } = await world.signInWith(login, replaced.value)
      await corps().changePassword(fresh, replaced.value, password)
    }
  })

  test('is listed without the whole address, and ended by its person or an administrator, each with an entry', async () => {
    const one = await world.person('enforcer')
    const client = { browser: 'Firefox, Windows', network: '192.0.2.0/24' }
    const step = await corps().signIn((await corps().findPerson(one.corpsId, one.id))?.login ?? '', password, client)
    if (step.step !== 'signed-in') throw new Error('no second factor was asked for')
    const account = await site.ask('GET', '/api/account', { as: one })
    expect(account.body).toMatchObject({ sessions: [expect.anything(), expect.anything()] })
    expect(JSON.stringify(account.body)).toContain('192.0.2.0/24')
    const other = await world.person('records-officer')
    expect((await site.ask('GET', `/api/people/${one.id}/sessions`, { as: other })).status).toBe(403)

    const end = (as: typeof one, path: string) =>
      site.ask('DELETE', `${path}/sessions/${step.opened.session.id}`, { as })
    expect((await end(other, '/api/account')).status).toBe(404)
    expect((await end(world.administrator, `/api/people/${one.id}`)).status).toBe(200)
    expect(await corps().findSessionByToken(step.opened.token)).toBeUndefined()
    expect((await entered('session-ended')).at(-1)).toMatchObject({ because: 'ended-by-administrator' })
  })
})

describe('a lock-out', () => {
  test('is entered, seen by administrators, and undone by them', async () => {
    const one = await world.person('enforcer')
    const login = (await corps().findPerson(one.corpsId, one.id))?.login ?? ''
    for (let i = 0; i < 5; i += 1) await site.ask('POST', '/api/session', { body: { login, password: `wrong ${i}` } })
    expect((await entered('sign-in-locked')).at(-1)).toMatchObject({ personId: one.id })
    const listed = await site.ask('GET', '/api/people', { as: world.administrator })
    const { people } = listed.body as { people: { id: string; lockedUntil: string | null }[] }
    expect(people.find(({ id }) => id === one.id)?.lockedUntil).not.toBeNull()
    expect((await site.ask('POST', `/api/people/${one.id}/unlock`, { as: world.administrator })).status).toBe(200)
    expect((await site.ask('POST', '/api/session', { body: { login, password } })).status).toBe(200)
  })
})

describe('with a second factor', () => {
  test('every way in leads through it; a code works once, also twice at the same moment', async () => {
    await using strict = await createWorld({ asksSecondFactor: true })
    const its = await strict.listen()
    const { corps: corpsHere } = strict.server.modules
    const as = strict.administrator
    // The password alone opens nothing but the way to a second factor.
    expect((await its.ask('GET', '/api/people', { as })).body).toEqual({ code: 'session/second-factor-required' })
    expect((await its.ask('GET', '/api/session', { as })).body).toMatchObject({ mustAddFactor: true })
    const { body: begun } = await its.ask('POST', '/api/account/totp', { as })
    const { secret } = begun as { secret: string }
    const code = () => codeShown(secret, strict.clock.now())
    expect((await its.ask('POST', '/api/account/totp/code', { as, body: { code: '000000' } })).status).toBe(401)
    const added = await its.ask('POST', '/api/account/totp/code', { as, body: { code: code() } })
    expect(added.body).toMatchObject({ mustAddFactor: false })
    expect((await its.ask('GET', '/api/session', { as })).status).toBe(401)
    const rows = await strict.server.db.everyCorps.selectFrom('totp').select('sealed_secret').execute()
    expect(Buffer.from(rows[0]?.sealed_secret ?? []).includes(Buffer.from(secret))).toBe(false)

    const first = async () => {
      const answer = await its.ask('POST', '/api/session', { body: { login: 'ada', password } })
      expect(answer.body).toMatchObject({ step: 'second-factor', factors: ['totp'] })
      return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    }
    const second = async (cookie: string, given: string) =>
      (
        await its.fetch('/api/session/code', {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: JSON.stringify({ code: given }),
        })
      ).status
    const [one, other] = [await first(), await first()]
    expect(await its.fetch('/api/people', { headers: { cookie: one } })).toMatchObject({ status: 401 })
    expect(await second(one, code())).toBe(401) // it was used to add it
    strict.clock.advance(30_000)
    const both = await Promise.all([second(one, code()), second(other, code())])
    expect(both).toEqual(expect.arrayContaining([200, 401]))
    // A clock that is set back makes no used code good again.
    strict.clock.advance(-30_000)
    expect(await second(await first(), code())).toBe(401)
    strict.clock.advance(60_000)
    const late = await first()
    strict.clock.advance(11 * minutes)
    expect(await second(late, code())).toBe(401)
    // Nor does a step of the day ahead, when the clock was wrong, wait for its day to come.
    strict.clock.advance(24 * 60 * minutes)
    const ahead = await first()
    strict.clock.advance(-24 * 60 * minutes)
    expect(await second(ahead, code())).toBe(401)

    // Four more wrong codes lock the login, password or not.
    const guessing = await first()
    const guesses = []
    for (let i = 0; i < 6; i += 1) guesses.push(await second(guessing, '000000'))
    expect(guesses.at(-1)).toBe(429)
    expect((await its.ask('POST', '/api/session', { body: { login: 'ada', password } })).status).toBe(429)
    expect(await corpsHere.countLocked(as.corpsId)).toBe(1)
  })
})

describe('recovery', () => {
  test('takes two administrators, ends what there was, and shows its password once to who asked', async () => {
    const [asker, approver] = [await world.person('administrator'), await world.person('administrator')]
    const lost = await world.person('records-officer')
    const people = `/api/people/${lost.id}`
    expect((await site.ask('POST', `${people}/one-time-password`, { as: asker })).body).toEqual({
      code: 'person/recovery-needed',
    })
    const asked = await site.ask('POST', `${people}/recovery`, { as: asker, body: { reason } })
    const { approvalId } = asked.body as { approvalId: string }
    const take = (as: typeof asker) => site.ask('POST', `${people}/recovery/one-time-password`, { as })
    expect((await take(asker)).body).toEqual({ code: 'person/no-recovery' })
    expect((await site.ask('GET', '/api/session', { as: lost })).status).toBe(200)
    const approved = await site.ask('POST', `/api/approvals/${approvalId}/approve`, { as: approver, body: { reason } })
    expect(approved.status).toBe(200)
    expect((await site.ask('GET', '/api/session', { as: lost })).status).toBe(401)

    // Until the one-time password is taken every password is simply wrong.
    const lostLogin = (await corps().findPerson(lost.corpsId, lost.id))?.login ?? ''
    const wrong = await site.ask('POST', '/api/session', { body: { login: lostLogin, password } })
    expect([wrong.status, wrong.body]).toEqual([401, { code: 'session/wrong-credentials' }])

    expect((await take(approver)).body).toEqual({ code: 'person/no-recovery' })
    const both = await Promise.all([take(asker), take(asker)])
    expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]))
    const shown = both.find(({ status }) => status === 200)
    const { oneTimePassword } = (shown ?? { body: {} }).body as { oneTimePassword: string }
    const login = (await corps().findPerson(lost.corpsId, lost.id))?.login ?? ''
    const answer = await site.ask('POST', '/api/session', { body: { login, password: oneTimePassword } })
    expect(answer.body).toMatchObject({ session: { mustChangePassword: true } })
  })

  test('by who runs the server is entered; where nobody could approve, the corps is founded anew', async () => {
    const its = world.server.modules.corps
    expect(await its.recoverByOperator('nobody-at-all', reason)).toBeUndefined()
    const recovered = await its.recoverByOperator('ada', reason)
    expect(recovered?.isFoundingAgain).toBe(false)
    expect((await entered('account-recovered')).at(-1)).toMatchObject({ by: 'operator', reason })
    expect((await world.signInWith('ada', recovered?.oneTimePassword ?? '')).session.person.mustChangePassword).toBe(
      true,
    )
    // Nobody is an administrator any more, as when a provider gives the role to nobody: then there is one again.
    await world.server.db.everyCorps
      .updateTable('person')
      .set({ roles: ['enforcer'] })
      .execute()
    const again = await its.recoverByOperator('ada', reason)
    expect([again?.isFoundingAgain, await rolesOf(world.administrator.id)]).toEqual([
      true,
      ['enforcer', 'administrator'],
    ])
    expect((await entered('roles-widened')).at(-1)).toMatchObject({ added: ['administrator'], by: 'operator', reason })

    await using empty = await createEmptyServer()
    expect(await empty.server.modules.corps.recoverByOperator('ada', reason)).toBeUndefined()
  })
})
