import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../outside-tools.ts'
import { approve, fetchApproved } from './approvals.ts'
import { arrive, dockRecordings, makeCorps } from './corps.ts'
import { openFirst } from './list.ts'
import { expectAccessible, getuige, type Product, startProduct } from './product.ts'

const timeZone = 'Europe/Amsterdam'
const root = join(import.meta.dirname, '../..')

/** A witness, the page that shows it, and a package that one recipient alone opens: what others hold against us. */
test('a witness stands behind the log, and a package opens for its recipient alone', async () => {
  // The witness is a program of its own and states the time of the machine, which the clock here never passes.
  await using product = await startProduct(new Date(Date.now() - 3_600_000))
  const corps = await makeCorps(product, 'nl-boa-den-haag', {
    officer: { name: 'Olga Inzage', roles: ['records-officer'] },
    second: { name: 'Otto Tweede', roles: ['records-officer'] },
  })
  await dockRecordings(product, corps, 1, timeZone)

  const administrator = await arrive(product, corps, 'ada', '/verification')
  await administrator.getByText('No witness is configured.').waitFor()
  const vkey = (await administrator.getByLabel('Verifier key', { exact: true }).textContent()) ?? ''
  expect(vkey).toMatch(/^getuige\.test\/corps_\w+\+/)
  await expectAccessible(administrator)

  await using witness = await startWitness(product.folder, vkey)
  await product.restart({ GETUIGE_WITNESSES: `${witness.address} ${witness.vkey}` })
  await seeCosigned(product, administrator, witness.name)

  const officer = await arrive(product, corps, 'officer')
  await officer.getByText('1 recording', { exact: true }).waitFor()
  const second = await arrive(product, corps, 'second')
  await exportForOneRecipient(officer, second, product)
})

/** As somebody else runs it, on another machine: made, told the key of the corps, and left to answer. */
async function startWitness(folder: string, logVkey: string) {
  const name = 'witness.test/oversight'
  const data = join(folder, 'witness')
  const command = (...args: string[]) => [join(root, 'bin/getuige.mjs'), 'witness', ...args, '--data', data]
  const vkey = execFileSync(process.execPath, command('init', name), { encoding: 'utf8' }).trim()
  execFileSync(process.execPath, command('add', logVkey.trim()))
  const child = spawn(process.execPath, command('serve', '--port', '0'), { stdio: ['ignore', 'pipe', 'inherit'] })
  let address = ''
  for await (const line of createInterface(child.stdout)) {
    address = /^listening on (\S+)/.exec(line)?.[1] ?? ''
    if (address !== '') break
  }
  return {
    name,
    vkey,
    address,
    async [Symbol.asyncDispose]() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function seeCosigned(product: Product, page: Page, name: string): Promise<void> {
  await page.goto(`${product.address}/verification`)
  const row = page.getByRole('row', { name: new RegExp(name) })
  await row.getByText('cosigned', { exact: true }).waitFor()
  await page.getByText('1 of 1', { exact: true }).waitFor()
  await row.getByText(/[1-9]\d* of \d+$/).waitFor()
  expect(await page.getByText('No witness is configured.').count()).toBe(0)
  await expectAccessible(page)

  // What the page gives away is what an outsider needs, without a session.
  const checkpoint = (await page.getByLabel('Address of the checkpoint', { exact: true }).textContent()) ?? ''
  expect(await (await fetch(checkpoint)).text()).toContain('/corps_')
  const [certificate] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the certificate' }).click(),
  ])
  await certificate.saveAs(join(product.folder, 'authority.pem'))
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
}

async function exportForOneRecipient(page: Page, second: Page, product: Product): Promise<void> {
  const [age, keygen] = [findTool('age'), findTool('age-keygen')]
  await openFirst(page)
  await page.getByRole('button', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Report', { exact: true }).click()
  await dialog.getByLabel('Number').fill('PL1500 2026000124-1')
  await dialog.getByLabel('Recipient', { exact: true }).fill('Officier van justitie')
  await dialog.getByLabel('Reason').fill('Gevorderd voor de strafzaak.')
  const send = () => dialog.getByRole('button', { name: 'Ask to export' }).click()

  await dialog.getByText('only the recipient, with a certificate', { exact: true }).click()
  await send()
  await dialog.getByText('Choose the certificate of the recipient.').waitFor()
  const notOne = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a certificate') }
  await dialog.locator('input[type=file]').setInputFiles(notOne)
  await send()
  await dialog.getByText('This is not a certificate, or the file holds more than one.').waitFor()
  await expectAccessible(page)

  await dialog.getByText('only the recipient, with age', { exact: true }).click()
  const field = dialog.getByLabel('age recipient', { exact: true })
  await field.fill('age1mistyped')
  await send()
  await dialog.getByText('This is no age recipient').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  if (age === undefined || keygen === undefined) {
    reportMissingTool('age', 'that a package exported on the screen opens for its recipient')
    return
  }
  const identity = join(product.folder, 'identity.txt')
  execFileSync(keygen, ['-o', identity], { stdio: 'pipe' })
  await field.fill(execFileSync(keygen, ['-y', identity], { encoding: 'utf8' }).trim())
  await send()
  await dialog.getByText('age -d -i identity.txt').waitFor()
  await expectAccessible(page)
  await approve(second, 'Export a recording', 'PL1500 2026000124-1')
  const download = await fetchApproved(page)
  expect(download.suggestedFilename()).toMatch(/\.asice\.age$/)
  const [sealed, opened] = [join(product.folder, 'case.asice.age'), join(product.folder, 'case.asice')]
  await download.saveAs(sealed)
  execFileSync(age, ['-d', '-i', identity, '-o', opened, sealed], { stdio: 'pipe' })
  const ca = join(product.folder, 'authority.pem')
  const verified = await getuige(product, ['verify', opened, '--ca', ca])
  expect(verified.code, verified.output).toBe(0)
}
