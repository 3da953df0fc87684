import { runNode, type Outcome } from './run.ts'

type Check = Readonly<{ name: string; run(): Promise<Outcome> }>

/** How many checks or tests passed and failed. */
export type Tally = Readonly<{ passed: number; failed: number }>

const tsc = (project: string): Promise<Outcome> => runNode('node_modules/typescript/bin/tsc', ['-p', project])

/** All that can be said of the code without running it. The slowest stand first. */
const checks: readonly Check[] = [
  {
    name: 'lint',
    run: () => runNode('node_modules/oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', '-f', 'unix']),
  },
  { name: 'types of the server, the packages and the tools', run: () => tsc('tsconfig.json') },
  { name: 'types of the web app', run: () => tsc('apps/web/tsconfig.json') },
  { name: 'types of the components', run: () => tsc('packages/ui/tsconfig.json') },
  { name: 'types of the page that checks packages', run: () => tsc('apps/verify/src/page/tsconfig.json') },
  { name: 'types of the journeys', run: () => tsc('tests/e2e/tsconfig.json') },
  { name: 'types of the launchers', run: () => tsc('bin/tsconfig.json') },
  { name: 'unused code', run: () => runNode('node_modules/knip/bin/knip.js', ['--no-progress', '--no-config-hints']) },
  { name: 'format', run: () => runNode('node_modules/oxfmt/bin/oxfmt', ['--check', '.']) },
  { name: 'dependencies', run: () => runNode('tools/dependencies.ts', []) },
  { name: 'imports', run: () => runNode('tools/imports/main.ts', []) },
]

/** Run every check, two at a time: each uses several cores for a moment and some hundred megabytes. */
export async function runChecks(out: (line: string) => void): Promise<Tally> {
  const waiting = [...checks]
  let passed = 0
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const start = performance.now()
      const { exitCode, output } = await check.run()
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      if (exitCode === 0) passed += 1
      out(`${exitCode === 0 ? 'passed' : 'FAILED'}  ${check.name} (${seconds} s)`)
      if (exitCode !== 0) out(indent(output))
    }
  }
  await Promise.all([work(), work()])
  return { passed, failed: checks.length - passed }
}

const indent = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '    ')
