import { malformed } from './proof-error.ts'

/** A decimal without sign, spaces or leading zeros, that a number can hold exactly. */
export function parseDecimal(text: string): number {
  if (!/^(0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(Number(text))) throw malformed('not a decimal number')
  return Number(text)
}
