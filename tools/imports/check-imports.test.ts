import { expect, test } from 'vitest'
import { checkImports } from './check-imports.ts'
import { readImports } from './read-imports.ts'
import { moduleOrder, rules } from './rules.ts'
import type { Workspace } from './resolve.ts'

const server = 'apps/server/src'
const folderOf: Readonly<Record<string, string>> = Object.fromEntries(
  moduleOrder.map((name) => [name, `${server}/${name === 'corps' ? 'operations' : 'evidence'}/${name}`]),
)

const workspace = (folder: string, rest: Partial<Workspace> = {}): Workspace => ({
  folder,
  name: `@getuige/${folder.split('/')[1]}`,
  exports: folder.startsWith('packages') ? { '.': './src/index.ts' } : {},
  imports: {},
  ...rest,
})

const workspaces: readonly Workspace[] = [
  ...['base', 'proof', 'pki', 'contract', 'ui'].map((name) => workspace(`packages/${name}`)),
  ...['web', 'verify', 'dock', 'witness'].map((name) => workspace(`apps/${name}`)),
  workspace('apps/server', {
    imports: {
      ...Object.fromEntries(moduleOrder.map((name) => [`#${name}`, `${folderOf[name]?.slice(12) ?? ''}/index.ts`])),
      '#platform/*': './src/platform/*/index.ts',
    },
  }),
]

/** A small house in which every import is allowed, including those that look close to a forbidden one. */
const house: Readonly<Record<string, string>> = {
  'packages/base/src/index.ts': `export type Id = string`,
  'packages/base/src/index.test.ts': `import { test } from 'vitest'; import type { Id } from './index.ts'`,
  'packages/proof/src/index.ts': `import { sha256 } from '@noble/hashes/sha2.js'; import type { Id } from '@getuige/base'`,
  'packages/pki/src/index.ts': `import { Certificate } from 'pkijs'; import type { Id } from '@getuige/base'`,
  'packages/contract/src/index.ts': `import { z } from 'zod'; export type { Id } from '@getuige/base'`,
  'packages/ui/src/index.ts': `import { Button } from 'react-aria-components'; import './tokens.css'`,
  'apps/web/src/main.tsx': `import { Id } from '@getuige/contract'; const lazy = () => import('./screen.tsx')`,
  'apps/web/src/screen.tsx': `import * as ui from '@getuige/ui'`,
  'apps/verify/src/main.ts': `import { parseArgs } from 'node:util'; import '@noble/hashes'; import '@getuige/pki'; import '@getuige/proof'`,
  'apps/dock/src/main.ts': `import '@getuige/contract'; import { readdir } from 'node:fs/promises'; import 'tus-js-client'`,
  'apps/witness/src/main.ts': `import { createServer } from 'node:http'; import '@getuige/proof'`,
  'tests/setup/database.ts': `import pg from 'pg'`,
  [`${server}/main.ts`]: `import { compose } from './compose.ts'`,
  [`${server}/compose.ts`]: `import '#custody'; import './evidence/custody/routes.ts'; import './evidence/custody/jobs.ts'`,
  [`${server}/platform/clock/index.ts`]: `import { hrtime } from 'node:process'`,
  [`${server}/testing/world.ts`]: `import '../compose.ts'; import '../../../../tests/setup/database.ts'`,
  [`${folderOf['custody']}/store.ts`]: `import { Kysely } from 'kysely'`,
  [`${folderOf['custody']}/rules.ts`]: `import type { Id } from '@getuige/base'; import { code } from '@getuige/contract'`,
  [`${folderOf['custody']}/act.ts`]: `import './store.ts'; import './rules.ts'; import '#platform/clock'`,
  [`${folderOf['custody']}/act.test.ts`]: `import '../../testing/world.ts'; import '#retention'; import './routes.ts'`,
  [`${folderOf['custody']}/routes.ts`]: `import './act.ts'`,
  [`${folderOf['custody']}/jobs.ts`]: `import './act.ts'`,
  ...Object.fromEntries(moduleOrder.map((name) => [`${folderOf[name]}/index.ts`, `export const name = '${name}'`])),
  [`${folderOf['custody']}/index.ts`]: `import '#corps'; export * from './act.ts'`,
}

const check = (planted: Readonly<Record<string, string>>) =>
  checkImports(new Map(Object.entries({ ...house, ...planted })), workspaces)

const custody = folderOf['custody'] ?? ''
const verify = 'apps/verify/src/main.ts'
const rulesFile = `${folderOf['retention']}/rules.ts`

