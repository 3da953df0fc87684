import { runChecks } from './run-checks.ts'

const { passed, failed } = await runChecks((line) => console.log(line))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
