/** What can be wrong with a signature, a time stamp or a certificate; each is a finding of its own. */
export type PkiProblem =
  | 'unreadable' // not CMS SignedData in DER, or something behind it
  | 'not-a-timestamp'
  | 'not-one-signer'
  | 'certificate-absent' // the signer's own is not enclosed
  | 'attributes-wrong' // one that must be there is missing, twice, or empty
  | 'attributes-unsorted' // not in DER order: strict readers refuse it
  | 'content-type-wrong'
  | 'digest-differs' // the content is another, or was changed
  | 'imprint-differs' // the time stamp is of something else
  | 'nonce-differs' // the answer is to another question
  | 'certificate-differs' // signed in the name of another certificate
  | 'algorithm-weak'
  | 'signature-wrong'
  | 'certificate-not-for-this' // its key may not be used so
  | 'certificate-expired' // or not yet valid, at the moment of signing
  | 'authority-unknown' // no chain to a certificate that the reader trusts

/** Given bytes that cannot be read, or cannot be used for what was asked; the message is a sentence. */
export class PkiError extends Error {
  readonly code: PkiErrorCode
  constructor(code: PkiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
export type PkiErrorCode =
  | 'not-a-certificate'
  | 'not-a-key'
  | 'not-a-pkcs12'
  | 'wrong-password'
  | 'old-encryption'
  | 'no-key'
  | 'no-certificate'
  | 'cannot-encrypt'
  | 'key-unsupported'
  | 'timestamp-refused'
  | 'not-a-timestamp'
