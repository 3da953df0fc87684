import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { digest, instant, noParams, nothing } from './values.ts'

/** The certificate by which others know the signature of the corps on its packages: to be handed to them, by another way. */
export const getAuthority = endpoint({
  method: 'GET',
  path: '/authority',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    name: z.string(),
    /** SHA-256 of the certificate: to be compared with what its recipient sees. */
    fingerprint: digest,
    validUntil: instant,
    /** `operator`: it comes from outside, such as from a trust service. */
    madeBy: z.enum(['getuige', 'operator']),
    /** The certificate in PEM, for everyone. */
    downloadUrl: z.string(),
  }),
  errors: [],
})

export const authorityPath = (corpsId: string) => `/api/corps/${corpsId}/authority.pem`
