import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { findTool } from '../tests/outside-tools.ts'
import { run, runNode } from './run.ts'

/** A Chromium that runs here, or the sentence that says what to do. */
export type Browser = Readonly<{ path: string } | { problem: string }>

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Find a Chromium for the journeys, or install one: what `CHROMIUM_PATH` names, the system's, the one Playwright
 * installs, and as root on Debian its package. Tells `out` when it installs. Installs nothing else.
 */
export async function findBrowser(out: (line: string) => void): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') {
    return (await isWorking(named)) ? { path: named } : { problem: `CHROMIUM_PATH names ${named}, which does not run.` }
  }
  for (const path of names.map(findTool)) {
    if (path !== undefined && (await isWorking(path))) return { path }
  }

  const downloaded = chromium.executablePath()
  if (existsSync(downloaded) && (await isWorking(downloaded))) return { path: downloaded }
  out('Installing a Chromium for the tests with Playwright, in its own cache')
  const install = await runNode('node_modules/playwright-core/cli.js', ['install', 'chromium', '--no-shell'])
  if (install.exitCode === 0 && (await isWorking(downloaded))) return { path: downloaded }

  if (process.getuid?.() === 0 && findTool('apt-get') !== undefined) {
    out('Installing the package chromium for the tests with apt-get')
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-q'], quiet)
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], quiet)
    const path = findTool('chromium')
    if (path !== undefined && (await isWorking(path))) return { path }
  }
  const reason = /^.*Error: .*$/m.exec(install.output)?.[0] ?? `it ended with ${install.exitCode}`
  return {
    problem: `There is no Chromium and none could be installed (${reason.trim()}): install one and set CHROMIUM_PATH to it.`,
  }
}

/** A browser without its libraries is there and yet of no use. */
async function isWorking(path: string): Promise<boolean> {
  return (await run(path, ['--version'])).exitCode === 0
}
