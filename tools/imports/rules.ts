import type { Target } from './resolve.ts'

/** One import as the rules see it. Paths are from the root of the repository. */
export type Edge = Readonly<{ from: string; specifier: string; to: Target }>

/** A rule of the house. `forbids` is asked for every import; tests of a file count as tests, not as the file. */
export type Rule = Readonly<{ name: string; because: string; forbids(edge: Edge): boolean }>

/** Order of the server's modules, lowest first. A module may import only those before it. */
export const moduleOrder: readonly string[] =
  'corps custody authority recordings vault access approvals deployments devices ingest tasks media markers clips together retention incidents redaction cases search oversight safety-plan knowledge alerts reporting'.split(
    ' ',
  )

const isTest = (path: string): boolean => /\.(test|e2e)\.tsx?$/.test(path)
const isIn = (folder: string, path: string): boolean => path.startsWith(`${folder}/`)
const isEdge = (path: string): boolean => /\/(routes|jobs)\.ts$/.test(path)
const isRule = (path: string): boolean => /^(apps|packages)\/.*\/(rules|lifecycle)\.ts$/.test(path)

const compose = 'apps/server/src/compose.ts'
/** The parts of `compose.ts`. */
const composition = 'apps/server/src/composition'
const testing = 'apps/server/src/testing'

/** The app or package a file belongs to, such as `apps/server`, or null outside both. */
const workspaceOf = (path: string): string | null => /^(?:apps|packages)\/[^/]+(?=\/)/.exec(path)?.[0] ?? null

/** The server module a file belongs to, such as `custody`, or null. */
function moduleOf(path: string): string | null {
  return /^apps\/server\/src\/(?:evidence|operations|prevention)\/([^/]+)\//.exec(path)?.[1] ?? null
}

/**
 * Files under `folder` may import only what `allows` names. Their tests may besides use any package and built-in, but
 * of our own code no more than the file they test.
 */
function only(folder: string, allows: (to: Target) => boolean): Rule['forbids'] {
  return ({ from, to }) => {
    if (!isIn(folder, from) || to.kind === 'nothing') return false
    if (to.kind !== 'file' && isTest(from)) return false
    if (to.kind === 'file' && (isIn(folder, to.path) || (isTest(from) && isIn('tests', to.path)))) return false
    return !allows(to)
  }
}

const isFileIn = (to: Target, ...folders: readonly string[]): boolean =>
  to.kind === 'file' && folders.some((folder) => isIn(folder, to.path))
const isPackage = (to: Target, name: RegExp): boolean => to.kind === 'package' && name.test(to.name)

const verifierBuiltins = /^(util|path|fs|process|crypto|stream|url|zlib)(\/promises)?$/

