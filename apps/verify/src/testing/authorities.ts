import {
  answerTimestampRequest,
  issueCertificate,
  makeAuthority,
  makeTimestampRequest,
  newSigner,
  newSigningKey,
  publicKeyOfPrivate,
  readTimestampResponse,
} from '@getuige/pki'
import type { CertifiedSigner } from '@getuige/pki'

export type Authority = Readonly<{ certificate: Uint8Array; key: Uint8Array }>

export async function newAuthority(name: string, at: Date, years = 60): Promise<Authority> {
  const key = await newSigningKey()
  return { certificate: await makeAuthority({ name, at, years, key }), key }
}

/** A signer with a certificate by that authority. */
export async function certify(
  authority: Authority,
  {
    name,
    at,
    years = 50,
    isForTimeStamping = false,
  }: { name: string; at: Date; years?: number; isForTimeStamping?: boolean },
): Promise<CertifiedSigner> {
  const key = await newSigningKey()
  const publicKey = await publicKeyOfPrivate(key)
  const certificate = await issueCertificate({ name, at, years, publicKey, authority, isForTimeStamping })
  return newSigner(key, [certificate, authority.certificate])
}

/** A token over the data, by an authority that a test made. */
export async function stamp(data: Uint8Array, signer: CertifiedSigner, at: Date): Promise<Uint8Array> {
  const { request } = await makeTimestampRequest(data)
  return readTimestampResponse(await answerTimestampRequest(request, signer, at))
}
