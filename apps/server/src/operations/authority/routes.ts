import { type CorpsId, idPattern, type PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import { toPem } from '@getuige/pki'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, serve } from '#platform/http'
import type { Authority } from './index.ts'

export function authorityRoutes<Caller extends PersonActor>({
  authority,
}: Readonly<{ authority: Authority }>): Route<Caller>[] {
  return [
    serve(contract.getAuthority, async ({ caller }: { caller: Caller }) => {
      const { certificate, madeBy } = await authority.certificate(caller.corpsId)
      return {
        name: certificate.name,
        fingerprint: certificate.fingerprint,
        validUntil: certificate.notAfter.toISOString(),
        madeBy,
        downloadUrl: contract.authorityPath(caller.corpsId),
      }
    }),
  ]
}

type CertificateDeps = Readonly<{ authority: Authority; isCorps(corpsId: CorpsId): Promise<boolean> }>

/** The certificate as a file, for everyone: who checks a package has no session here. */
export function authorityCertificateRoute({ authority, isCorps }: CertificateDeps): RawRoute {
  return (app) => {
    app.get<{ Params: { corpsId: string } }>(contract.authorityPath(':corpsId'), async (request, reply) => {
      const corpsId = request.params.corpsId as CorpsId
      if (!idPattern('corps').test(corpsId) || !(await isCorps(corpsId))) throw new AppError('request/not-found')
      const { certificate } = await authority.certificate(corpsId)
      return reply
        .header('cache-control', 'no-cache')
        .header('content-disposition', 'attachment; filename="authority.pem"')
        .type('application/x-pem-file')
        .send(toPem(certificate.der))
    })
  }
}
