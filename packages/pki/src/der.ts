import { concatBytes } from '@getuige/base'
import * as asn1js from 'asn1js'
import type { AlgorithmIdentifier } from 'pkijs'

/** Object identifiers that pkijs has no name for. */
export const oid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ec: '1.2.840.10045.2.1',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  keyUsage: '2.5.29.15',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  subjectAltName: '2.5.29.17',
  extendedKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  commonName: '2.5.4.3',
} as const

/** Hashes that a signature or time stamp may rest on. */
export const hashNames = new Map<string, string>([
  [oid.sha256, 'SHA-256'],
  [oid.sha384, 'SHA-384'],
  [oid.sha512, 'SHA-512'],
])

/** One ASN.1 value and nothing after it, each part as long as what it holds; undefined otherwise. */
export function parseDer(bytes: Uint8Array): asn1js.AsnType | undefined {
  // asn1js reads the parts of a value to their end, also where the value's own length says less.
  if (attempt(() => endOfValue(bytes, 0, bytes.length)) !== bytes.length) return undefined
  // A copy: pkijs keeps views, and some of its readers write into them.
  const parsed = attempt(() => asn1js.fromBER(new Uint8Array(bytes)))
  return parsed?.offset === bytes.length && bytes.length > 0 ? parsed.result : undefined
}

/** Where the value that begins at `from` ends; undefined if it or a part of it does not fit. ISO/IEC 8825-1, section 8.1. */
function endOfValue(bytes: Uint8Array, from: number, limit: number): number | undefined {
  let at = from
  const tag = bytes[at++] ?? 0
  if ((tag & 0x1f) === 0x1f) while (((bytes[at++] ?? 0) & 0x80) !== 0);
  const first = bytes[at++] ?? 0x80
  const isConstructed = (tag & 0x20) !== 0
  const isIndefinite = first === 0x80
  let end = limit
  if (!isIndefinite) {
    const lengthBytes = first < 0x80 ? 0 : first - 0x80
    end = at + lengthBytes + (lengthBytes === 0 ? first : readNumber(bytes.subarray(at, at + lengthBytes)))
    at += lengthBytes
    if (end > limit) return undefined
    if (!isConstructed) return end
  } else if (!isConstructed) return undefined
  while (at < end) {
    if (isIndefinite && bytes[at] === 0 && bytes[at + 1] === 0) return at + 2
    const next = endOfValue(bytes, at, end)
    if (next === undefined) return undefined
    at = next
  }
  return isIndefinite || at !== end ? undefined : end
}

function readNumber(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

/** What pkijs answers for structures it cannot read is an exception; here it is undefined. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

export function encodeDer(value: { toBER(sizeOnly?: boolean): ArrayBuffer }): Uint8Array {
  return new Uint8Array(value.toBER(false))
}

/** DER of SET OF: the parts in the order of their bytes. */
export function sortDer(parts: readonly Uint8Array[]): Uint8Array[] {
  return parts.toSorted((a, b) => {
    const at = a.findIndex((byte, i) => byte !== b[i])
    return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0)
  })
}

export function encodeSetOf(parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...sortDer(parts))
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  const head = content.length < 128 ? [content.length] : [0x80 + length.length, ...length]
  return concatBytes(Uint8Array.of(0x31, ...head), content)
}

export async function digest(hashName: string, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest(hashName, new Uint8Array(bytes)))
}

/** The curve that an algorithm of EC keys names. */
export function curveOfAlgorithm({ algorithmParams }: AlgorithmIdentifier): string | undefined {
  const parameters: unknown = algorithmParams
  return parameters instanceof asn1js.ObjectIdentifier ? parameters.valueBlock.toString() : undefined
}
