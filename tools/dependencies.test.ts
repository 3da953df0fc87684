import { expect, test } from 'vitest'
import { judgeDependencies, type Lockfile } from './dependencies.ts'

const good = { integrity: 'sha512-x', license: 'MIT' }
const accounts = '| package | saves |\n| --- | --- |\n| `a` | b |\n'
const judge = (version: string, locked: Lockfile['packages'][string], told = accounts) =>
  judgeDependencies([{ name: 'x', dependencies: { a: version } }], { packages: { 'node_modules/a': locked } }, told)

test('exact, digested, free and accounted for is right', () => {
  expect(judge('1.2.3', good)).toEqual([])
  expect(judge('1.2.3', { ...good, license: '(GPL-3.0 OR MIT)' })).toEqual([])
})

test.each([
  ['a range', '^1.2.3', good, accounts, 'write one version'],
  ['a tag', 'latest', good, accounts, 'write one version'],
  ['an address', 'https://example.org/a.tgz', good, accounts, 'write one version'],
  ['no digest', '1.2.3', { license: 'MIT' }, accounts, 'no SHA-512'],
  ['an old digest', '1.2.3', { ...good, integrity: 'sha1-x' }, accounts, 'no SHA-512'],
  ['a named host', '1.2.3', { ...good, resolved: 'https://example.org' }, accounts, 'names where'],
  ['an install script', '1.2.3', { ...good, hasInstallScript: true }, accounts, 'run a script'],
  ['another licence', '1.2.3', { ...good, license: 'MIT AND GPL-3.0' }, accounts, 'has the licence'],
  ['no licence', '1.2.3', { integrity: 'sha512-x' }, accounts, 'has the licence'],
  ['no account', '1.2.3', good, '', 'no line'],
  ['an account of what is gone', '1.2.3', good, `${accounts}| \`b\` | c |\n`, 'nothing asks'],
] as const)('%s is not', (_case, version, locked, told, said) => {
  expect(judge(version, locked, told)).toEqual([expect.stringContaining(said)])
})
