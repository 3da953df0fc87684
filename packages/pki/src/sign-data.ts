import { GeneralizedTime, Null, ObjectIdentifier, OctetString, Sequence, UTCTime } from 'asn1js'
import {
  AlgorithmIdentifier,
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'
import { parseCertificate } from './certificates.ts'
import { digest, encodeDer, encodeSetOf, oid, parseDer, sortDer } from './der.ts'
import { type CertifiedSigner, signatureAlgorithmOf } from './signer.ts'

/** What is signed, or, where it is too large to be at hand and is not enclosed, its SHA-256. */
export type SignedContent = Uint8Array | Readonly<{ sha256: Uint8Array }>

const sha256Of = (content: SignedContent): Promise<Uint8Array> =>
  'sha256' in content ? Promise.resolve(content.sha256) : digest('SHA-256', content)

/**
 * SignedData (RFC 5652 section 5) in DER, with SHA-256: content type, message digest, signing time and
 * signing-certificate-v2 as signed attributes, in DER order, and the chain of the signer. The content is enclosed or not.
 */
export async function signData(
  signed: Readonly<{ type: string; content: SignedContent; isEnclosed: boolean }>,
  signer: CertifiedSigner,
  signedAt: Date,
): Promise<Uint8Array> {
  const [own] = signer.chain
  if (own === undefined) throw new RangeError('a signer without a certificate')
  const { issuer, serialNumber } = parseCertificate(own)
  const time = new Date(Math.floor(signedAt.getTime() / 1000) * 1000)

  const attributes = [
    new Attribute({ type: oid.contentType, values: [new ObjectIdentifier({ value: signed.type })] }),
    new Attribute({ type: oid.messageDigest, values: [octets(await sha256Of(signed.content))] }),
    new Attribute({
      type: oid.signingTime,
      values: [
        time.getUTCFullYear() < 2050 ? new UTCTime({ valueDate: time }) : new GeneralizedTime({ valueDate: time }),
      ],
    }),
    new Attribute({ type: oid.signingCertificateV2, values: [certificateReference(await digest('SHA-256', own))] }),
  ]
  const inOrder = sortDer(attributes.map((attribute) => encodeDer(attribute.toSchema())))
  const algorithmId = signatureAlgorithmOf(own)
  const signerInfo = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer, serialNumber }),
    digestAlgorithm: new AlgorithmIdentifier({ algorithmId: oid.sha256 }),
    signedAttrs: new SignedAndUnsignedAttributes({
      type: 0,
      attributes: inOrder.map((der) => new Attribute({ schema: parseDer(der) })),
    }),
    signatureAlgorithm: new AlgorithmIdentifier({
      algorithmId,
      ...(algorithmId === oid.rsa ? { algorithmParams: new Null() } : {}),
    }),
    signature: octets(await signer.sign(encodeSetOf(inOrder))),
  })

  const signedData = new SignedData({
    version: signed.type === oid.data ? 1 : 3,
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: oid.sha256 })],
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: signed.type,
      ...(signed.isEnclosed && !('sha256' in signed.content) ? { eContent: octets(signed.content) } : {}),
    }),
    certificates: sortDer(signer.chain).map(parseCertificate),
    signerInfos: [signerInfo],
  })
  const info = new ContentInfo({ contentType: oid.signedData, content: signedData.toSchema(true) })
  return encodeDer(info.toSchema())
}

/** SigningCertificateV2 (RFC 5035): SHA-256 is its default, so the algorithm is not written. */
function certificateReference(sha256: Uint8Array): Sequence {
  const reference = new Sequence({ value: [octets(sha256)] })
  return new Sequence({ value: [new Sequence({ value: [reference] })] })
}

function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: new Uint8Array(bytes) })
}
