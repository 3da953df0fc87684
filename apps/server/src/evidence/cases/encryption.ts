import { randomBytes } from 'node:crypto'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fromBase64, type JsonValue, toBase64, utf8 } from '@getuige/base'
import type { EncryptFor } from '@getuige/contract'
import { encryptForCertificate, obstacleToEncrypting, PkiError, readCertificate, readCertificates } from '@getuige/pki'
import { newIdentity, ProofError, wrapForRecipient } from '@getuige/proof'
import { ZipFile } from 'yazl'
import { sealForRecipient } from '#platform/age'
import { AppError } from '#platform/errors'

/** Who alone can open a package: nobody else once it has left. `certificate` is base64 of its DER. */
export type PackageSeal = Readonly<{ kind: 'age'; recipient: string } | { kind: 'certificate'; certificate: string }>

/** Beside its key, a package goes by one name, so that one page can say what to type. */
const inZip = 'case.asice'

/** What of it is entered: enough to know again for whose key it was. Names no secret. */
export type SealDetails = Readonly<Record<string, JsonValue>>

/**
 * Whether the package can be encrypted as asked, said before anything is entered. Throws `export/age-recipient-wrong`,
 * `export/certificate-unreadable`, `export/certificate-unsuited` or `export/certificate-not-in-force`.
 */
export async function requireSeal(
  asked: EncryptFor,
  now: Date,
): Promise<Readonly<{ seal: PackageSeal; details: SealDetails }>> {
  if (asked.kind === 'age') {
    requireAgeRecipient(asked.recipient)
    return { seal: asked, details: { kind: 'age', recipient: asked.recipient } }
  }
  const certificate = await readOneCertificate(asked.certificate)
  const obstacle = obstacleToEncrypting(certificate, now)
  if (obstacle === 'expired' || obstacle === 'not-yet-valid') throw new AppError('export/certificate-not-in-force')
  if (obstacle !== undefined) throw new AppError('export/certificate-unsuited')
  const { name, issuerName, fingerprint, der } = certificate
  return {
    seal: { kind: 'certificate', certificate: toBase64(der) },
    details: { kind: 'certificate', name, issuerName, fingerprint },
  }
}

/**
 * The package, encrypted while it is read: an age file for an age recipient; for a certificate, a ZIP of the age file, of
 * its identity encrypted for the certificate, and of how to open it. `name` gets an ending. Constant memory.
 */
export async function sealPackage(
  body: Readable,
  seal: PackageSeal,
  name: string,
  at: Date,
): Promise<Readonly<{ name: string; type: string; body: Readable }>> {
  if (seal.kind === 'age') {
    const sealed = sealForRecipient(seal.recipient)
    return { name: `${name}.age`, type: 'application/octet-stream', body: passOn(body, sealed) }
  }
  const { identity, recipient } = newIdentity(randomBytes(32))
  const key = await encryptForCertificate(utf8(`${identity}\n`), fromBase64(seal.certificate))
  const zip = new ZipFile()
  const options = { compress: false, mtime: at, mode: 0o100644, forceDosTimestamp: true }
  zip.addBuffer(Buffer.from(key), `${inZip}.key.p7m`, options)
  zip.addBuffer(Buffer.from(howToOpen(await nameOf(seal))), 'README.txt', options)
  zip.addReadStream(passOn(body, sealForRecipient(recipient)), `${inZip}.age`, options)
  zip.end()
  const output = new PassThrough()
  zip.on('error', (error: Error) => output.destroy(error))
  // The package is let go of when nobody reads on, and the reader hears when it fails.
  output.once('close', () => body.destroy())
  body.once('error', (error) => output.destroy(error))
  pipeline(zip.outputStream, output).catch((error: unknown) => output.destroy(error as Error))
  return { name: `${name}.zip`, type: 'application/zip', body: output }
}

function passOn(from: Readable, to: PassThrough | ReturnType<typeof sealForRecipient>): Readable {
  pipeline(from, to).catch(() => undefined) // either end hears of it as its own error
  return to
}

function requireAgeRecipient(recipient: string): void {
  try {
    wrapForRecipient(randomBytes(16), recipient, randomBytes(32))
  } catch (error) {
    if (error instanceof ProofError) throw new AppError('export/age-recipient-wrong')
    throw error
  }
}

/** As it comes from a file: PEM as it stands, or base64 of DER. One certificate: of several, nobody knows whose is meant. */
async function readOneCertificate(text: string) {
  try {
    const bytes = text.includes('-----BEGIN') ? utf8(text) : fromBase64(text.replaceAll(/\s/g, ''))
    const [certificate, ...others] = await readCertificates(bytes)
    if (certificate !== undefined && others.length === 0) return certificate
  } catch (error) {
    if (!(error instanceof PkiError || error instanceof RangeError)) throw error
  }
  throw new AppError('export/certificate-unreadable')
}

async function nameOf(seal: Extract<PackageSeal, { kind: 'certificate' }>): Promise<string> {
  return (await readCertificate(fromBase64(seal.certificate))).name
}

function howToOpen(holder: string): string {
  return [
    `Only the key of this certificate opens the package: ${holder}`,
    '',
    `openssl cms -decrypt -inform DER -in ${inZip}.key.p7m -recip certificate.pem -inkey key.pem -out identity.txt`,
    `age -d -i identity.txt -o ${inZip} ${inZip}.age`,
    'rm identity.txt',
    '',
  ].join('\n')
}
