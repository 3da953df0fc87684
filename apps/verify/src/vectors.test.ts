import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkNames } from './check-names.ts'
import type { Report } from './check-package.ts'
import { run } from './run.ts'
import type { PackageVectors } from './testing/write-vectors.ts'

const folder = new URL('../../../tests/vectors/', import.meta.url)
const vectors = JSON.parse(readFileSync(new URL('packages.json', folder), 'utf8')) as PackageVectors
const pathOf = (file: string) => fileURLToPath(new URL(file, folder))
const exitCodes = { intact: 0, altered: 1, 'not-checked': 2 } as const
const given = ['--ca', pathOf(vectors.authority), '--tsa-ca', pathOf(vectors.stampAuthority)]
given.push('--key', vectors.vkey, '--witness', vectors.witness)

/** Kept as files, so that a later verifier, or somebody else's, is seen to judge them as this one does. */
test.each(vectors.packages)('$file is $verdict: $about', async ({ file, verdict, broken, notChecked }) => {
  const lines: string[] = []
  const shell = { write: (line: string) => void lines.push(line), complain: () => undefined, now: new Date() }
  expect(await run([pathOf(file), '--json', ...given], shell)).toBe(exitCodes[verdict])
  if (verdict === 'not-checked') return
  const report = JSON.parse(lines.join('\n')) as Report
  const of = (status: string) => report.findings.filter((found) => found.status === status).map(({ check }) => check)
  expect(report.verdict).toBe(verdict)
  expect(of('broken')).toEqual(broken)
  if (!broken.includes('container')) expect(of('not-checked')).toEqual(notChecked)
})

test('each check that a package can fail has a package that fails it', () => {
  const broken = new Set(vectors.packages.flatMap((vector) => vector.broken))
  expect(checkNames.filter((check) => check !== 'completeness' && !broken.has(check))).toEqual([])
})
