import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './run.ts'

let script: string
beforeAll(async () => {
  script = join(await realpath(await mkdtemp(join(tmpdir(), 'getuige launcher '))), 'script.ts')
  await writeFile(
    script,
    `const [task, code]: string[] = process.argv.slice(2)
     if (task === 'end') process.exitCode = Number(code)
     else {
       let signals: number = 0
       process.on('SIGINT', () => {
         signals += 1
         setTimeout(() => process.exit(40 + signals), 200)
       })
       setInterval(() => {}, 1000)
       console.log('ready')
     }`,
  )
})
afterAll(() => rm(join(script, '..'), { recursive: true, force: true }))

function launch(...args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const launcher = join(root, 'bin/on-node-24.mjs')
  return spawn(process.execPath, [launcher, relative(root, script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('a launched script gets its arguments, and its exit code is the launcher’s', async () => {
  expect(await once(launch('end', '7'), 'exit')).toEqual([7, null])
})

test('Ctrl-C that arrives twice, from the terminal and through npm, reaches the script once', async () => {
  const launcher = launch('wait')
  await once(launcher.stdout, 'data')
  launcher.kill('SIGINT')
  launcher.kill('SIGINT')
  expect(await once(launcher, 'exit')).toEqual([41, null])
})

test('a script does not outlive a launcher that was killed', async () => {
  const launcher = launch('wait')
  await once(launcher.stdout, 'data')
  launcher.kill('SIGKILL')
  // The script holds the other end of its output, so that ends when the script does.
  await expect(once(launcher.stdout, 'close')).resolves.toBeDefined()
})

test('a script is stopped when npm is, which tells only the shell it started', async () => {
  const order = '"$0" "$1" "$2" wait; exit'
  const command = ['-c', order, process.execPath, join(root, 'bin/on-node-24.mjs'), relative(root, script)]
  const shell = spawn('sh', command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  })
  await once(shell.stdout, 'data')
  shell.kill('SIGTERM')
  await expect(once(shell.stdout, 'close')).resolves.toBeDefined()
})

test.each([
  ['no command', []],
  ['an unknown command', ['astrology']],
])('getuige with %s explains itself and ends with 2', async (_case, args) => {
  const child = spawn(process.execPath, [join(root, 'bin/getuige.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  expect(await once(child, 'close')).toEqual([2, null])
  expect(said.join('')).toContain('Usage: npx getuige')
})
