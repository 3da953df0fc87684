import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { addPeriod } from '@getuige/base'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { codeShown } from '../setup/authenticator.ts'
import { type Corps, dockRecordings, holdForProcedure, makeCorps } from './corps.ts'
import { frameShown, stopAt } from './picture.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'
import { password } from './sign-in.ts'

const timeZone = 'Europe/Brussels'
const now = new Date('2026-11-22T15:00:00Z')
const dossier = 'BR.20.L7.004512/26'

type Zone = Corps<'odile' | 'camille' | 'egon'>

/** From the request to the last day of the decision, in French: the words of the law are those of the law. */
test('a prosecutor opens one recording in writing, and no other, until a day', async () => {
  await using product = await startProduct(now)
  const corps: Zone = await makeCorps(product, 'be-brussel-elsene', {
    odile: { name: 'Odile Lejeune', title: 'inspectrice principale', roles: ['records-officer'] },
    camille: { name: 'Camille Maes', title: 'substitute du procureur du Roi', roles: ['prosecutor'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const [neighbour, wanted] = await dockRecordings(product, corps, 2, timeZone)
  if (neighbour === undefined || wanted === undefined) throw new Error('two recordings were docked')
  await holdForProcedure(product, corps, 'odile', [neighbour, wanted])
  product.clock.turn(addPeriod(now, { days: 38 }, timeZone))

  const officer = await arriveInFrench(product, corps, 'odile', `/recordings/${wanted}`)
  await askTheProsecutor(officer)
  const magistrate = await arriveInFrench(product, corps, 'camille')
  const document = await decideInWriting(magistrate)

  await viewWhatIsNamed(officer)
  await readTheDecision(officer, document)
  await officer.goto(`${product.address}/recordings/${neighbour}`)
  await seeItClosed(officer)

  product.clock.turn(addPeriod(product.clock.now(), { days: 8 }, timeZone))
  const later = await arriveInFrench(product, corps, 'odile', `/recordings/${wanted}`)
  await seeItClosed(later)
  await later.getByRole('link', { name: 'Procureur' }).click()
  await later.getByText('échue', { exact: true }).waitFor()
  expect(await later.getByText('en vigueur', { exact: true }).count()).toBe(0)
})

async function arriveInFrench(
  product: Product,
  { phones }: Zone,
  login: 'odile' | 'camille',
  path = '/',
): Promise<Page> {
  product.clock.advance(60_000)
  const page = await product.open(path, { locale: 'fr-BE' })
  await page.getByRole('heading', { name: 'Se connecter à Getuige' }).waitFor()
  await page.getByLabel('Identifiant').fill(login)
  await page.getByLabel('Mot de passe').fill(password)
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click()
  await page.getByRole('heading', { name: 'Seconde étape' }).waitFor()
  const code = codeShown(phones[login].secret ?? '', product.clock.now())
  await page.getByLabel('Code de votre authentificateur').fill(code)
  await page.getByRole('navigation').first().waitFor()
  return page
}

/** What stands in the way, under which rule, and who can grant it. */
async function seeItClosed(page: Page): Promise<void> {
  const place = page.getByRole('region', { name: 'Image' })
  await place.getByRole('heading', { name: 'Fermé : le premier délai est écoulé' }).waitFor()
  await place.getByText('il faut ensuite une décision écrite du procureur').waitFor()
  await place
    .getByText(
      'Règle : Après les 30 premiers jours, les enregistrements ne sont consultés qu’à la demande du procureur du Roi.',
    )
    .waitFor()
  await place
    .getByText('Peut accorder l’accès : magistrat du parquet, par une décision sur cet enregistrement.')
    .waitFor()
  expect(await page.locator('video').count()).toBe(0)
}

async function askTheProsecutor(page: Page): Promise<void> {
  await seeItClosed(page)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Demander au procureur du Roi…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Demander l’accès à cet enregistrement' })
  await dialog.getByRole('radio', { name: 'Police judiciaire', checked: true }).waitFor()
  await dialog.getByLabel('Numéro de dossier').fill(dossier)
  await dialog.getByLabel('Motif de la demande').fill('Identifier qui a porté les coups, vus de cette seule caméra.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Demander l’accès' }).click()
  await page.getByText('La demande est chez le procureur du Roi.').first().waitFor()
}

/** Answers the document, which the magistrate's own text processor made. */
async function decideInWriting(page: Page): Promise<Buffer> {
  await page.getByRole('heading', { name: 'Décisions du procureur du Roi' }).waitFor()
  const request = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: dossier }) })
  await request.getByText('attend une décision').waitFor()
  await request.getByText(/Odile Lejeune, inspectrice principale/).waitFor()
  await expectAccessible(page)
  // The magistrate decides on the words of the request, and is shown no picture.
  expect(await page.locator('video, img').count()).toBe(0)

  await request.getByRole('button', { name: 'Accorder' }).click()
  const dialog = page.getByRole('dialog', { name: 'Décision écrite' })
  await dialog.getByText('Décision écrite et motivée du procureur du Roi.').waitFor()
  const grant = dialog.getByRole('button', { name: 'Accorder' })
  await grant.click()
  await dialog.getByText('Joignez le document.').waitFor()
  await dialog.getByLabel('Numéro de la décision').fill('2026/0118')
  expect(await dialog.getByLabel('Magistrat', { exact: true }).inputValue()).toBe('Camille Maes')
  // The recordings were made on 21 November; this is 30 December, and the decision ends within the week.
  await dialog.getByRole('group', { name: 'Dernier jour' }).getByRole('spinbutton').first().click()
  await page.keyboard.type('05012027')
  await dialog.getByLabel('Motivation').fill('La consultation est nécessaire pour identifier l’auteur des coups.')
  const document = makePdf('Décision 2026/0118')
  const file = { name: 'decision-2026-0118.pdf', mimeType: 'application/pdf', buffer: document }
  await dialog.locator('input[type=file]').setInputFiles(file)
  await dialog.getByText(createHash('sha256').update(document).digest('hex')).waitFor()
  await expectAccessible(page)
  await grant.click()
  await page.getByText('La décision est en vigueur.').first().waitFor()
  const decision = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: /^Décision 2026\/0118 du/ }) })
  await decision.getByText('en vigueur', { exact: true }).waitFor()
  return document
}

