import { idPrefixes, roles } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { arrive, dockRecordings, makeCorps } from './corps.ts'
import { expectAccessible, startProduct } from './product.ts'

const now = new Date('2026-11-22T15:00:00Z')
/** Every role that may run the corps, its people and its devices. */
const fullRights = ['administrator', 'fleet-manager', 'shift-lead', 'auditor'] as const

test('an administrator with full rights cannot view', async () => {
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'be-brussel-elsene', {
    bert: { name: 'Bert Beheer', title: 'hoofd informatica', roles: fullRights },
    olga: { name: 'Olga Inzage', roles: ['records-officer'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const [recordingId] = await dockRecordings(product, corps, 1, 'Europe/Brussels')
  if (recordingId === undefined) throw new Error('a recording was docked')

  const page = await arrive(product, corps, 'bert')
  await openEveryScreen(page, product.address, recordingId)
  await tryEveryEndpoint(page, product.address, recordingId)
  await takeTheRole(page, product.address, corps.actors.bert.id)
  expect((await page.request.get(`${product.address}/api/recordings/${recordingId}`)).status()).toBe(404)
})

const screens = [
  '/oversight',
  '/access-log',
  '/recordings',
  '/mandates',
  '/approvals',
  '/own',
  '/people',
  '/upload',
  '/cameras',
  '/retention',
  '/verification',
  '/law',
  '/account',
] as const

async function openEveryScreen(page: Page, address: string, recordingId: string): Promise<void> {
  const asked: string[] = []
  page.on('response', (response) => {
    if (response.ok()) asked.push(new URL(response.url()).pathname)
  })
  for (const path of [...screens, `/recordings/${recordingId}`, `/own/${recordingId}`]) {
    await page.goto(`${address}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const loading = page.getByRole('status', { name: /Loading|Fetching/ })
    await expect.poll(() => loading.count(), { message: path }).toBe(0)
    expect(await page.locator('video').count(), path).toBe(0)
    expect(await page.getByRole('button', { name: 'Start viewing' }).count(), path).toBe(0)
  }
  expect(asked.filter((path) => /storyboard|poster|media|viewings/.test(path))).toEqual([])

  await page.goto(`${address}/recordings`)
  await page.getByText('This screen is not open to your role').waitFor()
  await page.getByText('Rule: roles are separated. Whoever manages people and cameras views no recordings').waitFor()
  await page.getByText(/^Who may: .*records officer.* An administrator assigns roles\.$/).waitFor()
  await expectAccessible(page)
  await page.goto(`${address}/recordings/${recordingId}`)
  await page.getByText('This screen is not open to your role').waitFor()
}

/** All that the server answers about recordings, by hand, in the session of this browser. */
async function tryEveryEndpoint(page: Page, address: string, recordingId: string): Promise<void> {
  const never = (kind: keyof typeof idPrefixes) => `${idPrefixes[kind]}_${'0'.repeat(26)}`
  const said = { reference: 'BR.20.L7.004512/26', reason: 'Om te kijken of het werkt.' }
  const bodies: Readonly<Record<string, unknown>> = {
    startViewing: { ...said, purpose: 'judicial-police' },
    exportRecording: { ...said, purpose: 'judicial-police', recipient: 'Mezelf' },
    breakGlass: { danger: 'Er is iemand in levensgevaar, zeg ik.' },
    changeTags: { tags: ['plein'] },
    placeHold: { kind: 'report', number: said.reference, reason: said.reason },
    assignRecording: { personId: never('person'), ...said, purpose: 'judicial-police', untilOn: '2026-11-29' },
    completeActivation: {
      firstWarningAt: null,
      secondWarningAt: null,
      exception: 'immediate-danger',
      trigger: 'coercion',
      effect: 'calmed',
      note: '',
    },
    eraseEarly: {
      number: '2026/1',
      court: 'Rechtbank',
      decidedOn: '2026-11-20',
      documentSha256: 'a'.repeat(64),
      endsHolds: [],
      reason: said.reason,
    },
  }
  const aboutOne = Object.entries(contract).flatMap(([name, value]) =>
    typeof value === 'object' && 'path' in value && 'method' in value && value.path.includes(':recordingId')
      ? [{ name, method: value.method, path: value.path }]
      : [],
  )
  expect(aboutOne.length).toBeGreaterThan(8)
  const known = Object.keys(bodies)
  expect(aboutOne.map(({ name }) => name)).toEqual(expect.arrayContaining(known))
  for (const { name, method, path } of aboutOne) {
    const filled = path.replace(':recordingId', recordingId).replace(/:\w+/, never('grant'))
    const data = bodies[name] ?? {}
    const answer = await page.request.fetch(`${address}/api${filled}`, method === 'GET' ? {} : { method, data })
    expect([403, 404], `${name}: ${await answer.text()}`).toContain(answer.status())
  }
  for (const path of [
    `/api/recordings/${recordingId}/storyboard`,
    `/api/recordings/${recordingId}/poster`,
    `/api/recordings/${recordingId}/media`,
    `/api/viewings/${never('viewing')}/media`,
    '/api/recordings',
  ]) {
    expect([403, 404], path).toContain((await page.request.get(`${address}${path}`)).status())
  }
  const mandate = { ...said, recordingIds: [recordingId], purpose: 'judicial-police' }
  const asked = await page.request.post(`${address}/api/mandate-requests`, { data: mandate })
  expect([403, 404]).toContain(asked.status())
}

/** Who manages roles still does not take one. */
async function takeTheRole(page: Page, address: string, personId: string): Promise<void> {
  const data = { roles: [...roles], reason: 'Ik heb het nodig.' }
  const answer = await page.request.fetch(`${address}/api/people/${personId}/roles`, { method: 'PUT', data })
  expect(answer.status(), await answer.text()).toBe(403)
}
