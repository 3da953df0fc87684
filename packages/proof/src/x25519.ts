import { equalBytes } from '@getuige/base'
import { x25519 as portable } from '@noble/curves/ed25519.js'

/** X25519 of RFC 7748 section 5: a secret of 32 bytes and a point of 32. Throws where the outcome is all zero. */
export type X25519 = (secret: Uint8Array, point: Uint8Array) => Uint8Array

const base = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0))
const portableX25519: X25519 = (secret, point) => portable.getSharedSecret(secret, point)
let chosen: X25519 = portableX25519

export function sharedSecretOf(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return chosen(secret, publicKey)
}

export function publicKeyOf(secret: Uint8Array): Uint8Array {
  return chosen(secret, base)
}

/**
 * Let the X25519 of the host do this work, which is many times faster than portable code. Throws unless it gives what
 * ours gives, also for a secret that is not clamped and a point that is not canonical, and refuses a point of low order.
 * Undefined: ours again.
 */
export function chooseX25519(faster: X25519 | undefined): void {
  if (faster !== undefined) {
    const secrets = [0x00, 0x55, 0xff].map((byte) => new Uint8Array(32).fill(byte))
    const points = [base, portableX25519(base, base), new Uint8Array(32).fill(0xff)]
    const isSame = secrets.every((secret) =>
      points.every((point) => equalBytes(faster(secret, point), portableX25519(secret, point))),
    )
    if (!isSame || !refuses(faster, new Uint8Array(32))) throw new Error('that is not X25519')
  }
  chosen = faster ?? portableX25519
}

function refuses(x25519: X25519, point: Uint8Array): boolean {
  try {
    x25519(base, point)
    return false
  } catch {
    return true
  }
}
