import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { CheckName } from './check-names.ts'
import type { Report } from './check-package.ts'
import { run } from './run.ts'

type Vectors = Readonly<{
  vkey: string
  packages: readonly Readonly<{
    file: string
    about: string
    verdict: Report['verdict']
    brokenCheck: CheckName | null
  }>[]
}>

const folder = new URL('../../../tests/vectors/', import.meta.url)
const vectors = JSON.parse(readFileSync(new URL('packages.json', folder), 'utf8')) as Vectors
const exitCodes = { intact: 0, altered: 1, 'not-checked': 2 } as const

/** Kept as files, so that a later verifier is seen to judge them as this one does. */
test.each(vectors.packages)('$file is $verdict: $about', async ({ file, verdict, brokenCheck }) => {
  const lines: string[] = []
  const path = fileURLToPath(new URL(`packages/${file}`, folder))
  const output = { write: (line: string) => void lines.push(line), complain: () => undefined }
  expect(await run([path, '--json', '--key', vectors.vkey], output)).toBe(exitCodes[verdict])
  if (verdict === 'not-checked') return
  const report = JSON.parse(lines.join('\n')) as Report
  const broken = report.findings.filter(({ status }) => status === 'broken').map(({ check }) => check)
  expect(report.verdict).toBe(verdict)
  if (brokenCheck === null) expect(broken).toEqual([])
  else expect(broken).toContain(brokenCheck)
})
