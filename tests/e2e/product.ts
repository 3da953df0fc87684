import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { readConfig } from '../../apps/server/src/config.ts'
import { type Running, start } from '../../apps/server/src/start.ts'
import { turnableClock, type TurnableClock } from '../../apps/server/src/platform/clock/index.ts'
import { quietLog } from '../../apps/server/src/platform/log/index.ts'
import { createEmptyDatabase, urlOf } from '../setup/database.ts'

const root = join(import.meta.dirname, '../..')

/** What is not there by then never comes, on however busy a machine. */
const patienceMs = 180_000

export type Product = AsyncDisposable &
  Readonly<{
    /** The server as it runs now; `restart` puts another in its place, at another address. */
    running: Running
    address: string
    /** Stop the server, and start it on what it left with these settings besides. Pages that are open lose it. */
    restart(settings: Readonly<Record<string, string>>): Promise<void>
    clock: TurnableClock
    /** For commands that are run beside the server: where its database, data and keys are. */
    environment: Readonly<Record<string, string>>
    /** A page of somebody with a browser of their own: no cookie of anybody else. */
    open(path: string, options?: BrowserContextOptions): Promise<Page>
    folder: string
  }>

/**
 * The whole product as `npm start` runs it, on an empty database, with a clock the test turns and a real browser; with
 * these settings besides.
 */
export async function startProduct(at: Date, own: Readonly<Record<string, string>> = {}): Promise<Product> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await createEmptyDatabase())
  const folder = await mkdtemp(join(tmpdir(), 'getuige-e2e-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const environment = {
    PORT: '0',
    GETUIGE_DATA: folder,
    GETUIGE_ORIGIN: 'getuige.test',
    DATABASE_URL: urlOf(database.connection),
    PATH: process.env['PATH'] ?? '',
  }
  const clock = turnableClock(at)
  const signal = new AbortController().signal
  const startWith = (settings: Readonly<Record<string, string>>) =>
    start(readConfig({ ...environment, ...own, ...settings }), { clock, log: quietLog(), say: () => undefined, signal })
  let running = await startWith({})
  stack.defer(() => running[Symbol.asyncDispose]())
  const browser = await launchBrowser()
  stack.defer(() => browser.close())
  // For who mends a journey: what every page showed at its end, in the folder that this names.
  const picturesFolder = process.env['GETUIGE_E2E_PICTURES']
  if (picturesFolder !== undefined) {
    stack.defer(async () => {
      const pages = browser.contexts().flatMap((context) => context.pages())
      for (const [i, page] of pages.entries())
        await page.screenshot({ path: join(picturesFolder, `${i}.png`), fullPage: true })
    })
  }

  const owned = stack.move()
  return {
    get running() {
      return running
    },
    get address() {
      return running.address
    },
    async restart(settings) {
      await running[Symbol.asyncDispose]()
      running = await startWith(settings)
    },
    clock,
    environment,
    folder,
    async open(path, options = {}) {
      // Nothing is looked at while it fades in.
      const still = { viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' } as const
      const context = await browser.newContext({ ...still, ...options })
      context.setDefaultTimeout(patienceMs)
      const page = await context.newPage()
      await page.goto(`${running.address}${path}`)
      return page
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A browser without a window, which asks nothing of the network by itself. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['GETUIGE_CHROMIUM'] ?? process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
  const quiet = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ]
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, args: [...asRoot, ...quiet, '--autoplay-policy=no-user-gesture-required'] })
}

/** Run a command as `npx getuige` does, and wait for its end. */
export function getuige(
  product: Pick<Product, 'environment'>,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/getuige.mjs'), ...args], {
      cwd: root,
      env: { ...process.env, ...product.environment, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

const ofColours = ['color-contrast', 'link-in-text-block']

/**
 * No violation of WCAG 2.2 A and AA on the page, in the light and in the dark; `within`, in what lies above a page that
 * was looked at already.
 */
export async function expectAccessible(page: Page, within = 'html'): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // What has scrolled under the bar at the top is no small target.
    await page.evaluate(() => scrollTo(0, 0))
    // What has other colours has the same names, roles and sizes. There are no frames to gather results of.
    const axe = new AxeBuilder({ page }).setLegacyMode().include(within)
    const { violations } = await (
      colorScheme === 'light' ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']) : axe.withRules(ofColours)
    ).analyze()
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(', ')}`,
    )
    expect(found, `${page.url()} in the ${colorScheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
