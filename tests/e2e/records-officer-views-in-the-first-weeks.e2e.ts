import { addPeriod } from '@getuige/base'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { codeShown } from '../setup/authenticator.ts'
import { dockRecordings, makeCorps } from './corps.ts'
import { expectFocusVisible, press, tabTo, typeInto } from './keyboard.ts'
import { stepByKeyboard } from './picture.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'
import { password, type Phone } from './sign-in.ts'

const timeZone = 'Europe/Brussels'
const now = new Date('2026-11-22T15:00:00Z')

/** From sign-in to refusal without a mouse: Tab, arrows, Enter, the keys of each screen, and the palette. */
test('a records officer views in week 1 and is refused in week 6, by keyboard only', async () => {
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'be-brussel-elsene', {
    olga: { name: 'Olga Inzage', title: 'hoofdinspecteur', roles: ['records-officer'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  await dockRecordings(product, corps, 1, timeZone)

  const page = await product.open('/')
  await signInByKeyboard(page, product, corps.phones.olga)
  await openTheRecording(page)
  await stateThePurpose(page)
  await watch(page)
  const watched = await page.locator('video').getAttribute('src')
  expect(watched).toMatch(/^\/api\/viewings\//)
  await placeAHold(page)

  product.clock.turn(addPeriod(now, { days: 38 }, timeZone))
  await page.reload()
  await signInByKeyboard(page, product, corps.phones.olga)
  await seeItClosed(page)
  await tryByHand(page, product, watched ?? '')
  await askWhoDecides(page)
})

async function signInByKeyboard(page: Page, product: Product, phone: Phone): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in to Getuige' }).waitFor()
  await typeInto(page, page.getByLabel('Login'), 'olga')
  await typeInto(page, page.getByLabel('Password'), password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Second step' }).waitFor()
  await typeInto(
    page,
    page.getByLabel('Code of your authenticator'),
    codeShown(phone.secret ?? '', product.clock.now()),
  )
  await page.getByRole('navigation').first().waitFor()
}

async function openTheRecording(page: Page): Promise<void> {
  await page.getByText('1 recording', { exact: true }).waitFor()
  await expectAccessible(page)
  // Before the bar stands a way past it.
  await press(page, page.getByRole('link', { name: 'Skip to the content' }))
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Purpose before play' }).waitFor()
}

async function stateThePurpose(page: Page): Promise<void> {
  const start = page.getByRole('button', { name: 'Start viewing' })
  await press(page, start)
  // What is missing gets the focus.
  await page.getByText('Choose a purpose.').waitFor()
  await expectFocusVisible(page)
  const purpose = page.getByRole('radio', { name: /Judicial police/ })
  await tabTo(page, purpose)
  await page.keyboard.press('ArrowDown')
  await page.getByRole('radio', { name: /Administrative police/, checked: true }).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('radio', { name: /Judicial police/, checked: true }).waitFor()
  await typeInto(page, page.getByLabel('Number', { exact: true }), 'BR.20.L7.004512/26')
  await typeInto(page, page.getByLabel('Reason'), 'Aangifte van slagen, vaststelling door de patrouille.')
  await expectAccessible(page)
  await press(page, start)
}

async function watch(page: Page): Promise<void> {
  await stepByKeyboard(page)
  await page.getByText('“Aangifte van slagen, vaststelling door de patrouille.”').waitFor()
}

async function placeAHold(page: Page): Promise<void> {
  await page.keyboard.press('h')
  const dialog = page.getByRole('dialog')
  await tabTo(page, dialog.getByRole('radio', { name: 'Official report' }))
  await page.keyboard.press('Space')
  await typeInto(page, dialog.getByLabel('Number'), 'BR.20.L7.004512/26')
  await typeInto(page, dialog.getByLabel('Reason'), 'Onderzoek loopt.')
  await press(page, dialog.getByRole('button', { name: 'Place hold' }))
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByText(/BR\.20\.L7\.004512\/26/)
    .first()
    .waitFor()
}

/** The three parts of a refusal: what, which rule, and who can grant it. */
async function seeItClosed(page: Page): Promise<void> {
  // Whoever signs in again is back where they were.
  const place = page.getByRole('region', { name: 'Picture' })
  await place.getByRole('heading', { name: 'Closed: the first period is over' }).waitFor()
  await place.getByText('from then on the public prosecutor must decide in writing').waitFor()
  await place
    .getByText('Rule: After the first 30 days recordings are consulted only at the request of the public prosecutor.')
    .waitFor()
  await place.getByText('Who can grant it: public prosecutor, by a decision on this recording.').waitFor()
  expect(await page.locator('video').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Start viewing' }).count()).toBe(0)
  await expectAccessible(page)

  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Recordings', level: 1 }).waitFor()
  await page.getByText('Not for you to see').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await place.getByRole('heading', { name: 'Closed: the first period is over' }).waitFor()
}

/** What no screen offers, the server refuses too, and in the same words. */
async function tryByHand(page: Page, { address }: Product, watched: string): Promise<void> {
  const recordingId = new URL(page.url()).pathname.split('/').at(-1)
  const said = { reference: 'BR.20.L7.004512/26', reason: 'Nog eens bekijken.' }
  for (const purpose of ['judicial-police', 'administrative-police']) {
    const data = { ...said, purpose }
    const asked = await page.request.post(`${address}/api/recordings/${recordingId}/viewings`, { data })
    expect(asked.status()).toBe(403)
    expect(await asked.text()).toContain('BXL-6')
  }
  expect((await page.request.get(`${address}${watched}`)).ok()).toBe(false)
  for (const picture of ['storyboard', 'poster']) {
    expect((await page.request.get(`${address}/api/recordings/${recordingId}/${picture}`)).ok()).toBe(false)
  }
}

async function askWhoDecides(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('searchbox').waitFor()
  await page.keyboard.type('prosec')
  await page
    .getByRole('menuitem', { name: /prosecutor/i })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Decisions of the public prosecutor' }).waitFor()
  await page.getByText('No request waits for a decision.').waitFor()
}
