import type { Role } from '@getuige/base'
import type { ErrorCode } from '@getuige/contract'

export type ApprovalFacts = Readonly<{
  askedById: string
  expiresAt: Date
  endedAs: 'given' | 'refused' | 'withdrawn' | 'expired' | null
  /** Who may approve, as the law says. */
  roles: readonly Role[]
}>
type Person = Readonly<{ id: string; roles: readonly Role[] }>

/** Decide whether a person may know of what was asked: the asker, and whoever may approve such things. */
export function mayKnowOf(facts: ApprovalFacts, person: Person): boolean {
  return person.id === facts.askedById || isApprover(facts, person)
}

const isApprover = ({ roles }: ApprovalFacts, person: Person) => person.roles.some((role) => roles.includes(role))

/** What stands in the way of approving or refusing, or null. It has expired from the instant `expiresAt` on. */
export function decideDeciding(facts: ApprovalFacts, person: Person, now: Date): ErrorCode | null {
  if (!mayKnowOf(facts, person)) return 'approval/not-found'
  // Whoever asks is never the second person, whatever else they are to the corps.
  if (person.id === facts.askedById) return 'approval/own-request'
  return decideOpen(facts, now)
}

/** What stands in the way of withdrawing, or null. */
export function decideWithdrawing(facts: ApprovalFacts, person: Person, now: Date): ErrorCode | null {
  return person.id === facts.askedById ? decideOpen(facts, now) : 'approval/not-found'
}

function decideOpen({ endedAs, expiresAt }: ApprovalFacts, now: Date): ErrorCode | null {
  if (endedAs === 'expired' || (endedAs === null && now >= expiresAt)) return 'approval/expired'
  return endedAs === null ? null : 'approval/already-decided'
}
