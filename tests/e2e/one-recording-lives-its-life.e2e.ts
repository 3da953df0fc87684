import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { addPeriod, dayOf } from '@getuige/base'
import { clips } from '../../apps/server/src/demo/clips/clips.ts'
import { withoutMoov } from '../../apps/server/src/demo/clips/damage.ts'
import { personaliseClip } from '../../apps/server/src/demo/personalise-clip.ts'
import { frameShown, stopAt } from './picture.ts'
import { openFirst } from './list.ts'
import { expectAccessible, getuige, type Product, startProduct } from './product.ts'
import { approve, fetchApproved } from './approvals.ts'
import { addAuthenticator, password, type Phone, signIn, signInFirst } from './sign-in.ts'

const timeZone = 'Europe/Amsterdam'
const now = new Date('2026-11-22T15:00:00Z')

/** From set-up to a verified package and a certificate of erasure, in a browser, with real files; the clock is turned. */
test('one recording lives its whole life', async () => {
  await using product = await startProduct(now)
  const files = await makeRecordings(product)

  const { token, passwords, phone, page: administrator } = await setUp(product)
  const phones = { administrator: phone, officer: { secret: null } as Phone }
  const secondPassword = await addSecondOfficer(administrator, product)
  await upload(administrator, product, files)
  await dock(product, files.folder, token)

  await wearerCompletesTheRecord(product, passwords.enforcer)

  const officer = await product.open('/')
  await signInFirst(officer, product, 'officer', passwords.officer)
  await officer.getByRole('heading', { name: 'Add a second factor' }).waitFor()
  await expectAccessible(officer)
  phones.officer = await addAuthenticator(officer, product)
  await findAndView(officer, product)
  const second = await product.open('/')
  await signInFirst(second, product, 'second', secondPassword)
  await addAuthenticator(second, product)
  await second.getByRole('heading', { name: 'Recordings' }).waitFor()
  await hold(officer, second)
  await exportAndVerify(officer, second, product)
  await seeDamaged(officer)

  await eraseWhatIsDue(product, phones.administrator)
  await seeCertificate(product, phones.officer)
  expect(await getuige(product, ['fsck'])).toMatchObject({ code: 0 })
})

type Files = Readonly<{ folder: string; uploaded: string; text: string }>

async function makeRecordings({ folder }: Product): Promise<Files> {
  const make = async (i: number, nonce: string) => {
    const clip = clips[i]
    if (clip === undefined) throw new Error('there are no clips')
    const recordedOn = dayOf(addPeriod(now, { days: -1 }, timeZone), timeZone)
    return personaliseClip(clip, { recordedOn, timeZone, cameraSerial: 'CAM-7', nonce })
  }
  const camera = join(folder, 'camera')
  await mkdir(camera)
  const uploaded = join(folder, 'uploaded.mp4')
  await writeFile(uploaded, await make(0, 'a'))
  await writeFile(join(camera, 'docked.mp4'), await make(1, 'b'))
  await writeFile(join(camera, 'battery-died.mp4'), withoutMoov(await make(2, 'c')))
  const text = join(folder, 'shopping-list.mp4')
  await writeFile(text, 'eggs, milk, bread\n'.repeat(200))
  return { folder: camera, uploaded, text }
}

async function setUp(product: Product) {
  const link = await product.running.server.modules.corps.offerSetup()
  const page = await product.open(`/setup/${link}`)
  const next = () => page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Name of the corps').fill('Handhaving Testdam')
  await page.getByRole('radio', { name: /The Hague, municipal enforcers/ }).check({ force: true })
  await page.getByText('Draft, to be confirmed by a jurist').waitFor()
  await expectAccessible(page)
  await next()

  await page.getByLabel('Name', { exact: true }).fill('Ada Beheer')
  await page.getByLabel('Login').fill('ada')
  await page.getByLabel('New password', { exact: true }).fill('too short')
  await page.getByLabel(/once more/).fill('too short')
  expect(await page.getByRole('button', { name: 'Make the corps' }).isDisabled()).toBe(true)
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByLabel(/once more/).fill(password)
  await page.getByRole('button', { name: 'Make the corps' }).click()
  await page.getByText('The corps exists').waitFor()
  await page.getByRole('heading', { name: 'Add a second factor' }).waitFor()
  await expectAccessible(page)
  const phone = await addAuthenticator(page, product)
  await page.getByRole('heading', { name: 'Records officer' }).waitFor()

  await page.getByLabel('Name', { exact: true }).fill('Olga Inzage')
  await page.getByLabel('Login').fill('officer')
  await next()
  await page.getByRole('heading', { name: 'Enforcer' }).waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Egon Straat')
  await page.getByLabel('Login').fill('enforcer')
  await next()
  await page.getByLabel('Label', { exact: true }).fill('VB-007')
  await page.getByLabel('Serial number').fill('CAM-7')
  await page.getByLabel('Label of the dock').fill('Balie')
  await next()
  await page.getByText('Handhaving Testdam is ready').waitFor()
  await expectAccessible(page)
  const secret = async (label: RegExp) =>
    ((await page.locator('code').and(page.getByLabel(label)).textContent()) ?? '').trim()
  const passwords = { officer: await secret(/Olga Inzage/), enforcer: await secret(/Egon Straat/) }
  const token = await secret(/Token of dock/)

  const again = await product.open(`/setup/${link}`)
  await again.getByText(/link/i).first().waitFor()
  expect(await again.getByLabel('Name of the corps').count()).toBe(0)
  return { token, passwords, phone, page }
}