/** One planted violation and more of every rule: its name, where it is planted, and what stands there. */
const planted: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['leads-somewhere', 'apps/web/src/lost.ts', `import './nowhere.ts'`],
  ['leads-somewhere', `${server}/lost.ts`, `import '#nowhere'`],
  ['leads-somewhere', 'apps/web/src/lost.ts', `import '@getuige/base/inside'`],
  ['workspaces-by-name', 'apps/web/src/path.ts', `import '../../../packages/base/src/index.ts'`],
  ['workspaces-by-name', 'packages/proof/src/path.ts', `export * from '../../base/src/index.ts'`],
  ['base-is-leaf', 'packages/base/src/id.ts', `import { z } from 'zod'`],
  ['base-is-leaf', 'packages/base/src/id.ts', `import { randomUUID } from 'node:crypto'`],
  ['base-is-leaf', 'packages/base/src/id.ts', `import type { Code } from '@getuige/contract'`],
  ['base-is-leaf', 'packages/base/src/id.test.ts', `import { proof } from '@getuige/proof'`],
  ['proof-is-pure', 'packages/proof/src/log.ts', `import { createHash } from 'crypto'`],
  ['proof-is-pure', 'packages/proof/src/log.ts', `import { z } from 'zod'`],
  ['proof-is-pure', 'packages/proof/src/log.ts', `const a: import('@getuige/contract').Id = ''`],
  ['pki-is-portable', 'packages/pki/src/cades.ts', `import { createHash } from 'node:crypto'`],
  ['law-is-pure', 'packages/law/src/decide.ts', `import { randomBytes } from 'node:crypto'`],
  ['contract-is-shared', 'packages/contract/src/x.ts', `import { readFile } from 'node:fs/promises'`],
  ['contract-is-shared', 'packages/contract/src/x.ts', `import '@getuige/proof'`],
  ['ui-knows-no-domain', 'packages/ui/src/x.tsx', `import '@getuige/contract'`],
  ['ui-knows-no-domain', 'packages/ui/src/x.tsx', `const proof = () => import('@getuige/proof')`],
  ['apps-apart', 'apps/web/src/x.ts', `export { compose } from '../../server/src/compose.ts'`],
  ['verifier-trusts-nobody', verify, `import { z } from 'zod'`],
  ['verifier-trusts-nobody', verify, `import { connect } from 'node:net'`],
  ['verifier-trusts-nobody', verify, `import type { Code } from '@getuige/contract'`],
  ['verifier-trusts-nobody', verify, `import { request } from 'node:http'`],
  ['verifier-trusts-nobody', 'apps/witness/src/main.ts', `import { open } from 'yauzl'`],
  ['verifier-trusts-nobody', 'apps/witness/src/main.ts', `import { spawn } from 'node:child_process'`],
  ['verifier-trusts-nobody', 'apps/witness/src/main.ts', `import '@getuige/contract'`],
  ['dock-speaks-only-the-contract', 'apps/dock/src/main.ts', `import '@getuige/ui'`],
  ['rules-are-pure', rulesFile, `import { readFile } from 'node:fs/promises'`],
  ['rules-are-pure', rulesFile, `import type { Kysely } from 'kysely'`],
  ['rules-are-pure', `${folderOf['recordings']}/lifecycle.ts`, `import '#custody'`],
  ['front-door-only', `${folderOf['retention']}/x.ts`, `import '../custody/store.ts'`],
  ['front-door-only', `${folderOf['retention']}/x.ts`, `import type { Act } from '../custody/act.ts'`],
  ['front-door-only', `${server}/main.ts`, `import './evidence/custody/act.ts'`],
  ['edges-seen-by-compose-alone', `${server}/main.ts`, `import './evidence/custody/routes.ts'`],
  ['edges-seen-by-compose-alone', `${folderOf['retention']}/x.ts`, `import '../custody/jobs.ts'`],
  ['edges-seen-by-compose-alone', `${custody}/index.ts`, `export * from './routes.ts'`],
  ['edges-go-through-acts', `${custody}/routes.ts`, `import './store.ts'`],
  ['edges-go-through-acts', `${custody}/jobs.ts`, `import type { Row } from './store.ts'`],
  ['platform-knows-no-domain', `${server}/platform/clock/index.ts`, `import type { Id } from '#corps'`],
  ['testing-only-in-tests', `${server}/main.ts`, `import { createWorld } from './testing/world.ts'`],
  ['testing-only-in-tests', 'apps/dock/src/x.ts', `import '../../../tests/setup/database.ts'`],
  ['modules-have-a-place', `${server}/evidence/astrology/index.ts`, `import '@getuige/base'`],
  ['imports-are-literal', 'apps/web/src/x.ts', `const load = (name: string) => import('./' + name)`],
  ['no-circular', `${custody}/store.ts`, `import type { Act } from './act.ts'`],
  ['no-circular', 'apps/web/src/screen.tsx', `export type { Root } from './main.tsx'`],
  ...moduleOrder.slice(0, -1).map((name, index) => {
    const above = moduleOrder[index + 1] ?? ''
    return [`order-${name}`, `${folderOf[name]}/x.ts`, `import type { X } from '#${above}'`] as const
  }),
  ['order-corps', `${folderOf['corps']}/x.ts`, `import '#reporting'`],
]

test('the house as it should be breaks no rule', () => {
  const { violations, modules } = check({})
  expect(violations).toEqual([])
  expect(modules).toBe(Object.keys(house).length)
})

test.each(planted)('%s: in %s is refused: %s', (rule, file, source) => {
  const { violations } = check({ [file]: source })
  expect(violations.map((violation) => violation.rule)).toContain(rule)
})

test('every rule has a violation planted above', () => {
  const named = new Set(planted.map(([rule]) => rule))
  expect(rules.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([])
})

test('reading no modules is a failure, and so is reading modules without a single import', () => {
  const nothing = checkImports(new Map(), workspaces)
  const silent = checkImports(new Map([['apps/web/src/main.tsx', 'export const one = 1']]), workspaces)
  for (const { violations } of [nothing, silent]) {
    expect(violations.map(({ rule }) => rule)).toEqual(['reads-something'])
  }
})

test('every way of mentioning another module is read, and comments and strings are not', () => {
  const source = `
    import a from 'a'
    import type { b } from 'b'
    import { type c } from 'c'
    import 'd'
    export * from 'e'
    export type { f } from 'f'
    const g = () => import('g')
    type H = import('h').H
    // import 'not-this'
    const text = "import 'nor-this'"`
  expect(
    readImports('x.ts', source)
      .map(({ specifier }) => specifier)
      .join(''),
  ).toBe('abcdefgh')
  expect(() => readImports('x.ts', 'import { from')).toThrow(/x\.ts/)
})
