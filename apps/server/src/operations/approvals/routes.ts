import type { ApprovalId, PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import { type Route, serve } from '#platform/http'
import type { Approvals } from './index.ts'

type RoutesDeps = Readonly<{
  approvals: Approvals
  /** Packages that this person asked for and may fetch now. */
  downloads(person: PersonActor): Promise<ReadonlyMap<ApprovalId, { url: string; expiresAt: string }>>
  /** What else waits for a person, for the bar. */
  countOthers(
    person: PersonActor,
  ): Promise<{ mandates: number; emergencies: number; hasOverdue: boolean; notices: number }>
}>

export function approvalRoutes({ approvals, downloads, countOthers }: RoutesDeps): Route<PersonActor>[] {
  return [
    serve<typeof contract.listApprovals, PersonActor>(contract.listApprovals, async ({ caller }) => {
      const { waitingForMe, askedByMe, decidedByMe } = await approvals.list(caller)
      const mine = await downloads(caller)
      return {
        waitingForMe: waitingForMe.map((each) => ({ ...each, download: null })),
        askedByMe: askedByMe.map((each) => ({ ...each, download: mine.get(each.id) ?? null })),
        decidedByMe: decidedByMe.map((each) => ({ ...each, download: null })),
      }
    }),
    serve<typeof contract.countWaiting, PersonActor>(contract.countWaiting, async ({ caller }) => ({
      approvals: await approvals.countWaiting(caller),
      ...(await countOthers(caller)),
    })),
    serve<typeof contract.approveApproval, PersonActor>(contract.approveApproval, async ({ caller, params, body }) => {
      await approvals.approve(caller, params.approvalId, body.reason)
      return {}
    }),
    serve<typeof contract.refuseApproval, PersonActor>(contract.refuseApproval, async ({ caller, params, body }) => {
      await approvals.refuse(caller, params.approvalId, body.reason)
      return {}
    }),
    serve<typeof contract.withdrawApproval, PersonActor>(
      contract.withdrawApproval,
      async ({ caller, params, body }) => {
        await approvals.withdraw(caller, params.approvalId, body.reason)
        return {}
      },
    ),
  ]
}
