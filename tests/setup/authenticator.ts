import { codeOf, stepAt } from '../../apps/server/src/operations/corps/totp.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What the authenticator of a person shows at this moment, by the secret that they typed into it. */
export function codeShown(secret: string, at: Date): string {
  const bits = [...secret.replaceAll(' ', '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return codeOf(
    Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2)),
    stepAt(at),
  )
}
