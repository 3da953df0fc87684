import { appendFile, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root, run } from './run.ts'

let copy: string
beforeAll(async () => {
  copy = join(await realpath(await mkdtemp(join(tmpdir(), 'getuige check '))), 'house')
  await copyHouse()
})
afterAll(() => rm(join(copy, '..'), { recursive: true, force: true }))

/** The checks and all that tells them what to look at, with the installed packages linked; of what they look at, nothing. */
async function copyHouse(): Promise<void> {
  const left = new Set(['.git', 'dist', 'data', 'coverage', 'bench', 'migrations', 'vectors', 'screenshots'])
  const isLookedAt = (path: string): boolean =>
    path.includes(`${sep}src${sep}`) && /\.\w+$/.test(path) && basename(path) !== 'tsconfig.json'
  const installed: string[] = []
  await cp(root, copy, {
    recursive: true,
    filter: (path) => {
      if (basename(path) !== 'node_modules') return !left.has(basename(path)) && !isLookedAt(relative(root, path))
      installed.push(path)
      return false
    },
  })
  for (const folder of installed) await symlink(folder, join(copy, relative(root, folder)))
  // "node_modules/" of the original does not cover links.
  await appendFile(join(copy, '.gitignore'), 'node_modules\n')
}

test('each check fails when something wrong for it is planted, and names where', async () => {
  const wrongType = `export const planted: number = 'no number'\n`
  const planted: Readonly<Record<string, string>> = {
    'apps/server/src/platform/planted.ts':
      `import type { Custody } from '../evidence/planted/act.ts'\n` + // imports, and leads nowhere
      `export async function planted(): Promise<void> {}\n` + // unused
      `planted();\n` + // lint that needs types, and format
      wrongType.replace('planted', 'number'),
    'apps/web/src/planted.ts': wrongType,
    'apps/verify/src/page/planted.ts': wrongType,
    'packages/ui/src/planted.ts': wrongType,
    'tests/e2e/planted.e2e.ts': wrongType,
    'apps/planted/package.json': `{ "name": "planted", "version": "0.1.0", "dependencies": { "planted": "^1.0.0" } }\n`,
    'bin/planted.mjs': `/** @type {number} */\nexport const planted = 'no number'\n`,
  }
  for (const [path, text] of Object.entries(planted)) {
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await writeFile(join(copy, path), text)
  }

  const { exitCode, output } = await run(process.execPath, [join(copy, 'tools/check.ts')])

  const said = output.split(/^(?=passed |FAILED )/m).filter((part) => /^(passed|FAILED) /.test(part))
  expect(said.filter((part) => !part.startsWith('FAILED') || !part.includes('planted'))).toEqual([])
  expect(said.length).toBeGreaterThanOrEqual(11)
  expect(output.trimEnd().split('\n').at(-1)).toBe(`0 passed, ${said.length} failed`)
  expect(exitCode).toBe(1)
})
