import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

// argon2id with the memory and time that OWASP asks for; both libraries' and our floor.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), parameters)
}

let nobody: Promise<string> | undefined

/** Takes as long for nobody as for somebody, so that time does not tell who exists. */
export async function isPasswordOf(passwordHash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(16).toString('hex'))
  const matches = await verify(passwordHash ?? (await nobody), password.normalize('NFKC'))
  return matches && passwordHash !== undefined
}

const alphabet = 'abcdefghjkmnpqrstvwxyz23456789'

/** Sixteen letters and digits that are not mistaken for one another, in groups of four: 78 bits. */
export function newOneTimePassword(): string {
  let text = ''
  while (text.length < 16) {
    // Bytes from 240 on would favour the first letters: 240 is eight times the alphabet.
    for (const byte of randomBytes(32)) if (byte < 240 && text.length < 16) text += alphabet.charAt(byte % 30)
  }
  return text.replaceAll(/.{4}(?=.)/g, '$&-')
}
