import { readImports } from './read-imports.ts'
import { resolveImport, type Workspace } from './resolve.ts'
import { rules, type Edge } from './rules.ts'

/** Something the house does not allow, and where. */
export type Violation = Readonly<{ rule: string; because: string; file: string; line: number; what: string }>

export type ImportReport = Readonly<{ modules: number; imports: number; violations: readonly Violation[] }>

/**
 * Check the imports of these files, given by path from the root, against every rule. Reading no module at all is a
 * violation: a check that sees nothing must not say that all is well.
 */
export function checkImports(files: ReadonlyMap<string, string>, workspaces: readonly Workspace[]): ImportReport {
  const paths = new Set(files.keys())
  const violations: Violation[] = []
  const graph = new Map<string, Map<string, number>>()
  let imports = 0

  for (const [file, source] of files) {
    const next = new Map<string, number>()
    graph.set(file, next)
    for (const { specifier, line } of readImports(file, source)) {
      imports += 1
      if (specifier === null) {
        violations.push({ ...computed, file, line, what: 'import(…) of a computed name' })
        continue
      }
      const to = resolveImport(file, specifier, paths, workspaces)
      const edge: Edge = { from: file, specifier, to }
      for (const { name, because, forbids } of rules) {
        if (forbids(edge)) violations.push({ rule: name, because, file, line, what: `imports ${specifier}` })
      }
      if (to.kind === 'file' && files.has(to.path)) next.set(to.path, line)
    }
  }
  for (const [first, ...others] of findCycles(graph)) {
    if (first === undefined) continue
    const line = graph.get(first)?.get(others[0] ?? first) ?? 1
    violations.push({ ...circular, file: first, line, what: ['goes round:', ...others, first].join(' → ') })
  }
  if (files.size === 0 || imports === 0) violations.push({ ...blind, file: '.', line: 1, what: 'no import was read' })
  return { modules: files.size, imports, violations }
}

const computed = { rule: 'imports-are-literal', because: 'what a program computes cannot be checked' }
const circular = { rule: 'no-circular', because: 'two files that need each other are one file, types included' }
const blind = { rule: 'reads-something', because: 'a check that reads no modules finds no violations' }

/** One cycle for every knot of files that reach each other, by depth-first search. */
function findCycles(graph: ReadonlyMap<string, ReadonlyMap<string, number>>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const path: string[] = []

  const visit = (file: string): void => {
    const seenAt = path.indexOf(file)
    if (seenAt >= 0) cycles.push(path.slice(seenAt))
    if (seenAt >= 0 || done.has(file)) return
    path.push(file)
    for (const next of graph.get(file)?.keys() ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return cycles
}
