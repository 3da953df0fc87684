/**
 * Certificates, signatures and time stamps as the rest of the world makes and checks them: X.509, CMS with CAdES, RFC
 * 3161, PKCS #12. Runs in Node and in browsers, on WebCrypto; no input or output, no clock.
 */
export * from './authority.ts'
export * from './cades.ts'
export { readCertificate, readCertificates, toPem } from './certificates.ts'
export type { CertificateFacts, KeyUsage } from './certificates.ts'
export * from './encrypt.ts'
export * from './pkcs12.ts'
export * from './problems.ts'
export { newSigner, newSigningKey, publicKeyOfPrivate } from './signer.ts'
export type { CertifiedSigner } from './signer.ts'
export { answerTimestampRequest } from './time-authority.ts'
export * from './timestamp.ts'
