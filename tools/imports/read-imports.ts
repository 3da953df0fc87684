import { parseSync, Visitor } from 'oxc-parser'

/** One mention of another module. `specifier` is null where a program computes it, which no one can check. */
export type Import = Readonly<{ specifier: string | null; line: number }>

/**
 * Every module a file mentions, in order: imports and re-exports, of values and of types, `import()` as an expression
 * and as a type.
 *
 * @throws Error when the file cannot be parsed: what is not read is not checked
 */
export function readImports(path: string, source: string): Import[] {
  const { program, module, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'cannot be parsed'}`)

  const found: { specifier: string | null; at: number }[] = []
  for (const { moduleRequest } of module.staticImports) {
    found.push({ specifier: moduleRequest.value, at: moduleRequest.start })
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) {
      if (moduleRequest !== null) found.push({ specifier: moduleRequest.value, at: moduleRequest.start })
    }
  }
  new Visitor({
    ImportExpression({ source: asked, start }) {
      const name = asked.type === 'Literal' && typeof asked.value === 'string' ? asked.value : null
      found.push({ specifier: name, at: start })
    },
    TSImportType({ source: asked, start }) {
      found.push({ specifier: asked.value, at: start })
    },
    TSExternalModuleReference({ expression, start }) {
      found.push({ specifier: expression.value, at: start })
    },
  }).visit(program)

  const distinct = new Map(found.map((each) => [each.specifier ?? each.at, each]))
  return [...distinct.values()]
    .toSorted((one, other) => one.at - other.at)
    .map(({ specifier, at }) => ({ specifier, line: source.slice(0, at).split('\n').length }))
}
