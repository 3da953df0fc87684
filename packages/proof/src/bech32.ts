import { malformed } from './proof-error.ts'

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173 without its limit on length, as c2sp.org/age uses it. `prefix` is in lower case, so is the answer. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const values = regroup(bytes, 8, 5, true)
  const checksum = polymod([...expand(prefix), ...values, 0, 0, 0, 0, 0, 0]) ^ 1
  const tail = Array.from({ length: 6 }, (_, i) => (checksum >> (5 * (5 - i))) & 31)
  return `${prefix}1${[...values, ...tail].map((value) => alphabet.charAt(value)).join('')}`
}

/** Throws `ProofError` unless `text` is all upper or all lower case, its checksum fits and its prefix is this one. */
export function decodeBech32(prefix: string, text: string): Uint8Array {
  const lower = text.toLowerCase()
  if (text !== lower && text !== text.toUpperCase()) throw malformed('bech32 mixes upper and lower case')
  const split = lower.lastIndexOf('1')
  if (split < 1 || lower.slice(0, split) !== prefix) throw malformed(`not a bech32 text that begins with ${prefix}1`)
  const values = Array.from(lower.slice(split + 1), (char) => alphabet.indexOf(char))
  if (values.includes(-1) || values.length < 6) throw malformed('not bech32')
  if (polymod([...expand(prefix), ...values]) !== 1) throw malformed('the checksum of the bech32 text is wrong')
  return Uint8Array.from(regroup(values.slice(0, -6), 5, 8, false))
}

function polymod(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [i, generator] of generators.entries()) if ((top >> i) & 1) sum ^= generator
  }
  return sum >>> 0
}

function expand(prefix: string): number[] {
  const codes = Array.from(prefix, (char) => char.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function regroup(values: Iterable<number>, fromBits: number, toBits: number, pad: boolean): number[] {
  const groups: number[] = []
  let held = 0
  let bits = 0
  for (const value of values) {
    held = (held << fromBits) | value
    bits += fromBits
    while (bits >= toBits) {
      bits -= toBits
      groups.push((held >> bits) & (2 ** toBits - 1))
      held &= 2 ** bits - 1
    }
  }
  if (pad && bits > 0) groups.push((held << (toBits - bits)) & (2 ** toBits - 1))
  if (!pad && (bits >= fromBits || held !== 0)) throw malformed('bech32 with stray bits')
  return groups
}
