import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../outside-tools.ts'
import { arrive, dockRecordings, makeCorps } from './corps.ts'
import { frameShown, stopAt } from './picture.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'

const reason = 'Klacht van mevrouw J. over de aanhouding nagaan.'

test('a data-protection officer finds who watched and why, and takes a signed copy along', async () => {
  // Certificates are checked by the time of the machine, which the clock here never passes.
  await using product = await startProduct(new Date(Date.now() - 3_600_000))
  const corps = await makeCorps(product, 'be-gpi', {
    olga: { name: 'Olga Inzage', title: 'hoofdinspecteur', roles: ['records-officer'] },
    dora: { name: 'Dora Toezicht', title: 'functionaris', roles: ['data-protection-officer'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const [recordingId] = await dockRecordings(product, corps, 1, 'Europe/Brussels')
  if (recordingId === undefined) throw new Error('a recording was docked')
  const officer = await arrive(product, corps, 'olga', `/recordings/${recordingId}`)
  await officer.getByRole('radio', { name: /Complaint/ }).check({ force: true })
  await officer.getByLabel('Number', { exact: true }).fill('KL-2026-014')
  await officer.getByLabel('Reason').fill(reason)
  await officer.getByRole('button', { name: 'Start viewing' }).click()
  await stopAt(officer, 5.04)
  await expect.poll(() => frameShown(officer)).toBe(63)

  const page = await arrive(product, corps, 'dora')
  await fromTheConsoleToTheEntry(page)
  await cannotPlay(page, recordingId)
  const { copy, signature } = await takeACopy(page)
  await checkTheSignature(page, product, copy, signature)
})

async function fromTheConsoleToTheEntry(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Oversight', level: 1 }).waitFor()
  await page.getByText(/^Of 1 viewing in/).waitFor()
  await page.getByText('All justified').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Access log' }).last().click()
  await page.getByRole('heading', { name: 'Access log', level: 1 }).waitFor()
  await expectAccessible(page)

  const filters = page.getByRole('search', { name: 'Search the log' })
  await filters.getByLabel('Words of a reason or number').fill('klacht')
  await filters.getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByText('1 entries shown').or(page.getByText('1 entry shown')).waitFor()
  const entry = page.getByRole('row').filter({ hasText: reason })
  await entry.getByText('Olga Inzage').waitFor()
  await entry.getByText('hoofdinspecteur, records officer').waitFor()
  await entry.getByText('consultation', { exact: true }).waitFor()
  await entry.getByText('Complaint · KL-2026-014').waitFor()
  await entry.getByText(/Handling of a complaint about the intervention · .*BE-14/).waitFor()

  // What else this person did is one press away.
  await entry.getByRole('button', { name: 'Olga Inzage' }).click()
  await page.waitForURL(/personId=/)
  await entry.waitFor()
}

/** Overseeing is no way to see pictures: what, which rule, and who can grant it. */
async function cannotPlay(page: Page, recordingId: string): Promise<void> {
  const log = page.url()
  await page.goto(new URL(`/recordings/${recordingId}`, log).href)
  const place = page.getByRole('region', { name: 'Picture' })
  await place.getByText('Your role in the corps does not allow this.').waitFor()
  await place.getByText(/^Rule: /).waitFor()
  await place.getByText(/^Who may: .*records officer/).waitFor()
  await place.getByText('An administrator assigns roles.').waitFor()
  expect(await page.locator('video').count()).toBe(0)
  // The trail of the recording says the same as the log.
  await page.getByText(`“${reason}”`).first().waitFor()
  await page.goto(log)
}

async function takeACopy(page: Page): Promise<{ copy: string; signature: string }> {
  await page.getByRole('row').filter({ hasText: reason }).waitFor()
  await page.getByRole('button', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Signed copy of the log' })
  await dialog.getByRole('button', { name: 'Make and sign' }).click()
  await dialog.getByText('Give a reason of at least five characters.').waitFor()
  await dialog.getByLabel('Reason').fill('Antwoord aan het toezichtsorgaan.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Make and sign' }).click()
  const fetchFile = dialog.getByRole('link', { name: 'Fetch the file' })
  await fetchFile.waitFor()
  await expectAccessible(page)
  const fetched = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name }).click()])
    return download.path()
  }
  const copy = await fetched('Fetch the file')
  const signature = await fetched('Fetch the signature')
  const csv = await readFile(copy, 'utf8')
  expect(csv).toContain(reason)
  expect(csv).toContain('Olga Inzage')
  await dialog.getByText(createHash('sha256').update(csv).digest('hex')).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  return { copy, signature }
}

async function checkTheSignature(page: Page, product: Product, copy: string, signature: string): Promise<void> {
  const openssl = findTool('openssl')
  if (openssl === undefined) {
    reportMissingTool('openssl', 'that the copy of the access log is signed')
    return
  }
  await page.goto(`${product.address}/verification`)
  const [certificate] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the certificate' }).click(),
  ])
  const authority = join(product.folder, 'authority.pem')
  await certificate.saveAs(authority)
  // As the dialog says it.
  const checks = `cms -verify -binary -inform DER -purpose any -out /dev/null -in ${signature} -CAfile ${authority}`
  const verify = (content: string) => [...checks.split(' '), '-content', content]
  execFileSync(openssl, verify(copy), { stdio: 'pipe' })
  // Of other bytes it is no signature.
  expect(() => execFileSync(openssl, verify(authority), { stdio: 'pipe' })).toThrow()
}
