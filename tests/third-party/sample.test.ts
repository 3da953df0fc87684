import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../outside-tools.ts'

/** The sample is made once, as `npm run sample` makes it, and checked as its README says. */

const root = fileURLToPath(new URL('../../', import.meta.url))
let folder: string
let sample: string
let vkeys: string[]

type Ended = Readonly<{ code: number; output: string }>

function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, [...args], { cwd, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    })
  })
}
const ours = (script: string, ...args: string[]) => run(process.execPath, [join(root, script), ...args], sample)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-sample-test-'))
  sample = join(folder, 'sample')
  const made = await run(process.execPath, [join(root, 'apps/server/src/commands/sample.ts'), sample], root)
  expect(made).toMatchObject({ code: 0 })
  vkeys = (await readFile(join(sample, 'vkeys'), 'utf8')).trimEnd().split('\n')
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Commands of the README as they stand there, run in a folder of their own with these specimens in place of the good. */
async function runReadme(
  name: string,
  isMeant: (command: string) => boolean,
  broken: readonly string[],
): Promise<Ended> {
  const place = join(folder, `${name}-${broken.join('-').replaceAll('/', '')}`)
  await cp(sample, place, { recursive: true })
  for (const specimen of broken) await cp(join(sample, 'broken', specimen), join(place, specimen), { recursive: true })
  const readme = await readFile(join(sample, 'README.md'), 'utf8')
  const [, byOthers = ''] = /## With tools of others[^`]*```sh\n([^`]*)```/.exec(readme) ?? []
  const commands = byOthers.split('\n').filter((command) => command !== '')
  const unpacking = commands.filter((command) => command.startsWith('mkdir '))
  const meant = commands.filter(isMeant)
  expect(meant.length).toBeGreaterThan(0)
  // Unpacking a broken package says so as well, and must not hide what the check itself says.
  return run('/bin/sh', ['-c', `{ ${unpacking.join(' && ')}; } >/dev/null 2>&1; ${meant.join(' && ')}`], place)
}

describe('a sample', () => {
  test('has an altered specimen of each thing that it has', async () => {
    const broken = await readdir(join(sample, 'broken'))
    const good = (await readdir(sample)).filter((name) => !['README.md', 'broken', 'object.sha256'].includes(name))
    expect(broken.filter((name) => name !== 'log-rewritten').toSorted()).toEqual(good.toSorted())
    for (const name of good.filter((each) => each !== 'log')) {
      const [specimen, altered] = await Promise.all([
        readFile(join(sample, name)),
        readFile(join(sample, 'broken', name)),
      ])
      expect(altered.equals(specimen), name).toBe(false)
    }
  })

  test.each([
    { tool: 'unzip', isMeant: /^unzip -tq/, spoiled: ['case.asice'] },
    { tool: 'sha256sum', isMeant: /sha256sum -c --quiet/, spoiled: ['case.asice'] },
    { tool: 'openssl', isMeant: /^openssl cms/, spoiled: ['ca.pem'] },
    { tool: 'openssl', isMeant: /^openssl ts/, spoiled: ['ca.pem'] },
    { tool: 'age', isMeant: /age -d/, spoiled: ['object.payload'] },
    { tool: 'age', isMeant: /age -d/, spoiled: ['object.header'] },
    { tool: 'age', isMeant: /age -d/, spoiled: ['escrow.key'] },
  ])('$tool agrees with the good one and refuses the broken $spoiled', async ({ tool, isMeant, spoiled }) => {
    for (const needed of ['unzip', tool]) {
      if (findTool(needed) === undefined) return reportMissingTool(needed, `the sample with ${tool}`)
    }
    const meant = (command: string) => isMeant.test(command)
    expect(await runReadme(tool + isMeant.source.length, meant, [])).toMatchObject({ code: 0 })
    expect((await runReadme(tool + isMeant.source.length, meant, spoiled)).code).not.toBe(0)
  })

  test('the package is intact in the eyes of our verifier, and each broken thing beside it spoils it', async () => {
    const [key = '', witness = ''] = vkeys
    const [otherKey = '', otherWitness = ''] = (await readFile(join(sample, 'broken/vkeys'), 'utf8')).split('\n')
    const given = { package: 'case.asice', ca: 'ca.pem', key, witness }
    const verify = (changed: Partial<typeof given>) => {
      const all = { ...given, ...changed }
      const trusted = ['--ca', all.ca, '--tsa-ca', all.ca, '--key', all.key, '--witness', all.witness]
      return ours('apps/verify/src/main.ts', all.package, ...trusted)
    }
    expect(await verify({})).toMatchObject({ code: 0 })
    for (const changed of [
      { package: 'broken/case.asice' },
      { ca: 'broken/ca.pem' },
      { key: otherKey },
      { witness: otherWitness },
    ]) {
      expect(await verify(changed)).toMatchObject({ code: 1 })
    }
  })

  test('the log is intact, grew from the older checkpoint, and is cosigned', async () => {
    const [key = '', witness = ''] = vkeys
    const args = ['--key', key, '--witness', witness, '--since', 'checkpoint.old']
    expect(await ours('apps/verify/src/log/main.ts', 'log', ...args)).toMatchObject({ code: 0 })
    for (const broken of ['broken/log', 'broken/log-rewritten']) {
      expect(await ours('apps/verify/src/log/main.ts', broken, ...args)).toMatchObject({ code: 1 })
    }
    // Signed again by the operator: only those who kept something, or ask for the witness, can tell.
    expect(await ours('apps/verify/src/log/main.ts', 'broken/log-rewritten', '--key', key)).toMatchObject({ code: 0 })
    const old = ['--key', key, '--since', 'broken/checkpoint.old']
    expect(await ours('apps/verify/src/log/main.ts', 'log', ...old)).not.toMatchObject({ code: 0 })
    const [otherKey = ''] = (await readFile(join(sample, 'broken/vkeys'), 'utf8')).split('\n')
    expect(await ours('apps/verify/src/log/main.ts', 'log', '--key', otherKey)).toMatchObject({ code: 1 })
  })
})

test('a sample is never written into a folder that has something in it', async () => {
  const place = join(folder, 'full')
  await mkdir(join(place, 'something'), { recursive: true })
  const refused = await run(process.execPath, [join(root, 'apps/server/src/commands/sample.ts'), place], root)
  expect(refused).toMatchObject({ code: 2 })
  expect(await readdir(place)).toEqual(['something'])
})
