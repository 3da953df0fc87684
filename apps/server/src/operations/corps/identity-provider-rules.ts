import type { Role } from '@getuige/base'
import type { ProviderSettings } from '@getuige/contract'

/** What the provider says of somebody, in a token that was verified. */
export type Claims = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A claim by its whole name, as some have dots or slashes in it, else by its path. */
export function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

const textsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')

/** What the provider makes of somebody; null: roles are given here. No value that is named gives no role. */
export function decideRoles(
  claims: Claims,
  { rolesClaim, roleMapping }: Pick<ProviderSettings, 'rolesClaim' | 'roleMapping'>,
): readonly Role[] | null {
  if (rolesClaim === null) return null
  const values = new Set(textsIn(readClaim(claims, rolesClaim)))
  return [...new Set(roleMapping.filter(({ value }) => values.has(value)).map(({ role }) => role))]
}

/** Methods of RFC 8176 by what they prove: something known, something held, something one is. */
const kindOf: Readonly<Record<string, 'known' | 'held' | 'is'>> = {
  pwd: 'known',
  pin: 'known',
  kba: 'known',
  otp: 'held',
  hwk: 'held',
  swk: 'held',
  sc: 'held',
  sms: 'held',
  tel: 'held',
  face: 'is',
  fpt: 'is',
  iris: 'is',
  retina: 'is',
  vbm: 'is',
}

/**
 * Whether the provider says that two factors were shown: by `mfa` or methods of two kinds in `amr`, or by an `acr` that
 * the corps takes for it.
 * @see https://www.rfc-editor.org/rfc/rfc8176
 */
export function saysTwoFactors(claims: Claims, strongAcr: readonly string[]): boolean {
  const methods = textsIn(claims['amr'])
  if (methods.includes('mfa')) return true
  const kinds = new Set(methods.flatMap((method) => (Object.hasOwn(kindOf, method) ? [kindOf[method]] : [])))
  return kinds.size > 1 || textsIn(claims['acr']).some((acr) => strongAcr.includes(acr))
}
