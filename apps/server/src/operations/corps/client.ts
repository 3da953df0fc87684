import { isIPv4, isIPv6 } from 'node:net'
import type { Client } from './store.ts'

/** What a session keeps of where it began. */
export function clientOf(userAgent: string | undefined, address: string): Client {
  return { browser: browserOf(userAgent ?? ''), network: networkOf(address) }
}

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** The family and the system, such as `Firefox, Windows`, never a version: enough to know one's own by. */
function browserOf(userAgent: string): string {
  const firstOf = (kinds: typeof browsers) => kinds.find(([pattern]) => pattern.test(userAgent))?.[1]
  return [firstOf(browsers), firstOf(systems)].filter((part) => part !== undefined).join(', ')
}

/** The network of an address: 24 bits of IPv4, 48 of IPv6; empty for what is neither. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(plain)) return ''
  const [before = '', after] = (plain.split('%')[0] ?? '').split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail]
  return `${groups.slice(0, 3).join(':')}::/48`
}
