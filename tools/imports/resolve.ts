import { isBuiltin } from 'node:module'
import { posix } from 'node:path'

/** What an import leads to: a file of ours (its path from the root), a package, a built-in of Node, or nothing. */
export type Target = Readonly<
  | { kind: 'file'; path: string }
  | { kind: 'package'; name: string }
  | { kind: 'builtin'; name: string }
  | { kind: 'nothing' }
>

/** The part of a workspace's package.json that decides where an import leads. */
export type Workspace = Readonly<{
  folder: string
  name: string
  exports: Readonly<Record<string, string>>
  imports: Readonly<Record<string, string>>
}>

const code = /\.(ts|tsx|mjs|js)$/

/** Resolve as Node does, among the given files. Files that hold no code, such as styles, lead to their path. */
export function resolveImport(
  from: string,
  specifier: string,
  files: ReadonlySet<string>,
  workspaces: readonly Workspace[],
): Target {
  if (specifier.startsWith('.')) return toFile(posix.join(posix.dirname(from), withoutQuery(specifier)), files)
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') }

  const own = workspaces.find(({ folder }) => from.startsWith(`${folder}/`))
  if (specifier.startsWith('#')) return throughMap(own?.folder, own?.imports, specifier, files)

  const name = packageNameOf(specifier)
  const other = workspaces.find((workspace) => workspace.name === name)
  if (other === undefined) return { kind: 'package', name }
  return throughMap(other.folder, other.exports, `.${specifier.slice(name.length)}`, files)
}

/** Where a key of `imports` or `exports` leads. A key may hold one star, as in "#platform/*". */
function throughMap(
  folder: string | undefined,
  map: Readonly<Record<string, string>> | undefined,
  key: string,
  files: ReadonlySet<string>,
): Target {
  if (folder === undefined || map === undefined) return { kind: 'nothing' }
  for (const [pattern, target] of Object.entries(map)) {
    const [before = '', after] = pattern.split('*')
    if (after === undefined) {
      if (pattern === key) return toFile(posix.join(folder, target), files)
    } else if (key.startsWith(before) && key.endsWith(after) && key.length > before.length + after.length) {
      const star = key.slice(before.length, key.length - after.length)
      return toFile(posix.join(folder, target.replaceAll('*', star)), files)
    }
  }
  return { kind: 'nothing' }
}

function toFile(path: string, files: ReadonlySet<string>): Target {
  return files.has(path) || !code.test(path) ? { kind: 'file', path } : { kind: 'nothing' }
}

const withoutQuery = (specifier: string): string => specifier.replace(/\?.*$/, '')

function packageNameOf(specifier: string): string {
  const [scope = '', name] = specifier.split('/')
  return scope.startsWith('@') && name !== undefined ? `${scope}/${name}` : scope
}
