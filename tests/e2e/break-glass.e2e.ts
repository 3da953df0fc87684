import { addPeriod } from '@getuige/base'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { arrive, dockRecordings, holdForProcedure, makeCorps } from './corps.ts'
import { frameShown, stopAt } from './picture.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'

const now = new Date('2026-11-22T15:00:00Z')
const danger = 'Een kind van zeven is sinds vanmiddag vermist; de jas op het beeld is de hare.'

/** Opened at once, alarmed, justified within the day, and judged: nothing asks first, and somebody asks afterwards. */
test('for danger to life a closed recording opens at once, and is accounted for afterwards', async () => {
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'be-brussel-elsene', {
    olga: { name: 'Olga Inzage', title: 'hoofdinspecteur', roles: ['records-officer'] },
    otto: { name: 'Otto Tweede', roles: ['records-officer'] },
    dora: { name: 'Dora Toezicht', roles: ['data-protection-officer'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const recordingIds = await dockRecordings(product, corps, 1, 'Europe/Brussels')
  await holdForProcedure(product, corps, 'olga', recordingIds)
  product.clock.turn(addPeriod(now, { days: 38 }, 'Europe/Brussels'))

  const path = `/recordings/${recordingIds[0]}`
  const officer = await arrive(product, corps, 'olga', path)
  const overseer = await arrive(product, corps, 'dora')
  await overseer.getByText('All justified').waitFor()
  await breakTheGlass(officer)
  await stopAt(officer, 5.04)
  await expect.poll(() => frameShown(officer)).toBe(63)

  await beAlarmed(overseer)
  // It opened to whoever opened it, and to nobody else.
  const colleague = await arrive(product, corps, 'otto', path)
  await seeItClosed(colleague)

  await justify(officer)
  await judge(overseer, product)
  product.clock.advance(5 * 3_600_000)
  const later = await arrive(product, corps, 'olga', path)
  await seeItClosed(later)
})

async function seeItClosed(page: Page): Promise<void> {
  const place = page.getByRole('region', { name: 'Picture' })
  await place.getByRole('heading', { name: 'Closed: the first period is over' }).waitFor()
  await place.getByText('In danger to life: records officer; to be justified afterwards.').waitFor()
  expect(await page.locator('video').count()).toBe(0)
}

async function breakTheGlass(page: Page): Promise<void> {
  await seeItClosed(page)
  await page.getByRole('button', { name: 'Danger to life: open…' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Open for danger to life' })
  await dialog.getByText('The data-protection officer is alarmed.').waitFor()
  const open = dialog.getByRole('button', { name: 'Open now' })
  await dialog.getByLabel('Who or what is in danger').fill('gevaar')
  await open.click()
  await dialog.getByText('Write at least 20 characters.').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Who or what is in danger').fill(danger)
  await open.click()
  await page
    .getByText(/^Open until .* Justify this before/)
    .first()
    .waitFor()
  // It opens for what it was opened for, and for no purpose of the law.
  await page.getByRole('radio', { name: /Danger to life/, checked: true }).waitFor()
  expect(await page.getByRole('radio', { name: /Judicial police/ }).isDisabled()).toBe(true)
  await page.getByLabel('Reason', { exact: true }).fill('De jas en de richting van het kind zoeken.')
  await page.getByRole('button', { name: 'Start viewing' }).click()
}

async function beAlarmed(page: Page): Promise<void> {
  await page.reload()
  await page.getByText('1 to be justified').waitFor()
  await page.getByRole('link', { name: /Oversight.*1 waits/ }).waitFor()
  await expectAccessible(page)
  const emergency = page.getByRole('listitem').filter({ hasText: 'Opened by Olga Inzage, hoofdinspecteur' })
  await emergency.getByText(danger).waitFor()
  await emergency.getByText('to be justified', { exact: true }).waitFor()
  expect(await emergency.getByRole('button', { name: 'Judge' }).count()).toBe(0)
}

async function justify(page: Page): Promise<void> {
  await page.getByRole('link', { name: /Approvals/ }).click()
  const emergency = page.getByRole('listitem').filter({ hasText: danger })
  await emergency.getByRole('button', { name: 'Justify' }).click()
  const dialog = page.getByRole('dialog', { name: 'Justify' })
  await dialog.getByLabel('File number').fill('BR.20.L7.004512/26')
  await dialog.getByLabel('Justification').fill('Het kind is om 17.40 uur gevonden, in de straat van het beeld.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Justify' }).click()
  await emergency.getByText('to be judged', { exact: true }).waitFor()
}

async function judge(page: Page, { address }: Product): Promise<void> {
  await page.reload()
  const emergency = page.getByRole('listitem').filter({ hasText: danger })
  await emergency.getByText(/^Het kind is om 17\.40 uur gevonden/).waitFor()
  await emergency.getByRole('button', { name: 'Judge' }).click()
  const dialog = page.getByRole('dialog', { name: 'Judge' })
  await dialog.getByRole('radio', { name: 'justified', exact: true }).check({ force: true })
  await dialog.getByLabel('Judgement').fill('Er was gevaar voor een leven, en niets anders hielp zo snel.')
  await dialog.getByRole('button', { name: 'Judge' }).click()
  await emergency.getByText('justified', { exact: true }).waitFor()
  await expectAccessible(page)

  await page.goto(`${address}/access-log?type=glass-broken`)
  await page.getByRole('row').filter({ hasText: danger }).getByText('Olga Inzage').waitFor()
}
