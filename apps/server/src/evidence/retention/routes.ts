import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { Access } from '#access'
import { type Route, serve } from '#platform/http'
import type { Retention } from './index.ts'

type RoutesDeps = Readonly<{ retention: Retention; access: Access }>

export function retentionRoutes({ retention, access }: RoutesDeps): Route<PersonActor>[] {
  return [
    serve<typeof contract.placeHold, PersonActor>(contract.placeHold, async ({ caller, params, body }) => {
      const hold = await retention.placeHold(caller, { ...params, ...body })
      const { id, kind, number, reason, placedAt, placedBy } = hold
      return { hold: { id, kind, number, reason, placedAt: placedAt.toISOString(), placedBy } }
    }),
    serve<typeof contract.liftHold, PersonActor>(contract.liftHold, async ({ caller, params, body }) => {
      await retention.liftHold(caller, params.holdId, body.reason)
      return {}
    }),
    serve<typeof contract.getRetention, PersonActor>(contract.getRetention, async ({ caller }) => {
      access.requireSeeRetention(caller)
      const { corpsId } = caller
      const figures = await retention.figures(corpsId)
      const lastRun = await retention.lastRun(corpsId)
      return {
        ...figures,
        lastRun: lastRun === undefined ? null : { ...lastRun, at: lastRun.at.toISOString() },
        nextRunAt: retention.nextRunAt().toISOString(),
        calendar: await retention.calendar(corpsId),
        may: { eraseDue: mayEraseDue(caller, access, figures.dueNow) },
      }
    }),
    serve<typeof contract.eraseDue, PersonActor>(contract.eraseDue, async ({ caller }) => {
      access.requireAdminister(caller)
      const { heldPastDue } = await retention.figures(caller.corpsId)
      const { erased, failed } = await retention.eraseDue((corpsId) =>
        corpsId === caller.corpsId ? caller : undefined,
      )
      return { erased, failed, keptBecauseHeld: heldPastDue }
    }),
  ]
}

function mayEraseDue(caller: PersonActor, access: Access, dueNow: number): contract.Permission {
  if (!access.mayAdminister(caller)) return { allowed: false, because: 'role', rule: null, whoMay: ['administrator'] }
  return dueNow > 0 ? { allowed: true } : { allowed: false, because: 'nothing-due', rule: null, whoMay: [] }
}
