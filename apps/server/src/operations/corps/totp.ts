import { createHmac, timingSafeEqual } from 'node:crypto'

const stepSeconds = 30
const digits = 6
/** Codes of the step before and after are taken too: the clock of a telephone is a little off. */
const toleratedSteps = 1

/** RFC 6238 counts thirty-second steps since 1970. */
export function stepAt(at: Date): number {
  return Math.floor(at.getTime() / 1000 / stepSeconds)
}

/** RFC 4226, 5.3: the code of a counter, six digits. */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step that this is the code of, at about this moment; undefined when it is of none. */
export function findStep(secret: Uint8Array, code: string, at: Date): number | undefined {
  const given = Buffer.from(code)
  let found: number | undefined
  for (let away = -toleratedSteps; away <= toleratedSteps; away += 1) {
    const step = stepAt(at) + away
    const expected = Buffer.from(codeOf(secret, step))
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step
  }
  return found
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 Base32 without padding, as authenticators take it. */
export function toBase32(bytes: Uint8Array): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return bits.replaceAll(/.{1,5}/g, (group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
}

/** What an authenticator scans. The label says to people which account it is. */
export function otpauthUri(secret: Uint8Array, account: string): string {
  const issuer = 'Getuige'
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=${encodeURIComponent(issuer)}`
}
