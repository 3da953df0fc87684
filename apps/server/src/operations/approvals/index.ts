import type { ApprovalId, PersonActor } from '@getuige/base'
import type { Approval } from '@getuige/contract'
import { requireRule } from '@getuige/law'
import { askApproval, type Ask } from './ask.ts'
import { approve, expire, factsOf, refuse, withdraw } from './decide.ts'
import type { ApprovalsDeps } from './deps.ts'
import { decideDeciding } from './rules.ts'
import { type AskedApproval, listAskedBy, listDecidedBy, listExpired, listWaiting } from './store.ts'

export type { ApprovalsDeps, ApprovedRequest, Performer } from './deps.ts'
export type { Ask } from './ask.ts'
export { digestOfPayload, forgetApprovals } from './store.ts'
export type Approvals = ReturnType<typeof openApprovals>

const mostListed = 50
const expiredAtOnce = 200

/** Four eyes: what somebody asks, somebody else approves, and only then it is done. */
export function openApprovals(deps: ApprovalsDeps) {
  const { db, clock } = deps

  function describe(asked: AskedApproval): Omit<Approval, 'download'> {
    const law = deps.resolveLaw(asked.law)
    const { roles, ruleId } = law.approvals[asked.act]
    const rule = requireRule(law, ruleId)
    const { id, act, recordingId, reason, ended } = asked
    const isOver = asked.endedAs === null && asked.expiresAt <= clock.now()
    return {
      id,
      act,
      recordingId,
      askedBy: { id: asked.askedById, ...asked.asker, roles: [...asked.asker.roles] },
      askedAt: asked.askedAt.toISOString(),
      expiresAt: asked.expiresAt.toISOString(),
      reason,
      shown: { ...asked.shown },
      state: isOver ? 'expired' : (asked.endedAs ?? 'waiting'),
      ended:
        ended === null
          ? null
          : {
              at: ended.at.toISOString(),
              by: ended.by === null ? null : { name: ended.by.name, title: ended.by.title },
              reason: ended.reason,
            },
      rule: { id: rule.id, label: rule.label, source: rule.source },
      approvers: [...roles],
    }
  }

  async function waitingFor(person: PersonActor): Promise<AskedApproval[]> {
    const now = clock.now()
    const waiting = await listWaiting(db.of(person.corpsId), person.corpsId, now)
    return waiting.filter((asked) => decideDeciding(factsOf(deps, asked), person, now) === null)
  }

  return {
    ask: (actor: PersonActor, request: Ask) => askApproval(deps, actor, request),
    approve: (actor: PersonActor, id: ApprovalId, reason: string) => approve(deps, actor, id, reason),
    refuse: (actor: PersonActor, id: ApprovalId, reason: string) => refuse(deps, actor, id, reason),
    withdraw: (actor: PersonActor, id: ApprovalId, reason: string) => withdraw(deps, actor, id, reason),

    async list(person: PersonActor) {
      const reader = db.of(person.corpsId)
      const [waitingForMe, askedByMe, decidedByMe] = await Promise.all([
        waitingFor(person),
        listAskedBy(reader, person, mostListed),
        listDecidedBy(reader, person, mostListed),
      ])
      return {
        waitingForMe: waitingForMe.map(describe),
        askedByMe: askedByMe.map(describe),
        decidedByMe: decidedByMe.map(describe),
      }
    },
    countWaiting: async (person: PersonActor) => (await waitingFor(person)).length,

    /** Enter of each that its time is over. May run twice or stop anywhere. */
    async expireOverdue(signal?: AbortSignal): Promise<void> {
      for (;;) {
        const expired = await listExpired(db.everyCorps, clock.now(), expiredAtOnce)
        for (const { corpsId, id } of expired) {
          signal?.throwIfAborted()
          await expire(deps, corpsId, id)
        }
        if (expired.length < expiredAtOnce) return
      }
    },
  }
}
