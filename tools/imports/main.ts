import { resolve } from 'node:path'
import { checkImports } from './check-imports.ts'
import { readRepository } from './read-repository.ts'

const { files, workspaces } = await readRepository(resolve(import.meta.dirname, '../..'))
const { modules, imports, violations } = checkImports(files, workspaces)
for (const { rule, because, file, line, what } of violations) {
  console.log(`${file}:${line} ${what}\n  ${rule}: ${because}`)
}
console.log(`${modules} modules, ${imports} imports, ${violations.length} violations`)
process.exitCode = violations.length === 0 ? 0 : 1
