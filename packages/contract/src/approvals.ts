import type { JsonValue } from '@getuige/base'
import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import {
  approvalId,
  instant,
  noParams,
  nothing,
  personId,
  personRoles,
  reason,
  recordingId,
  role,
  words,
} from './values.ts'

/** Acts that a second person approves. */
export const approvedAct = z.enum(['export', 'erase-early', 'lift-hold', 'widen-role', 'adopt-law', 'recover-account'])

/** `waiting` until the moment it expires; all others are final. */
export const approvalState = z.enum(['waiting', 'given', 'refused', 'withdrawn', 'expired'])

/** What cannot be changed once it is read. */
const json: z.ZodType<JsonValue> = z.json()
const somebody = z.object({ name: z.string(), title: z.string() })

export const approval = z.object({
  id: approvalId,
  act: approvedAct,
  /** Null where it is about no recording. */
  recordingId: recordingId.nullable(),
  askedBy: somebody.extend({ id: personId, roles: personRoles }),
  askedAt: instant,
  expiresAt: instant,
  reason: z.string(),
  /** What there is to judge: what, whom for, to whom. Values are texts, numbers, or words in every language. */
  shown: z.record(z.string(), json),
  state: approvalState,
  /** Null while it waits. `by` is null where nobody ended it: it expired. */
  ended: z.object({ at: instant, by: somebody.nullable(), reason: z.string().nullable() }).nullable(),
  rule: z.object({ id: z.string(), label: words, source: words }),
  approvers: z.array(role),
  /** Of an export that was approved: where the asker, alone, fetches it until then. */
  download: z.object({ url: z.string(), expiresAt: instant }).nullable(),
})
export type Approval = z.output<typeof approval>

/** What waits for this person's decision, first to expire first; and what they asked, newest first. */
export const listApprovals = endpoint({
  method: 'GET',
  path: '/approvals',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    waitingForMe: z.array(approval),
    askedByMe: z.array(approval),
    /** What this person decided lately. */
    decidedByMe: z.array(approval),
  }),
  errors: [],
})

/** For the bar: how much waits for this person. */
export const countWaiting = endpoint({
  method: 'GET',
  path: '/waiting',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    approvals: z.int(),
    /** Requests to a prosecutor, and decisions on paper that wait to be confirmed. */
    mandates: z.int(),
    /** Emergencies: to judge, or to justify. */
    emergencies: z.int(),
    /** Some are past the moment by which they had to be justified. */
    hasOverdue: z.boolean(),
    /** Recordings that are about to be erased, of which this person has not seen that. */
    notices: z.int(),
  }),
  errors: [],
})

/** What a route answers that asks for an approval instead of acting. */
export const asked = z.object({ approvalId, expiresAt: instant })

const decision = { method: 'POST', session: 'person', params: z.object({ approvalId }), query: nothing } as const

/** Does what was asked for, in the same moment. Never the asker's own; decided again on what is so now. */
export const approveApproval = endpoint({
  ...decision,
  path: '/approvals/:approvalId/approve',
  body: z.object({ reason }),
  returns: nothing,
  errors: [
    'approval/not-found',
    'approval/own-request',
    'approval/already-decided',
    'approval/expired',
    'approval/asker-may-not',
    'recording/erased',
    'retention/being-erased',
    'hold/already-lifted',
    'vault/damaged',
  ],
})

export const refuseApproval = endpoint({
  ...decision,
  path: '/approvals/:approvalId/refuse',
  body: z.object({ reason }),
  returns: nothing,
  errors: ['approval/not-found', 'approval/own-request', 'approval/already-decided', 'approval/expired'],
})

/** By the asker alone. */
export const withdrawApproval = endpoint({
  ...decision,
  path: '/approvals/:approvalId/withdraw',
  body: z.object({ reason }),
  returns: nothing,
  errors: ['approval/not-found', 'approval/already-decided', 'approval/expired'],
})
