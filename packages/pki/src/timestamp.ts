import { equalBytes } from '@getuige/base'
import { Integer, Null, OctetString, Utf8String } from 'asn1js'
import { AlgorithmIdentifier, MessageImprint, TimeStampReq, TimeStampResp, TSTInfo } from 'pkijs'
import { type CertificateFacts, isForTimeStamping } from './certificates.ts'
import { attempt, digest, encodeDer, hashNames, oid, parseDer } from './der.ts'
import { PkiError, type PkiProblem } from './problems.ts'
import { checkSignature, checkTrust, describeAll, octetsOf, parseSignedData } from './signed-data.ts'

export type TimestampRequest = Readonly<{
  /** DER, to be posted as `application/timestamp-query`. */
  request: Uint8Array
  /** To be given again when the answer is checked. */
  nonce: Uint8Array
}>

export type TimestampCheck = Readonly<{
  /** Of the token itself: empty if it is valid, by its certificate, for the data. */
  problems: readonly PkiProblem[]
  /** Of the way from the certificate to one of the given roots; null if none was given. */
  trustProblems: readonly PkiProblem[] | null
  /** When the authority had the data before it; null if it cannot be read. */
  at: Date | null
  authority: CertificateFacts | null
  certificates: readonly CertificateFacts[]
}>

const granted = new Set([0, 1])
const nonceBytes = 8

/** A request (RFC 3161 section 2.4.1) for a token over the SHA-256 of `data`, with the certificate of the authority. */
export async function makeTimestampRequest(data: Uint8Array): Promise<TimestampRequest> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40 // positive, and always as long
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: oid.sha256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: new Uint8Array(await digest('SHA-256', data)) }),
    }),
    nonce: new Integer({ valueHex: nonce }),
    certReq: true,
  })
  return { request: encodeDer(request.toSchema()), nonce }
}

/** The token, in DER, of an answer. Throws `PkiError` if the authority refused, or it is no answer. Checks nothing else. */
export function readTimestampResponse(response: Uint8Array): Uint8Array {
  const schema = parseDer(response)
  const answer = schema === undefined ? undefined : attempt(() => new TimeStampResp({ schema }))
  if (answer === undefined)
    throw new PkiError('not-a-timestamp', 'This is not the answer of a time-stamping authority.')
  const { status, statusStrings } = answer.status
  if (!granted.has(status) || answer.timeStampToken === undefined) {
    const said = (statusStrings ?? [])
      .map((text) => (text instanceof Utf8String ? text.valueBlock.value : ''))
      .join(' ')
    throw new PkiError('timestamp-refused', `The time-stamping authority refused (status ${status}). ${said}`.trim())
  }
  return encodeDer(answer.timeStampToken.toSchema())
}

/**
 * Check an RFC 3161 token over `data`: imprint, nonce where one is given, the certificate with its critical usage, the
 * signature. The chain is judged at the moment that the token says.
 */
export async function verifyTimestamp(
  token: Uint8Array,
  data: Uint8Array,
  { roots, nonce }: Readonly<{ roots?: readonly Uint8Array[] | undefined; nonce?: Uint8Array | undefined }> = {},
): Promise<TimestampCheck> {
  const parsed = parseSignedData(token)
  if (typeof parsed === 'string') return broken(parsed, roots)
  const { signedData, certificate, enclosed } = parsed
  const { eContent, eContentType } = signedData.encapContentInfo
  if (eContentType !== oid.tstInfo || eContent === undefined) return broken('not-a-timestamp', roots)
  const content = octetsOf(eContent)
  const schema = parseDer(content)
  const info = schema === undefined ? undefined : attempt(() => new TSTInfo({ schema }))
  if (info === undefined) return broken('not-a-timestamp', roots)

  const problems = await checkSignature(parsed, content, oid.tstInfo, true)
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  const hashName = hashNames.get(hashAlgorithm.algorithmId)
  if (hashName === undefined) problems.push('algorithm-weak')
  else if (!equalBytes(octetsOf(hashedMessage), await digest(hashName, data))) problems.push('imprint-differs')
  if (nonce !== undefined && !isNonce(info.nonce, nonce)) problems.push('nonce-differs')
  if (certificate !== null && !isForTimeStamping(certificate)) problems.push('certificate-not-for-this')

  const [authority] = certificate === null ? [] : await describeAll([certificate])
  return {
    problems,
    trustProblems: await checkTrust(parsed, roots, info.genTime),
    at: info.genTime,
    authority: authority ?? null,
    certificates: await describeAll(enclosed),
  }
}

function isNonce(answered: Integer | undefined, nonce: Uint8Array): boolean {
  return answered !== undefined && equalBytes(new Uint8Array(answered.valueBlock.valueHexView), nonce)
}

function broken(problem: PkiProblem, roots: readonly Uint8Array[] | undefined): TimestampCheck {
  const trustProblems = roots === undefined ? null : [problem]
  return { problems: [problem], trustProblems, at: null, authority: null, certificates: [] }
}
