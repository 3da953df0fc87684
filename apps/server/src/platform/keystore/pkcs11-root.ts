import { randomBytes } from 'node:crypto'
import { cka, ckaKey, ckk, ckm, cko, openToken, type Session } from './pkcs11.ts'
import { type RootDriver, RootUnavailable } from './roots.ts'
import type { RootSettings } from './settings.ts'

/** Under which label root keys lie in the token; their ids are in `root.key`. */
const label = 'getuige-root'
const nonceBytes = 12

/** The root key is an AES key made in a token (HSM, smart card), which never gives it away; it wraps with AES-256-GCM. */
export function openPkcs11Root(settings: Extract<RootSettings, { driver: 'pkcs11' }>): RootDriver {
  const token = openToken(settings)

  async function findKey(session: Session, line: string): Promise<bigint | undefined> {
    const id = Buffer.from(line.slice('pkcs11-'.length), 'hex')
    const [key] = await session.findObjects([
      [cka.class, cko.secretKey],
      [cka.label, label],
      [cka.id, id],
    ])
    return key
  }
  async function requireKey(session: Session, line: string): Promise<bigint> {
    const key = await findKey(session, line)
    if (key !== undefined) return key
    throw new RootUnavailable(
      `The token "${settings.token}" has no root key ${line}: it is another token, or was wiped.`,
    )
  }

  return {
    kind: 'pkcs11',
    async make() {
      const id = randomBytes(8)
      await token.use((session) =>
        session.generateKey(ckm.aesKeyGen, [
          [cka.class, cko.secretKey],
          [ckaKey.keyType, ckk.aes],
          [ckaKey.valueLength, 32],
          [cka.token, true],
          [cka.private, true],
          [ckaKey.sensitive, true],
          [ckaKey.extractable, false],
          [ckaKey.encrypt, true],
          [ckaKey.decrypt, true],
          [cka.label, label],
          [cka.id, id],
        ]),
      )
      return `pkcs11-${id.toString('hex')}`
    },
    wrap: (line, plain) =>
      token.use(async (session) => {
        const nonce = randomBytes(nonceBytes)
        const sealed = await session.encryptGcm(await requireKey(session, line), nonce, plain)
        return Buffer.concat([nonce, sealed]).toString('base64url')
      }),
    unwrap: (line, wrapped) =>
      token.use(async (session) => {
        const bytes = Buffer.from(wrapped, 'base64url')
        return session.decryptGcm(
          await requireKey(session, line),
          bytes.subarray(0, nonceBytes),
          bytes.subarray(nonceBytes),
        )
      }),
    destroy: (line) =>
      token.use(async (session) => {
        const key = await findKey(session, line)
        if (key !== undefined) await session.destroyObject(key)
      }),
    close: () => token.close(),
  }
}
