import { expect, test } from 'vitest'
import { count } from './run-vitest.ts'

const file = (status: string, ...statuses: readonly string[]) => ({
  name: 'x.test.ts',
  status,
  assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
})

test.each([
  ['tests that pass are counted', [file('passed', 'passed', 'passed')], 0, { passed: 2, failed: 0, skipped: [] }],
  ['so are those that fail', [file('failed', 'passed', 'failed')], 1, { passed: 1, failed: 1, skipped: [] }],
  ['a file that cannot be loaded is a failure', [file('failed')], 1, { passed: 0, failed: 1, skipped: [] }],
  ['an error outside the tests is a failure', [file('passed', 'passed')], 1, { passed: 1, failed: 1, skipped: [] }],
  ['a run that was killed is a failure', [file('passed', 'passed')], null, { passed: 1, failed: 1, skipped: [] }],
  ['no test at all is a failure', [], 0, { passed: 0, failed: 1, skipped: [] }],
  ['a test not run is named', [file('passed', 'passed', 'skipped')], 0, { passed: 1, failed: 0, skipped: ['test 1'] }],
])('%s', (_case, testResults, exitCode, tally) => {
  expect(count({ testResults }, exitCode)).toEqual(tally)
})
