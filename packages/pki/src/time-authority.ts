import { Integer } from 'asn1js'
import { ContentInfo, PKIStatusInfo, TimeStampReq, TimeStampResp, TSTInfo } from 'pkijs'
import { attempt, encodeDer, hashNames, oid, parseDer } from './der.ts'
import { PkiError } from './problems.ts'
import { signData } from './sign-data.ts'
import type { CertifiedSigner } from './signer.ts'

/** Any policy will do for specimens; this arc is for examples. */
const policy = '1.3.6.1.4.1.99999.1'

/**
 * Answer a time-stamp query (RFC 3161 section 2.4.2), both DER, as an authority would: for specimens that must come with
 * a token though no authority can be asked. The signer's certificate must be for time stamping. Throws `PkiError` for
 * what is no query or has an unknown hash.
 */
export async function answerTimestampRequest(
  query: Uint8Array,
  signer: CertifiedSigner,
  at: Date,
): Promise<Uint8Array> {
  const schema = parseDer(query)
  const asked = schema === undefined ? undefined : attempt(() => new TimeStampReq({ schema }))
  if (asked === undefined || !hashNames.has(asked.messageImprint.hashAlgorithm.algorithmId)) {
    throw new PkiError('not-a-timestamp', 'This is not a query for a time stamp.')
  }
  const serial = crypto.getRandomValues(new Uint8Array(16))
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40 // positive, and always as long
  const whole = new Date(Math.floor(at.getTime() / 1000) * 1000)
  const info = new TSTInfo({
    version: 1,
    policy,
    messageImprint: asked.messageImprint,
    serialNumber: new Integer({ valueHex: serial }),
    genTime: whole,
    ...(asked.nonce === undefined ? {} : { nonce: asked.nonce }),
  })
  const content = encodeDer(info.toSchema())
  const token = await signData({ type: oid.tstInfo, content, isEnclosed: true }, signer, at)
  const answer = new TimeStampResp({
    status: new PKIStatusInfo({ status: 0 }),
    timeStampToken: new ContentInfo({ schema: parseDer(token) }),
  })
  return encodeDer(answer.toSchema())
}
