import { createHash, X509Certificate } from 'node:crypto'
import { StartError } from '../errors/index.ts'
import { cka, ckaKey, ckk, ckm, cko, openToken, type ObjectHandle, type Session, type Token } from './pkcs11.ts'
import { RootUnavailable } from './roots.ts'
import { parsePkcs11Uri, SettingsError } from './settings.ts'

/** A key pair in a token and its certificate there, both with the label `object`. */
export type SignerSettings = Readonly<{ module: string; token: string; pinFile: string; object: string }>

/** `pkcs11:token=LABEL;object=LABEL?module-path=FILE` (RFC 7512). Throws `SettingsError`. */
export function parseSignerSettings(uri: string, pinFile: string | undefined): SignerSettings {
  if (!uri.startsWith('pkcs11:')) throw new SettingsError('must be pkcs11:…')
  const { object, ...where } = parsePkcs11Uri(uri)
  if (object === undefined) throw new SettingsError('name the key: pkcs11:token=LABEL;object=LABEL?module-path=…')
  if (pinFile === undefined) throw new SettingsError('a token needs GETUIGE_SIGNING_PIN_FILE')
  return { ...where, object, pinFile }
}

export type TokenSigner = AsyncDisposable &
  Readonly<{
    /** DER: that of the key first, then those of its issuers that the token has, up to the authority. */
    chain: readonly Uint8Array[]
    /** With SHA-256: ECDSA as a DER sequence of r and s, or RSA PKCS #1 v1.5. Throws `RootUnavailable`. */
    sign(bytes: Uint8Array): Promise<Uint8Array>
  }>

/** A signer whose key never leaves its token. Throws `StartError` when the token or what should be in it is not there. */
export async function openTokenSigner(settings: SignerSettings): Promise<TokenSigner> {
  const token = openToken(settings)
  try {
    const { chain, keyType } = await token.use(async (session) => {
      const key = await requireKey(session, settings)
      return { chain: await readChain(session, key, settings), keyType: await readLong(session, key, ckaKey.keyType) }
    })
    if (keyType !== ckk.rsa && keyType !== ckk.ec)
      throw new StartError(`The key "${settings.object}" is neither RSA nor EC: it cannot sign.`)
    return {
      chain,
      sign: (bytes) => sign(token, settings, keyType, bytes),
      [Symbol.asyncDispose]: () => token.close(),
    }
  } catch (error) {
    await token.close()
    throw error instanceof RootUnavailable ? new StartError(error.sentence, { cause: error }) : error
  }
}

async function sign(token: Token, settings: SignerSettings, keyType: number, bytes: Uint8Array): Promise<Uint8Array> {
  return token.use(async (session) => {
    const key = await requireKey(session, settings)
    if (keyType === ckk.rsa) return session.sign(key, ckm.sha256RsaPkcs, bytes)
    return toDer(await session.sign(key, ckm.ecdsa, createHash('sha256').update(bytes).digest()))
  })
}

async function requireKey(session: Session, { object, token }: SignerSettings): Promise<ObjectHandle> {
  const keys = await session.findObjects([
    [cka.class, cko.privateKey],
    [cka.label, object],
  ])
  const [key] = keys
  if (key === undefined || keys.length > 1)
    throw new StartError(`The token "${token}" has ${keys.length} private keys labelled "${object}": it should be one.`)
  return key
}

async function readChain(session: Session, key: ObjectHandle, { object, token }: SignerSettings) {
  const id = await session.readAttribute(key, cka.id)
  const certificates: { id: Buffer; certificate: X509Certificate }[] = []
  for (const handle of await session.findObjects([[cka.class, cko.certificate]])) {
    const certificate = new X509Certificate(await session.readAttribute(handle, cka.value))
    certificates.push({ id: await session.readAttribute(handle, cka.id), certificate })
  }
  const own = certificates.find((each) => each.id.equals(id))
  if (own === undefined)
    throw new StartError(`The token "${token}" has no certificate with the id of the key "${object}".`)
  const chain = [own.certificate]
  for (let last = own.certificate; ;) {
    const next = certificates.find(({ certificate }) => !chain.includes(certificate) && last.checkIssued(certificate))
    if (next === undefined) return chain.map(({ raw }) => Uint8Array.from(raw))
    chain.push((last = next.certificate))
  }
}

async function readLong(session: Session, object: ObjectHandle, type: number): Promise<number> {
  return (await session.readAttribute(object, type)).readUInt32LE(0)
}

/** A token answers r and s one after the other, of equal length. */
function toDer(signature: Buffer): Uint8Array {
  const half = signature.length / 2
  const body = Buffer.concat([toInteger(signature.subarray(0, half)), toInteger(signature.subarray(half))])
  const length = body.length < 128 ? [body.length] : [0x81, body.length]
  return Uint8Array.from([0x30, ...length, ...body])
}

/** Without zeros in front, but for one where the first bit would make it negative. */
function toInteger(bytes: Buffer): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1
  const rest = bytes.subarray(start)
  const padded = (rest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), rest]) : rest
  return Buffer.concat([Buffer.of(2, padded.length), padded])
}
