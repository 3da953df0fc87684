import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { Access } from '#access'
import { type Route, serve } from '#platform/http'
import type { Retention } from './index.ts'
import { describeHold } from './keeping.ts'

type RoutesDeps = Readonly<{ retention: Retention; access: Access }>

export function retentionRoutes({ retention, access }: RoutesDeps): Route<PersonActor>[] {
  return [
    serve<typeof contract.placeHold, PersonActor>(contract.placeHold, async ({ caller, params, body }) => ({
      hold: describeHold(await retention.placeHold(caller, { ...params, ...body })),
    })),
    serve<typeof contract.liftHold, PersonActor>(contract.liftHold, async ({ caller, params, body }) =>
      describeAsked(await retention.askLift(caller, params.holdId, body.reason)),
    ),
    serve<typeof contract.eraseEarly, PersonActor>(contract.eraseEarly, async ({ caller, params, body }) =>
      describeAsked(await retention.askEarlyErasure(caller, { ...params, ...body })),
    ),
    serve<typeof contract.getKeeping, PersonActor>(contract.getKeeping, ({ caller, params }) =>
      retention.explain(caller, params.recordingId),
    ),

    serve<typeof contract.getRetention, PersonActor>(contract.getRetention, async ({ caller }) => {
      await access.requireCorps('see-retention', caller)
      const { corpsId } = caller
      const figures = await retention.figures(corpsId)
      const lastRun = await retention.lastRun(corpsId)
      const mayErase = await access.decideCorps('erase-due', caller)
      return {
        ...figures,
        lastRun: lastRun === undefined ? null : { ...lastRun, at: lastRun.at.toISOString() },
        nextRunAt: retention.nextRunAt().toISOString(),
        calendar: await retention.calendar(corpsId),
        may: {
          eraseDue: mayErase.allowed && figures.dueNow === 0 ? nothingDue : mayErase,
          simulateLaw: await access.decideCorps('simulate-law', caller),
        },
      }
    }),
    serve<typeof contract.listDueOnDay, PersonActor>(contract.listDueOnDay, async ({ caller, params, query }) => {
      await access.requireCorps('see-retention', caller)
      const { rows, next } = await retention.listDueOn(caller, params.day, query.after, query.limit)
      const recordings = rows.map(({ recordedAt, dueAt, ...row }) => ({
        ...row,
        recordedAt: recordedAt.toISOString(),
        dueAt: dueAt.toISOString(),
      }))
      return { recordings, next }
    }),
    serve<typeof contract.eraseDue, PersonActor>(contract.eraseDue, async ({ caller }) => {
      await access.requireCorps('erase-due', caller)
      const { heldPastDue } = await retention.figures(caller.corpsId)
      const { erased, failed } = await retention.eraseDue((corpsId) =>
        corpsId === caller.corpsId ? caller : undefined,
      )
      return { erased, failed, keptBecauseHeld: heldPastDue }
    }),

    serve<typeof contract.simulateLaw, PersonActor>(contract.simulateLaw, async ({ caller, body }) => {
      await access.requireCorps('simulate-law', caller)
      return retention.simulate(caller.corpsId, body)
    }),
    serve<typeof contract.simulateLawRecordings, PersonActor>(
      contract.simulateLawRecordings,
      async ({ caller, body }) => {
        await access.requireCorps('simulate-law', caller)
        return retention.listSimulated(caller, body)
      },
    ),

    serve<typeof contract.listNotices, PersonActor>(contract.listNotices, async ({ caller }) => {
      const { unseen, notices } = await retention.notices(caller)
      return { unseen, notices: notices.map((notice) => ({ ...notice, madeAt: notice.madeAt.toISOString() })) }
    }),
    serve<typeof contract.seeNotices, PersonActor>(contract.seeNotices, async ({ caller, body }) => {
      await retention.seeNotices(caller, body.upTo)
      return {}
    }),
  ]
}

const nothingDue: contract.Permission = {
  allowed: false,
  because: 'nothing-due',
  rule: null,
  whoMay: [],
  granting: [],
}

const describeAsked = ({ approvalId, expiresAt }: Readonly<{ approvalId: string; expiresAt: Date }>) => ({
  approvalId,
  expiresAt: expiresAt.toISOString(),
})
