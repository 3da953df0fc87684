import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Workspace } from './resolve.ts'

/** The code of the repository by path from its root, and its workspaces. */
export type Repository = Readonly<{ files: ReadonlyMap<string, string>; workspaces: readonly Workspace[] }>

const folders = ['apps', 'packages', 'tests', 'tools', 'bench']
const skipped = new Set(['node_modules', 'dist', 'data', 'vectors'])
const code = /\.(ts|tsx|mjs)$/

export async function readRepository(root: string): Promise<Repository> {
  const files = new Map<string, string>()
  for (const folder of folders) {
    for await (const path of walk(join(root, folder))) {
      if (code.test(path)) files.set(relative(root, path).split(sep).join('/'), await readFile(path, 'utf8'))
    }
  }
  const workspaces: Workspace[] = []
  for (const kind of ['apps', 'packages']) {
    for (const name of await readdir(join(root, kind))) {
      const text = await readFile(join(root, kind, name, 'package.json'), 'utf8').catch(() => null)
      if (text !== null) workspaces.push({ folder: `${kind}/${name}`, ...readManifest(text) })
    }
  }
  return { files, workspaces }
}

async function* walk(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (skipped.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else yield path
  }
}

function readManifest(text: string): Omit<Workspace, 'folder'> {
  const { name, exports = {}, imports = {} } = JSON.parse(text) as Partial<Omit<Workspace, 'folder'>>
  if (name === undefined) throw new Error('a workspace without a name')
  return { name, exports, imports }
}
