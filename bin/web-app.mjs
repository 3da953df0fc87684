import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { giveUp, isWritable, root } from './node-24.mjs'

const app = join(root, 'apps', 'web')
const dist = join(app, 'dist')
const sources = [
  'apps/web',
  'apps/verify/src',
  'packages/ui',
  'packages/contract',
  'packages/base',
  'packages/proof',
  'packages/pki',
  'package-lock.json',
]
/** The page that checks packages, in one file. */
const verifyPage = 'verify.html'

/**
 * Build the web app when there is none yet or something it is made of is newer. A few milliseconds when not.
 *
 * @param {string} node the Node to build with
 */
export function buildWebIfNeeded(node) {
  if (!existsSync(join(app, 'index.html'))) giveUp('apps/web is missing from this checkout.')
  const built = join(dist, 'index.html')
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : null
  if (builtAt !== null && !sources.some((source) => isNewer(join(root, source), builtAt))) return

  if (!isWritable(app) || (existsSync(dist) && !isWritable(dist))) {
    const sentence = `this user may not write ${dist}: let its owner run "npm start" once.`
    if (builtAt === null) giveUp(`the web app is not built, and ${sentence}`)
    process.stderr.write(`getuige: serving an older build of the web app, because ${sentence}\n`)
    return
  }
  process.stdout.write('getuige: building the web app, once after each change of it\n')
  // Built aside and put in place when complete, so that a crash never leaves half an app.
  const draft = join(app, 'node_modules', `.building-${process.pid}`)
  mkdirSync(draft, { recursive: true })
  try {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    const page = join(app, 'node_modules', `.building-page-${process.pid}`)
    const builds = [
      ['--outDir', draft],
      ['--config', 'verify-page/vite.config.ts', '--outDir', page],
    ]
    for (const build of builds) {
      const args = [vite, 'build', ...build, '--emptyOutDir', '--logLevel', 'warn']
      const { status } = spawnSync(node, args, { cwd: app, stdio: ['ignore', 'inherit', 'inherit'] })
      if (status !== 0) giveUp('the web app could not be built; the reason is above.')
    }
    renameSync(join(page, verifyPage), join(draft, verifyPage))
    rmSync(page, { recursive: true, force: true })
    rmSync(dist, { recursive: true, force: true })
    renameSync(draft, dist)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/**
 * Write the page that checks packages, built if need be, to a file of the caller's choice.
 *
 * @param {string} node the Node to build with
 * @param {string} out
 */
export function writeVerifyPage(node, out) {
  buildWebIfNeeded(node)
  try {
    copyFileSync(join(dist, verifyPage), out)
  } catch (error) {
    giveUp(`${out} could not be written: ${error instanceof Error ? error.message : String(error)}`, 2)
  }
}

/**
 * Whether a file, or anything in a folder, changed after `time`.
 *
 * @param {string} path
 * @param {number} time
 * @returns {boolean}
 */
function isNewer(path, time) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return false
  if (!stats.isDirectory()) return stats.mtimeMs > time
  const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => !isProduct(entry.name))
  return entries.some((entry) => {
    const child = join(path, entry.name)
    // A folder changes when a file in it goes. The topmost also changes with what we build in it, so it does not count.
    return (entry.isDirectory() && statSync(child).mtimeMs > time) || isNewer(child, time)
  })
}

/** @param {string} name */
const isProduct = (name) => name === 'node_modules' || name === 'dist' || /\.test\.tsx?$/.test(name)
