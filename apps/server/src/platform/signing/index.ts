import { readFile } from 'node:fs/promises'
import { type CertifiedSigner, newSigner, PkiError, readCertificate, readPkcs12 } from '@getuige/pki'
import { StartError } from '../errors/index.ts'
import { openTokenSigner, type SignerSettings } from '../keystore/index.ts'

/** Where the operator's own signing certificate is; nothing given: each corps gets one from an authority of its own. */
export type SigningSettings = Readonly<{
  pkcs12?: Readonly<{ file: string; passwordFile: string | undefined }> | undefined
  /** A key that stays in its token. */
  token?: SignerSettings | undefined
}>

/**
 * The signer that the operator brings. Undefined if the operator brings none. Throws `StartError`, a sentence, for one
 * that cannot be opened or may not sign at `now`.
 */
export async function openOperatorSigner(
  { pkcs12, token }: SigningSettings,
  now: Date,
): Promise<CertifiedSigner | undefined> {
  if (token !== undefined) {
    const signer = await openTokenSigner(token)
    await requireUsable(signer, `the token "${token.token}" (GETUIGE_SIGNING_PKCS11)`, now)
    return signer
  }
  if (pkcs12 === undefined) return undefined
  const signer = await openPkcs12(pkcs12.file, pkcs12.passwordFile)
  await requireUsable(signer, pkcs12.file, now)
  return signer
}

async function openPkcs12(file: string, passwordFile: string | undefined): Promise<CertifiedSigner> {
  const bytes = await read(file, 'GETUIGE_SIGNING_P12')
  const secret = passwordFile === undefined ? Buffer.of() : await read(passwordFile, 'GETUIGE_SIGNING_PASSWORD_FILE')
  try {
    const { key, chain } = await readPkcs12(bytes, secret.toString('utf8').replace(/\r?\n$/, ''))
    return await newSigner(key, chain)
  } catch (cause) {
    if (cause instanceof PkiError) throw new StartError(`${file} (GETUIGE_SIGNING_P12): ${cause.message}`, { cause })
    throw cause
  }
}

/** Whatever driver the key comes from: its certificate is in force, may sign, and fits the key. */
export async function requireUsable({ chain, sign }: CertifiedSigner, where: string, now: Date): Promise<void> {
  const [own] = chain
  if (own === undefined) throw new StartError(`${where}: there is no certificate of the signing key.`)
  const { notBefore, notAfter, keyUsage, name } = await readCertificate(own)
  if (now > notAfter) {
    throw new StartError(`${where}: the certificate of ${name} expired on ${dayOf(notAfter)}. Bring a new one.`)
  }
  if (now < notBefore) {
    throw new StartError(`${where}: the certificate of ${name} is valid only from ${dayOf(notBefore)}.`)
  }
  const maySign = keyUsage === null || keyUsage.includes('digitalSignature') || keyUsage.includes('nonRepudiation')
  if (!maySign) throw new StartError(`${where}: the certificate of ${name} is not for signing.`)
  await sign(Buffer.from('Getuige')) // a key that is not there says so now, not at the first export
}

async function read(file: string, setting: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new StartError(`${file} (${setting}) cannot be read.`, { cause })
  })
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
