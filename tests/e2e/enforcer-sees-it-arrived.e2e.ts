import { expect, test } from 'vitest'
import { arrive, dockRecordings, makeCorps } from './corps.ts'
import { expectAccessible, startProduct } from './product.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }
const now = new Date('2026-11-22T15:00:00Z')

test('an enforcer sees that a recording arrived and cannot play it; a colleague does not know that it exists', async () => {
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'be-brussel-elsene', {
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
    emma: { name: 'Emma Plein', roles: ['enforcer'] },
  })
  const [recordingId] = await dockRecordings(product, corps, 1, 'Europe/Brussels')

  const page = await arrive(product, corps, 'egon', '/', phone)
  await page.getByRole('heading', { name: 'My recordings' }).waitFor()
  await page.getByText('Arrived', { exact: false }).first().waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: /21 Nov/ }).click()
  await page.getByText('Sealed in the vault').waitFor()
  await page.getByText('Only a records officer can view them, for a purpose stated first.').waitFor()
  for (const name of [/play/i, /view/i, /download/i, /erase/i, /export/i]) {
    expect(await page.getByRole('button', { name }).count()).toBe(0)
  }
  expect(await page.locator('video, img').count()).toBe(0)
  await expectAccessible(page)

  // The screen of who may view: what, which rule, and who can grant it.
  await page.goto(`${product.address}/recordings/${recordingId}`)
  const place = page.getByRole('region', { name: 'Picture' })
  await place.getByText(/^Received and sealed on/).waitFor()
  await place.getByText('Your role in the corps does not allow this.').waitFor()
  await place.getByText(/^Rule: Access is justified, secured and logged\./).waitFor()
  await place.getByText('An administrator assigns roles.').waitFor()
  expect(await page.locator('video, img').count()).toBe(0)
  await expectAccessible(page)

  const api = `${product.address}/api/recordings/${recordingId}`
  for (const purpose of ['judicial-police', 'administrative-police']) {
    const data = { purpose, reference: 'BR.20.L7.004512/26', reason: 'Het is mijn eigen opname.' }
    expect((await page.request.post(`${api}/viewings`, { data })).status()).toBe(403)
  }
  for (const picture of ['storyboard', 'poster', 'media']) {
    expect((await page.request.get(`${api}/${picture}`)).ok()).toBe(false)
  }

  const colleague = await arrive(product, corps, 'emma', '/', phone)
  await colleague.getByText('No recording has arrived yet').waitFor()
  await colleague.goto(`${product.address}/own/${recordingId}`)
  await colleague.getByText('There is no such recording, or you may not know that it exists.').waitFor()
  for (const path of ['', '/trail', '/keeping', '/storyboard']) {
    expect((await colleague.request.get(`${api}${path}`)).status()).toBe(404)
  }
})
