import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './find-browser.ts'
import { runNode } from './run.ts'
import { runChecks, type Tally } from './run-checks.ts'
import { runVitest, type TestTally } from './run-vitest.ts'

const out = (line: string): void => console.log(line)
const folder = await mkdtemp(join(tmpdir(), 'getuige-test-run-'))
const missingTools = join(folder, 'missing-tools.jsonl')
const tallies: Tally[] = []
const notRun: string[] = []
/** Of what nobody needs to have. */
const optional: string[] = []

try {
  tallies.push(await runChecks(out))
  tallies.push(runStep('the web app builds', await runNode('bin/build-web.mjs', [])))
  tallies.push(await runTests('unit-and-database', {}))
  tallies.push(await runTests('ceph', {}))
  const browser = await findBrowser(out)
  if ('problem' in browser) tallies.push(runStep('a browser', { exitCode: 1, output: browser.problem }))
  else tallies.push(await runTests('e2e', { GETUIGE_CHROMIUM: browser.path }))
  await readMissing()
} catch (error) {
  // Whatever happens, the last line says that it happened.
  out(error instanceof Error ? (error.stack ?? error.message) : String(error))
  tallies.push({ passed: 0, failed: 1 })
} finally {
  await rm(folder, { recursive: true, force: true })
}

const areToolsRequired = process.env['GETUIGE_TOOLS_REQUIRED'] === '1'
for (const line of new Set([...notRun, ...optional])) out(`Not run: ${line}`)
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0) + (areToolsRequired ? new Set(notRun).size : 0)
out(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function runStep(name: string, { exitCode, output }: { exitCode: number; output: string }): Tally {
  const isPassed = exitCode === 0
  out(`${isPassed ? 'passed' : 'FAILED'}  ${name}`)
  if (!isPassed) out(output.trimEnd())
  return { passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1 }
}

async function runTests(project: string, env: NodeJS.ProcessEnv): Promise<TestTally> {
  const tally = await runVitest(project, join(folder, `${project}.json`), {
    GETUIGE_MISSING_TOOLS: missingTools,
    ...env,
  })
  notRun.push(...tally.skipped)
  return tally
}

/** What tests reported that they lacked, one line each. */
async function readMissing(): Promise<void> {
  const text = await readFile(missingTools, 'utf8').catch(() => '')
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const { notChecked, isNeeded } = JSON.parse(line) as { notChecked: string; isNeeded: boolean }
    if (isNeeded) notRun.push(notChecked)
    else optional.push(notChecked)
  }
}
