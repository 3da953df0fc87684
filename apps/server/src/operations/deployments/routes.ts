import type { CorpsId, PersonActor, PersonId } from '@getuige/base'
import * as contract from '@getuige/contract'
import { findPack, type Law, resolveLaw } from '@getuige/law'
import type { Access } from '#access'
import type { Clock } from '#platform/clock'
import { AppError } from '#platform/errors'
import { type Route, serve } from '#platform/http'
import { describeLaw, lawOfPack, listNewestPacks, summarisePack } from './describe-law.ts'
import type { Deployments } from './index.ts'

type RoutesDeps = Readonly<{
  deployments: Deployments
  access: Access
  clock: Clock
  lawAt(corpsId: CorpsId, at: Date): Promise<Law>
  listNames(corpsId: CorpsId): Promise<ReadonlyMap<PersonId, string>>
}>

export function deploymentRoutes({ deployments, access, clock, lawAt, listNames }: RoutesDeps): Route<PersonActor>[] {
  const toDate = (text: string | null) => (text === null ? null : new Date(text))
  return [
    serve<typeof contract.completeActivation, PersonActor>(
      contract.completeActivation,
      async ({ caller, params, body }) => {
        await deployments.complete(caller, params.recordingId, {
          ...body,
          firstWarningAt: toDate(body.firstWarningAt),
          secondWarningAt: toDate(body.secondWarningAt),
        })
        return {}
      },
    ),

    serve<typeof contract.getLaw, PersonActor>(contract.getLaw, async ({ caller }) => {
      const { corpsId } = caller
      const adoptions = await deployments.listAdoptions(corpsId)
      const inForce = await lawAt(corpsId, clock.now())
      const current = adoptions.findLast(({ law, inForceFrom }) => law === inForce.key && inForceFrom <= clock.now())
      const names = await listNames(corpsId)
      const nameOf = (id: PersonId | null) => (id === null ? null : (names.get(id) ?? null))
      return {
        inForce: describeLaw(inForce),
        packs: listNewestPacks().map(summarisePack),
        adoptions: adoptions.map((adoption) => ({
          key: adoption.law,
          label: resolveLaw(adoption.law).label,
          inForceFrom: adoption.inForceFrom.toISOString(),
          adoptedAt: adoption.adoptedAt.toISOString(),
          adoptedBy: nameOf(adoption.adoptedBy),
          approvedBy: nameOf(adoption.approvedBy),
          reason: adoption.reason,
          alsoExisting: adoption.alsoExisting,
          isInForce: adoption === current,
        })),
        may: {
          simulate: await access.decideCorps('simulate-law', caller),
          adopt: await access.decideCorps('adopt-law', caller),
        },
      }
    }),
    serve<typeof contract.readPack, PersonActor>(contract.readPack, async ({ params }) => {
      const pack = findPack(params.packId)
      if (pack === undefined) throw new AppError('law/pack-unknown')
      return describeLaw(lawOfPack(pack))
    }),
    serve<typeof contract.adoptLaw, PersonActor>(contract.adoptLaw, async ({ caller, body }) => {
      await access.requireCorps('adopt-law', caller)
      const { approvalId, expiresAt } = await deployments.askAdoption(caller, {
        ...body,
        inForceFrom: toDate(body.inForceFrom),
      })
      return { approvalId, expiresAt: expiresAt.toISOString() }
    }),
  ]
}