const boundaries: readonly Rule[] = [
  {
    name: 'leads-somewhere',
    because: 'what cannot be resolved cannot be checked',
    forbids: ({ to }) => to.kind === 'nothing',
  },
  {
    name: 'workspaces-by-name',
    because: 'one workspace enters another by its name and front door, never by a path into it',
    forbids: ({ from, specifier, to }) =>
      specifier.startsWith('.') &&
      to.kind === 'file' &&
      workspaceOf(from) !== null &&
      workspaceOf(to.path) !== workspaceOf(from) &&
      !(isIn('tests', to.path) && (isTest(from) || isIn(testing, from))),
  },
  {
    name: 'base-is-leaf',
    because: 'everything rests on base, so base rests on nothing',
    forbids: only('packages/base', () => false),
  },
  {
    name: 'proof-is-pure',
    because: 'an outsider must be able to read all that a proof depends on',
    forbids: only('packages/proof', (to) => isFileIn(to, 'packages/base') || isPackage(to, /^@noble\//)),
  },
  {
    name: 'pki-is-portable',
    because: 'signatures are checked in browsers and by the verifier as well',
    forbids: only('packages/pki', (to) => isFileIn(to, 'packages/base') || isPackage(to, /^(pkijs|asn1js)$/)),
  },
  {
    name: 'law-is-pure',
    because: 'a jurist must be able to read all that a decision depends on',
    forbids: only('packages/law', (to) => isFileIn(to, 'packages/base') || isPackage(to, /^zod$/)),
  },
  {
    name: 'contract-is-shared',
    because: 'browser, dock and server all load it',
    forbids: only('packages/contract', (to) => isFileIn(to, 'packages/base') || isPackage(to, /^zod$/)),
  },
  {
    name: 'ui-knows-no-domain',
    because: 'components know no police word',
    forbids: only('packages/ui', (to) => isFileIn(to, 'packages/base') || to.kind === 'package'),
  },
  {
    name: 'apps-apart',
    because: 'apps share packages, never each other',
    forbids: ({ from, to }) =>
      isIn('apps', from) && to.kind === 'file' && isIn('apps', to.path) && workspaceOf(to.path) !== workspaceOf(from),
  },
  {
    name: 'verifier-trusts-nobody',
    because: 'little to trust, little to rot',
    forbids: (edge) =>
      ['apps/verify', 'apps/witness'].some((folder) =>
        only(
          folder,
          (to) =>
            isFileIn(to, 'packages/proof', 'packages/base') ||
            (folder === 'apps/verify' && (isFileIn(to, 'packages/pki') || isPackage(to, /^@noble\/hashes$/))) ||
            (folder === 'apps/witness' && to.kind === 'builtin' && to.name === 'http') ||
            (to.kind === 'builtin' && verifierBuiltins.test(to.name)),
        )(edge),
      ),
  },
  {
    name: 'dock-speaks-only-the-contract',
    because: 'it runs beside a dock, without the server and without screens',
    forbids: only(
      'apps/dock',
      (to) => to.kind !== 'file' || isFileIn(to, 'packages/contract', 'packages/proof', 'packages/base'),
    ),
  },
  {
    name: 'rules-are-pure',
    because: 'a decision sees facts, never a clock, a disk or a network',
    forbids: ({ from, to }) =>
      isRule(from) &&
      !(isFileIn(to, 'packages/base', 'packages/contract', 'packages/law') || (to.kind === 'file' && isRule(to.path))),
  },
  {
    name: 'front-door-only',
    because: 'a module is entered by its index.ts, written #module',
    forbids: ({ from, to }) => {
      if (!isIn('apps/server/src', from) || to.kind !== 'file') return false
      const entered = moduleOf(to.path)
      if (entered === null || entered === moduleOf(from)) return false
      return !/^[^/]+\/index\.ts$/.test(pathInModule(to.path)) && !isEdge(to.path) // edges have their own rule
    },
  },
  {
    name: 'edges-seen-by-compose-alone',
    because: 'routes.ts and jobs.ts are wired in one place',
    forbids: ({ from, to }) => {
      if (to.kind !== 'file' || !isEdge(to.path)) return false
      const entered = moduleOf(to.path)
      if (entered === null || from === compose || isIn(composition, from)) return false
      return entered !== moduleOf(from) || !(isTest(from) || isEdge(from))
    },
  },
  {
    name: 'edges-go-through-acts',
    because: 'routes and jobs read the call and run one act; the act owns the rows',
    forbids: ({ from, to }) => isEdge(from) && to.kind === 'file' && to.path.endsWith('/store.ts'),
  },
  {
    name: 'platform-knows-no-domain',
    because: 'platform knows no police word',
    forbids: ({ from, to }) =>
      isIn('apps/server/src/platform', from) && to.kind === 'file' && moduleOf(to.path) !== null && !isTest(from),
  },
  {
    name: 'testing-only-in-tests',
    because: 'what fails on demand must not reach production',
    forbids: ({ from, to }) =>
      workspaceOf(from) !== null &&
      !isTest(from) &&
      !isIn(testing, from) &&
      to.kind === 'file' &&
      (isIn(testing, to.path) || isIn('tests', to.path)),
  },
]

/** `custody/index.ts` of `apps/server/src/evidence/custody/index.ts`. */
const pathInModule = (path: string): string => path.split('/').slice(4).join('/')

const order: readonly Rule[] = moduleOrder.slice(0, -1).map((name, index) => ({
  name: `order-${name}`,
  because: `${name} may not know the modules above it: tell it the fact, or add a line to reactions.ts`,
  forbids: ({ from, to }) => {
    if (moduleOf(from) !== name || isTest(from) || to.kind !== 'file') return false
    const entered = moduleOf(to.path)
    return entered !== null && moduleOrder.indexOf(entered) > index
  },
}))

/** A module that nobody placed would be bound by no order at all. */
const placed: Rule = {
  name: 'modules-have-a-place',
  because: 'every module stands somewhere in the order',
  forbids: ({ from }) => {
    const name = moduleOf(from)
    return name !== null && !moduleOrder.includes(name)
  },
}

export const rules: readonly Rule[] = [...boundaries, placed, ...order]
