import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './run.ts'
import type { Tally } from './run-checks.ts'

/** The tests of one project, and the names of those that were not run. */
export type TestTally = Tally & Readonly<{ skipped: readonly string[] }>

/** The part of Vitest's JSON report that we count. */
type Report = Readonly<{
  testResults: readonly Readonly<{
    name: string
    status: string
    assertionResults: readonly Readonly<{ fullName: string; status: string }>[]
  }>[]
}>

/**
 * Run the tests of one Vitest project, showing its output. A crash, a file that cannot be loaded and a project without
 * tests each count as a failure, whatever Vitest itself says.
 */
export async function runVitest(project: string, reportFile: string, env: NodeJS.ProcessEnv): Promise<TestTally> {
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  const report = await readFile(reportFile, 'utf8').catch(() => null)
  if (report === null) return { passed: 0, failed: 1, skipped: [] }
  return count(JSON.parse(report) as Report, code)
}

/** Count a report. `exitCode` is Vitest's own, null after a signal. */
export function count({ testResults }: Report, exitCode: number | null): TestTally {
  const tests = testResults.flatMap((file) => file.assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const broken = testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && assertionResults.every((test) => test.status !== 'failed')
  })
  const failed = tests.filter(({ status }) => status === 'failed').length + broken.length
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map((test) => test.fullName)
  const isUnexplained = failed === 0 && (exitCode !== 0 || tests.length === 0)
  return { passed, failed: failed + (isUnexplained ? 1 : 0), skipped }
}
