import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible, launchBrowser } from './product.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const vectors = join(root, 'tests/vectors')
const { authority, packages, stampAuthority, vkey, witness } = JSON.parse(
  readFileSync(join(vectors, 'packages.json'), 'utf8'),
) as { authority: string; stampAuthority: string; vkey: string; witness: string; packages: { file: string }[] }
const folder = mkdtempSync(join(tmpdir(), 'getuige-verify-page-'))
const pageFile = join(folder, 'verify.html')
let browser: Awaited<ReturnType<typeof launchBrowser>>

beforeAll(async () => {
  execFileSync(execPath, ['bin/build-web.mjs', '--verify-page', pageFile], { cwd: root })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

/** The page as somebody opens it from a disk, on a machine without a network. What it asked for anyway is kept. */
async function openOffline(scheme: 'light' | 'dark', width: number) {
  const context = await browser.newContext({
    offline: true,
    locale: 'en-GB',
    colorScheme: scheme,
    viewport: { width, height: 900 },
  })
  const asked: string[] = []
  const complaints: string[] = []
  const page = await context.newPage()
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(pathToFileURL(pageFile).href)
  return { page, asked, complaints, close: () => context.close() }
}

/** Let go of a file over the middle of the page, as a hand with a mouse does. */
async function dragOnto(page: Page, file: string): Promise<void> {
  const base64 = readFileSync(join(vectors, file)).toString('base64')
  const name = file.slice(file.lastIndexOf('/') + 1)
  const transfer = await page.evaluateHandle(
    ([text, fileName]) => {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
      const dragged = new DataTransfer()
      dragged.items.add(new File([bytes], fileName))
      return dragged
    },
    [base64, name] as const,
  )
  await page.dispatchEvent('#drop', 'dragover', { dataTransfer: transfer })
  await page.dispatchEvent('#drop', 'drop', { dataTransfer: transfer })
}

/** What the page says: the verdict, and every check with how it came out and what is wrong. */
async function toldBy(page: Page) {
  await page.getByRole('heading', { level: 2, name: /^(Intact|Altered or incomplete)\.$/ }).waitFor()
  const verdict = await page.locator('#verdict').innerText()
  const checks = await page.locator('.checks > li').evaluateAll((items) =>
    items.map((item) => ({
      check: item.getAttribute('data-check'),
      status: item.getAttribute('data-status'),
      words: item.children[1]?.textContent,
      problems: Array.from(item.querySelectorAll('ul li'), ({ textContent }) => textContent),
    })),
  )
  return { verdict, checks }
}

const given = [
  '--ca',
  join(vectors, authority),
  '--tsa-ca',
  join(vectors, stampAuthority),
  '--key',
  vkey,
  '--witness',
  witness,
]

function toldByCommand(file: string, ...args: string[]) {
  const run = (...more: string[]) =>
    spawnSync(execPath, ['apps/verify/src/main.ts', join(vectors, file), ...args, ...more], {
      cwd: root,
      encoding: 'utf8',
    })
  const { findings } = JSON.parse(run('--json').stdout) as { findings: { check: string; status: string }[] }
  return { findings: findings.map(({ check, status }) => ({ check, status })), text: run().stdout }
}

test('a package is judged by the page, from a disk and without a network, as by the command', async () => {
  const { asked, close, complaints, page } = await openOffline('light', 1280)
  await expectAccessible(page)
  await page.getByLabel('Certificate of the authority').setInputFiles(join(vectors, authority))
  await page.getByLabel('Certificate of the time-stamping authority').setInputFiles(join(vectors, stampAuthority))
  await page.getByLabel('Verifier key of the custody log').fill(vkey)
  await page.getByLabel('Keys of witnesses').fill(`${witness}\n`)
  const files = ['intact', 'recording-exchanged', 'signed-by-a-stranger', 'log-rewritten'].map(
    (name) => `packages/${name}.asice`,
  )
  for (const file of files) {
    expect(packages.map((known) => known.file)).toContain(file)
    await dragOnto(page, file)
    await page.getByText(file.slice('packages/'.length), { exact: true }).waitFor()
    const { checks, verdict } = await toldBy(page)
    const { findings, text } = toldByCommand(file, ...given)
    expect(checks.map(({ check, status }) => ({ check, status }))).toEqual(findings)
    expect(text.trimEnd().endsWith(verdict)).toBe(true)
    for (const { problems, words } of checks) {
      for (const said of [words, ...problems]) expect(text).toContain(said)
    }
  }
  await expectAccessible(page)
  expect(asked).toEqual([pathToFileURL(pageFile).href])
  expect(complaints).toEqual([])
  await close()
})

test('without a certificate the page says that nobody vouches; given one afterwards, it checks again', async () => {
  const { close, page } = await openOffline('dark', 390)
  await dragOnto(page, 'packages/signed-by-a-stranger.asice')
  expect((await toldBy(page)).verdict).toBe('Intact.')
  await page.getByText('From whom it comes is not established').waitFor()
  await expectAccessible(page)
  await page.getByLabel('Certificate of the authority').setInputFiles(join(vectors, authority))
  await page.getByRole('heading', { name: 'Altered or incomplete.' }).waitFor()
  await page.getByRole('button', { name: 'nl' }).click()
  await page.getByRole('heading', { name: 'Gewijzigd of onvolledig.' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('nl')
  await close()
})

test('by keyboard alone a file can be chosen; what is no package is told in a sentence', async () => {
  const { close, page } = await openOffline('light', 1280)
  // Early: the browser needs a moment to know that somebody waits for it.
  const choosing = page.waitForEvent('filechooser')
  const choose = page.getByRole('button', { name: 'Choose a file' })
  await choose.waitFor()
  const isFocused = () => choose.evaluate((button) => button === document.activeElement)
  // Past the four languages, from wherever the browser begins.
  for (let i = 0; i < 8 && !(await isFocused()); i++) await page.keyboard.press('Tab')
  expect(await isFocused()).toBe(true)
  await page.keyboard.press('Enter')
  const chooser = await choosing
  await chooser.setFiles(join(vectors, 'packages/not-a-zip.bin'))
  await page.getByRole('alert').getByText('not-a-zip.bin is not a ZIP file').waitFor()
  await dragOnto(page, 'packages/sealed.age')
  await page.getByRole('alert').getByText('age -d -i').waitFor()
  await page.getByLabel('Verifier key of the custody log').fill('nonsense')
  await page.keyboard.press('Tab')
  await page.getByRole('alert').getByText('nonsense is not a verifier key').waitFor()
  expect(await page.getByLabel('Verifier key of the custody log').getAttribute('aria-invalid')).toBe('true')
  await expectAccessible(page)
  await close()
})