/** While nobody else can approve roles, the administrator gives them alone. */
async function addSecondOfficer(page: Page, { address }: Product): Promise<string> {
  await page.goto(`${address}/people`)
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Otto Tweede')
  await dialog.getByLabel('Login').fill('second')
  await dialog.getByRole('checkbox', { name: /records officer/ }).check({ force: true })
  await dialog.getByText(/Nobody else in the corps can approve roles yet/).waitFor()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  return (
    (await page
      .locator('code')
      .and(page.getByLabel(/Otto Tweede/))
      .textContent()) ?? ''
  ).trim()
}

async function upload(page: Page, product: Product, files: Files): Promise<void> {
  await page.goto(`${product.address}/upload`)
  await page.getByRole('button', { name: /Made with camera/ }).click()
  await page.getByRole('option', { name: /VB-007/ }).click()
  await page.locator('input[type=file]').setInputFiles([files.uploaded, files.text])
  await page.getByText('Received and sealed').waitFor()
  await page.getByText('Refused', { exact: true }).waitFor()
  await expectAccessible(page)
}

async function dock(product: Product, folder: string, token: string): Promise<void> {
  const args = ['dock', folder, '--camera', 'CAM-7', '--server', product.address]
  const [first, refused] = await Promise.all([
    getuige(product, args, { GETUIGE_DOCK_TOKEN: token }),
    getuige(product, args, { GETUIGE_DOCK_TOKEN: 'dock_of_somebody_else' }),
  ])
  expect(first.code, first.output).toBe(0)
  expect(refused.code, refused.output).toBe(2)
  const second = await getuige(product, args, { GETUIGE_DOCK_TOKEN: token })
  expect(second.code, second.output).toBe(0)
}

async function wearerCompletesTheRecord(product: Product, oneTimePassword: string): Promise<void> {
  const page = await product.open('/', { viewport: { width: 390, height: 844 }, hasTouch: true })
  await signInFirst(page, product, 'enforcer', oneTimePassword)
  await page.getByRole('heading', { name: 'My recordings' }).waitFor()
  await page.getByText('Arrived').first().waitFor()
  await expectAccessible(page)
  const own = page.getByRole('link', { name: /21 Nov/ })
  await own.first().click()
  await page.getByText('Sealed in the vault').waitFor()
  for (const name of [/play/i, /download/i, /erase/i, /export/i]) {
    expect(await page.getByRole('button', { name }).count()).toBe(0)
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Choose the trigger.').waitFor()
  await page.getByText('Threat', { exact: true }).click()
  await page.getByText('Calmed', { exact: true }).click()
  await page.getByLabel('Note').fill('Omstanders op afstand gehouden.')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await expectAccessible(page)

  // What no screen offers, the server refuses too.
  const recordingId = new URL(page.url()).pathname.split('/').at(-1)
  const body = { purpose: 'report', reference: 'PL1500 2026000001-1', reason: 'Uit nieuwsgierigheid.' }
  const asked = await page.request.post(`${product.address}/api/recordings/${recordingId}/viewings`, { data: body })
  expect(asked.status()).toBe(403)
}

async function findAndView(page: Page, product: Product): Promise<void> {
  await page.getByRole('heading', { name: 'Recordings' }).waitFor()
  await page.getByText('3 recordings').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: /Any/ }).or(page.getByLabel('Activation record')).first().waitFor()
  await page.goto(`${product.address}/recordings?activation=warned`)
  await page.getByText('1 recording', { exact: true }).waitFor()
  await openFirst(page)
  await page.getByRole('heading', { name: 'Purpose before play' }).waitFor()
  await page.getByText('Omstanders op afstand gehouden.').first().waitFor()

  await page.getByRole('button', { name: 'Start viewing' }).click()
  await page.getByText('Choose a purpose.').waitFor()
  await page.getByRole('radio', { name: /Report/ }).check({ force: true })
  await page.getByLabel('Number', { exact: true }).fill('PL1500 2026000123-1')
  await page.getByRole('button', { name: 'Start viewing' }).click()
  await page.getByText(/Give a reason/).waitFor()
  await expectAccessible(page)
  await page.getByLabel('Reason').fill('Beelden bij de aangifte bekijken.')
  await page.getByRole('button', { name: 'Start viewing' }).click()

  // The picture comes from the sealed object by Range: it plays, and a seek shows the frame of that moment.
  await stopAt(page, 5.04)
  await expect.poll(() => frameShown(page)).toBe(63)
  await expectAccessible(page)
  await page.getByText('“Beelden bij de aangifte bekijken.”').waitFor()
}

