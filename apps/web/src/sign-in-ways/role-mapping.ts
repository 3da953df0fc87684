import { type Role, roles } from '@getuige/base'
import type { ProviderSettings } from '@getuige/contract'

type Mapping = ProviderSettings['roleMapping']

/** A line for each: `group = role`. */
export function formatMapping(mapping: Readonly<Mapping>): string {
  return mapping.map(({ value, role }) => `${value} = ${role}`).join('\n')
}

/** Back from lines; `wrong` is the first line that says no group and role. Groups may have `=` in them. */
export function parseMapping(text: string): Readonly<{ roleMapping: Mapping; wrong: string | undefined }> {
  const lines = text.split('\n').map((line) => line.trim())
  const parsed = lines.filter((line) => line !== '').map((line) => ({ line, ...parseLine(line) }))
  return {
    roleMapping: parsed.flatMap(({ value, role }) => (role === undefined || value === '' ? [] : [{ value, role }])),
    wrong: parsed.find(({ value, role }) => role === undefined || value === '')?.line,
  }
}

function parseLine(line: string): Readonly<{ value: string; role: Role | undefined }> {
  const at = line.lastIndexOf('=')
  const named = line.slice(at + 1).trim()
  return { value: at === -1 ? '' : line.slice(0, at).trim(), role: roles.find((role) => role === named) }
}
