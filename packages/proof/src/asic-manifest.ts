import { fromBase64, fromHex, toBase64, toHex } from '@getuige/base'
import { containerMembers } from './package-layout.ts'
import { malformed } from './proof-error.ts'

/**
 * ASiCManifest of ETSI EN 319 162-1 annex A.4, in one exact form: a signature or time stamp, and the digests of what it
 * is about. The fixed form lets a reader compare bytes instead of interpreting XML.
 */
const proofs = {
  signature: { name: containerMembers.signature, mimeType: 'application/pkcs7-signature' },
  timestamp: { name: containerMembers.timestamp, mimeType: 'application/vnd.etsi.timestamp-token' },
} as const
export type ManifestPurpose = keyof typeof proofs

/** `digests` are SHA-256 in lower-case hexadecimal by name of the member. Sorted by name. */
export function formatAsicManifest(purpose: ManifestPurpose, digests: ReadonlyMap<string, string>): string {
  const { name, mimeType } = proofs[purpose]
  const sorted = [...digests].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const references = sorted.flatMap(([member, sha256]) => {
    if (!/^[A-Za-z0-9_./-]+$/.test(member)) throw new RangeError(`${member} cannot be named in a manifest`)
    return [
      `  <asic:DataObjectReference URI="${member}">`,
      '    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>',
      `    <ds:DigestValue>${toBase64(fromHex(sha256))}</ds:DigestValue>`,
      '  </asic:DataObjectReference>',
    ]
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
    `  <asic:SigReference URI="${name}" MimeType="${mimeType}"/>`,
    ...references,
    '</asic:ASiCManifest>',
    '',
  ].join('\n')
}

const reference =
  /<asic:DataObjectReference URI="([A-Za-z0-9_./-]+)">\s*<ds:DigestMethod [^>]*\/>\s*<ds:DigestValue>([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)</g

/** Digest by name. Throws `ProofError` unless the text is exactly what `formatAsicManifest` writes, with a reference. */
export function parseAsicManifest(purpose: ManifestPurpose, text: string): Map<string, string> {
  const digests = new Map<string, string>()
  for (const [, member = '', digest = ''] of text.matchAll(reference)) {
    if (digests.has(member)) throw malformed('a manifest that names a member twice')
    digests.set(member, toHex(fromBase64(digest)))
  }
  if (digests.size === 0 || formatAsicManifest(purpose, digests) !== text) throw malformed('not an ASiC manifest')
  return digests
}