async function viewWhatIsNamed(page: Page): Promise<void> {
  await page.reload()
  await page.getByRole('heading', { name: 'La finalité d’abord, l’image ensuite' }).waitFor()
  await page.getByRole('radio', { name: /Police judiciaire/, checked: true }).waitFor()
  // The decision opens it for what it was asked for, and for nothing else.
  expect(await page.getByRole('radio', { name: /Police administrative/ }).isDisabled()).toBe(true)
  await page.getByLabel('Numéro', { exact: true }).fill(dossier)
  await page.getByLabel('Motif').fill('Consultation sur décision du parquet.')
  await page.getByRole('button', { name: 'Consulter', exact: true }).click()
  await stopAt(page, 5.04)
  await expect.poll(() => frameShown(page)).toBe(63)
  await expectAccessible(page)
}

async function readTheDecision(page: Page, document: Buffer): Promise<void> {
  await page.getByRole('link', { name: 'Procureur' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Télécharger le document/ }).click(),
  ])
  expect(await readFile(await download.path())).toEqual(document)
}

/** One page, with these words. */
function makePdf(words: string): Buffer {
  const text = `BT /F1 14 Tf 72 760 Td (${words}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  let pdf = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const offset = pdf.length
    pdf += `${i + 1} 0 obj\n${object}\nendobj\n`
    return `${offset}`.padStart(10, '0')
  })
  const table = offsets.map((offset) => `${offset} 00000 n \n`).join('')
  const xref = `xref\n0 6\n0000000000 65535 f \n${table}`
  return Buffer.from(`${pdf}${xref}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`, 'latin1')
}