async function hold(page: Page, second: Page): Promise<void> {
  const place = async (number: string) => {
    await page.getByRole('button', { name: 'Place hold…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Report' }).check({ force: true })
    await dialog.getByLabel('Number').fill(number)
    await dialog.getByLabel('Reason').fill('Aangifte loopt.')
    await dialog.getByRole('button', { name: 'Place hold' }).click()
    await page.getByText(`for report ${number}`).first().waitFor()
  }
  await place('PL1500 2026000123-1')
  await page.getByRole('button', { name: /Lift the hold/ }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByLabel('Reason').fill('Verkeerd nummer ingevoerd.')
  await dialog.getByRole('button', { name: 'Ask to lift it' }).click()
  await page.getByText('Asked. A second person approves the lifting.').first().waitFor()
  await approve(second, 'Lift a hold', 'PL1500 2026000123-1')
  await page.reload()
  await page.getByText('Hold for report PL1500 2026000123-1 lifted').waitFor()
  await place('PL1500 2026000124-1')
}

async function exportAndVerify(page: Page, second: Page, product: Product): Promise<void> {
  await page.getByRole('button', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /Report/ }).check({ force: true })
  await dialog.getByLabel('Number').fill('PL1500 2026000124-1')
  await dialog.getByLabel('Recipient', { exact: true }).fill('Officier van justitie, arrondissementsparket Den Haag')
  await dialog.getByLabel('Reason').fill('Gevorderd voor de strafzaak.')
  await dialog.getByRole('button', { name: 'Ask to export' }).click()
  await dialog.getByText('Asked. A second person decides.').waitFor()
  await expectAccessible(page)
  await approve(second, 'Export a recording', 'PL1500 2026000124-1')
  const download = await fetchApproved(page)
  const packageFile = join(product.folder, 'case.asice')
  await download.saveAs(packageFile)

  const officerId = (await product.running.server.modules.corps.list())[0]?.id
  if (officerId === undefined) throw new Error('there is no corps')
  const { vkey } = await product.running.server.modules.custody.signer(officerId)
  const bytes = await readFile(packageFile)
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1
  const altered = join(product.folder, 'altered.asice')
  await writeFile(altered, bytes)
  const [intact, wrong, nothing] = await Promise.all([
    getuige(product, ['verify', packageFile, '--key', vkey]),
    getuige(product, ['verify', altered]),
    getuige(product, ['verify', join(product.folder, 'nothing.asice')]),
  ])
  expect(intact.code, intact.output).toBe(0)
  expect([wrong.code, nothing.code]).toEqual([1, 2])
}

async function seeDamaged(page: Page): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/recordings?show=damaged`)
  await page.getByText('1 recording', { exact: true }).waitFor()
  await openFirst(page)
  // Another recording of its camera says how its pictures are to be read.
  await page.getByRole('heading', { name: 'Purpose before play' }).waitFor()
  await page
    .getByText(/The index is missing: the file was never closed/)
    .first()
    .waitFor()
  await page.getByText(/Missing: 2 warnings/).waitFor()
  await expectAccessible(page)
}

async function eraseWhatIsDue(product: Product, phone: Phone): Promise<void> {
  product.clock.turn(addPeriod(now, { days: 28 }, timeZone))
  const page = await product.open('/')
  await signIn(page, product, 'ada', phone)
  await page.getByRole('link', { name: 'Retention' }).click()
  await page.getByRole('button', { name: /Erase what is due now/ }).click()
  await page.getByRole('button', { name: 'Erase now' }).click()
  await page.getByText(/2 recordings erased/).waitFor()
  await expectAccessible(page)
}

async function seeCertificate(product: Product, phone: Phone): Promise<void> {
  const page = await product.open('/recordings?show=erased')
  await signIn(page, product, 'officer', phone)
  await page.getByText('2 recordings').waitFor()
  await openFirst(page)
  await page.getByRole('heading', { name: 'Certificate of erasure' }).waitFor()
  await page.getByText('Erased: bytes removed').waitFor()
  await expectAccessible(page)
  await page.goto(`${product.address}/recordings?show=held`)
  await page.getByText('1 recording', { exact: true }).waitFor()
}
