// Runs on Node 20 with nothing installed: only built-ins, and no syntax newer than that.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync, utimesSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const neededMajor = 24

/** The folder of this checkout, whatever the current folder is. */
export const root = resolve(dirname(realpathSync(fileURLToPath(import.meta.url))), '..')

/**
 * Say one sentence and stop. The person cannot do anything with a stack trace.
 *
 * @type {(sentence: string, exitCode?: number) => never}
 */
export const giveUp = (sentence, exitCode = 1) => {
  process.stderr.write(`getuige: ${sentence}\n`)
  process.exit(exitCode)
}

/**
 * Install what package-lock.json names, unless that was done already.
 *
 * @param {{ withDevelopmentTools?: boolean }} options whether the tools of tests and checks are needed too
 */
export function installIfNeeded({ withDevelopmentTools = false } = {}) {
  if (isInstalled(withDevelopmentTools)) return
  const modules = join(root, 'node_modules')
  const [place, isThere] = existsSync(modules) ? [modules, true] : [root, false]
  if (!isWritable(place)) {
    giveUp(
      `${isThere ? 'the dependencies are out of date' : 'the dependencies are not installed'} and this user may not ` +
        `write ${place}: let its owner run "npm ci" there.`,
    )
  }
  process.stdout.write('getuige: installing the dependencies (npm ci), once after each change of package-lock.json\n')
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(withDevelopmentTools ? ['--include=dev'] : [])]
  // Under "npm start" this names the very npm that runs, wherever it is installed.
  const npm = process.env['npm_execpath']
  const { status, error } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (error) giveUp(`npm could not be started (${error.message}); install npm or run "npm ci" yourself.`)
  if (status !== 0) giveUp('npm ci failed; its own message is above.')
}

/**
 * npm keeps a copy of what it installed beside it. Times decide quickly; when they do not, the contents do.
 *
 * @param {boolean} withDevelopmentTools
 */
function isInstalled(withDevelopmentTools) {
  const wantedFile = join(root, 'package-lock.json')
  const installedFile = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const isNewer = statSync(installedFile).mtimeMs >= statSync(wantedFile).mtimeMs
  if (isNewer && !withDevelopmentTools) return true

  const wanted = readPackages(wantedFile)
  const installed = readPackages(installedFile)
  for (const [path, { version, link, dev, optional, devOptional, peer }] of Object.entries(wanted)) {
    if (!path.includes('node_modules/') || link) continue
    const mayBeAbsent = optional || devOptional || peer || (dev && !withDevelopmentTools)
    const found = installed[path]?.version
    if (found === undefined ? !mayBeAbsent : found !== version) return false
  }
  if (!isNewer) touch(installedFile)
  return true
}

/**
 * @typedef {{ version?: string, link?: boolean, dev?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} Package
 * @param {string} file
 */
function readPackages(file) {
  const lock = /** @type {{ packages: Record<string, Package> }} */ (JSON.parse(readFileSync(file, 'utf8')))
  return lock.packages
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // Somebody else's folder: we compare again next time.
  }
}

/**
 * Whether this user may write there.
 *
 * @param {string} path
 */
export function isWritable(path) {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** A Node of the version we run on: this one when it is new enough, else the one that npm installed. */
export function findNode24() {
  if (majorOf(process.versions.node) >= neededMajor) return process.execPath
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  const installed = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', program)
  if (existsSync(installed)) {
    const { stdout } = spawnSync(installed, ['--version'], { encoding: 'utf8' })
    if (stdout && majorOf(stdout.replace('v', '')) >= neededMajor) return installed
  }
  return giveUp(
    `this needs Node ${neededMajor} or later; here is ${process.versions.node}, and npm has no Node ${neededMajor} for ` +
      `${process.platform}-${process.arch}${existsSync(installed) ? ' that runs on this system' : ''}. ` +
      'Install it from https://nodejs.org or from your distribution.',
  )
}

/** @param {string} version */
const majorOf = (version) => Number(version.split('.')[0])

/**
 * Become a script on Node 24: the same output, signals and exit code. Returns only by ending this process.
 *
 * @param {string} script from the root of this checkout
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, flags?: readonly string[] }} options `flags`: of Node itself
 */
export function becomeScript(script, args, { cwd = process.cwd(), env = process.env, flags = [] } = {}) {
  const node = findNode24()
  const stopWithUs = pathToFileURL(join(root, 'bin', 'die-with-launcher.mjs')).href
  const child = spawn(node, [...flags, '--import', stopWithUs, join(root, script), ...args], {
    cwd,
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Its own group: Ctrl-C reaches it once, from us, and not also from the terminal and from npm.
    detached: process.platform !== 'win32',
  })
  /** @param {NodeJS.Signals} signal to the script and what it started, as a terminal does */
  const stop = (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return // its exit is ours in a moment
    if (child.pid === undefined || process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  }
  let lastSignalAt = -Infinity
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const isEcho = performance.now() - lastSignalAt < 1000
      if (isEcho) return
      lastSignalAt = performance.now()
      stop(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    })
  }
  // npm hands a signal to the shell between us and it, which ends without telling us: then we have another parent.
  if (process.env['npm_lifecycle_event'] !== undefined && process.platform !== 'win32') {
    const npmShell = process.ppid
    const watch = setInterval(() => {
      if (process.ppid === npmShell) return
      clearInterval(watch)
      stop('SIGTERM')
    }, 500)
  }
  child.on('error', (error) => giveUp(`Node ${neededMajor} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : osConstants.signals[signal])))
}
