import type { CorpsId } from '@getuige/base'
import { type CertificateFacts, type CertifiedSigner, newSigner, readCertificate } from '@getuige/pki'
import { AppError } from '#platform/errors'
import type { AuthorityDeps } from './deps.ts'
import { demandAuthority, signingKeyName } from './issue.ts'

export type { AuthorityDeps } from './deps.ts'
export type Authority = ReturnType<typeof openAuthority>

/** `certificate` is the one to trust: that of the authority, or the topmost that the operator brought. */
export type TrustedCertificate = Readonly<{ certificate: CertificateFacts; madeBy: 'getuige' | 'operator' }>

/** Answered for: the certificates by which others know the signature of a corps. */
export function openAuthority(deps: AuthorityDeps) {
  const { keystore, operatorSigner } = deps

  return {
    /** Makes what is missing, so that the certificate can be handed out before anything is signed. May run twice. */
    async prepare(corpsId: CorpsId): Promise<void> {
      if (operatorSigner === undefined) await demandAuthority(deps, corpsId)
    },

    async certificate(corpsId: CorpsId): Promise<TrustedCertificate> {
      const top = operatorSigner?.chain.at(-1)
      if (top !== undefined) return { certificate: await readCertificate(top), madeBy: 'operator' }
      const { certificate } = await demandAuthority(deps, corpsId)
      return { certificate: await readCertificate(certificate), madeBy: 'getuige' }
    },

    /** Signs in the name of the corps. Throws `export/signer-expired` when the operator's ran out meanwhile. */
    async signer(corpsId: CorpsId): Promise<CertifiedSigner> {
      if (operatorSigner !== undefined) {
        const [own] = operatorSigner.chain
        const isOver = own === undefined || (await readCertificate(own)).notAfter < deps.clock.now()
        if (isOver) throw new AppError('export/signer-expired')
        return operatorSigner
      }
      const { certificate, signingCertificate } = await demandAuthority(deps, corpsId)
      const key = await keystore.find(signingKeyName(corpsId))
      if (key === undefined) throw new Error(`the key that signs for ${corpsId} is not in the keystore`)
      return newSigner(key, [signingCertificate, certificate])
    },
  }
}
