import { equalBytes, utf8 } from '@getuige/base'
import { AuthenticatedSafe, CertBag, Certificate, PFX, PKCS8ShroudedKeyBag, PrivateKeyInfo } from 'pkijs'
import { isSameName } from './certificates.ts'
import { attempt, encodeDer, parseDer } from './der.ts'
import { PkiError } from './problems.ts'
import { publicKeyOfPrivate } from './signer.ts'

/**
 * The key and the chain in a PKCS #12 file (RFC 7292): PKCS #8, and certificates in DER, that of the key first. Reads
 * what is encrypted with PBES2, as OpenSSL 3 and current browsers write it. Throws `PkiError`, with what to do.
 */
export async function readPkcs12(
  file: Uint8Array,
  password: string,
): Promise<Readonly<{ key: Uint8Array; chain: readonly Uint8Array[] }>> {
  const schema = parseDer(file)
  const pfx = schema === undefined ? undefined : attempt(() => new PFX({ schema }))
  if (pfx === undefined) throw new PkiError('not-a-pkcs12', 'This is not a PKCS #12 file.')
  const secret = new Uint8Array(utf8(password)).buffer
  try {
    await pfx.parseInternalValues({ password: secret, checkIntegrity: true })
  } catch (cause) {
    throw new PkiError('wrong-password', 'The password does not open this PKCS #12 file, or the file is damaged.', {
      cause,
    })
  }
  const bags = await openBags(pfx, secret)
  const keys = bags.filter((bag) => bag instanceof PrivateKeyInfo)
  const certificates = bags.filter((bag) => bag instanceof Certificate)
  const [info] = keys
  if (info === undefined || keys.length > 1) throw new PkiError('no-key', 'The file must hold one private key.')
  const key = encodeDer(info.toSchema())
  const publicKey = await publicKeyOfPrivate(key)
  const own = certificates.find((one) => equalBytes(encodeDer(one.subjectPublicKeyInfo.toSchema()), publicKey))
  if (own === undefined) throw new PkiError('no-certificate', 'The file holds no certificate of its private key.')
  return { key, chain: orderChain(own, certificates).map((one) => encodeDer(one.toSchema())) }
}

async function openBags(pfx: PFX, password: ArrayBuffer): Promise<unknown[]> {
  try {
    const safe: unknown = pfx.parsedValue?.authenticatedSafe
    if (!(safe instanceof AuthenticatedSafe)) return []
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) })
    const contents = (safe.parsedValue as { safeContents: { value: { safeBags: { bagValue: unknown }[] } }[] })
      .safeContents
    const values = contents.flatMap(({ value }) => value.safeBags.map(({ bagValue }) => bagValue))
    return await Promise.all(
      values.map(async (value) => {
        if (value instanceof CertBag) return value.parsedValue as unknown
        if (!(value instanceof PKCS8ShroudedKeyBag)) return value
        // pkijs types leave this method out, though it is how such a bag is opened.
        await (value as unknown as { parseInternalValues(options: object): Promise<void> }).parseInternalValues({
          password,
        })
        return value.parsedValue
      }),
    )
  } catch (cause) {
    throw new PkiError(
      'old-encryption',
      'The file is encrypted in an old way. Write it anew: openssl pkcs12 -legacy -in OLD -nodes | openssl pkcs12 -export -out NEW',
      { cause },
    )
  }
}

/** From the certificate of the key towards the authority, as far as the file leads. */
function orderChain(own: Certificate, all: readonly Certificate[]): Certificate[] {
  const chain = [own]
  for (;;) {
    const last = chain.at(-1)
    const next = all.find((one) => !chain.includes(one) && last !== undefined && isSameName(last.issuer, one.subject))
    if (next === undefined) return chain
    chain.push(next)
  }
}
