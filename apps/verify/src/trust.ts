/** What the reader got by another way than the package. What is not given is not checked. */
export type Trust = Readonly<{
  /** The verifier key of the custody logs. */
  vkey?: string | undefined
  /** Certificates, in DER, of the authorities that certify the corps. */
  authorities?: readonly Uint8Array[] | undefined
  /** Certificates, in DER, of the authorities that certify who makes time stamps. */
  stampAuthorities?: readonly Uint8Array[] | undefined
  /** Verifier keys of witnesses. */
  witnesses?: readonly string[] | undefined
}>
