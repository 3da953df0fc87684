import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { hold, holdKind } from './recordings.ts'
import {
  day,
  digest,
  holdId,
  instant,
  label,
  noParams,
  nothing,
  permission,
  reason,
  recordingId,
  words,
} from './values.ts'

export const placeHold = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/holds',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({ kind: holdKind, number: label, reason }),
  returns: z.object({ hold }),
  errors: ['recording/not-found', 'recording/erased', 'retention/being-erased', 'hold/not-in-pack'],
})

/** Ask that a hold ends. A second person approves. */
export const liftHold = endpoint({
  method: 'POST',
  path: '/holds/:holdId/lift',
  session: 'person',
  params: z.object({ holdId }),
  query: nothing,
  body: z.object({ reason }),
  returns: z.object({ approvalId: z.string(), expiresAt: instant }),
  errors: ['hold/not-found', 'hold/already-lifted'],
})

export const getRetention = endpoint({
  method: 'GET',
  path: '/retention',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    /** Period over and not held: these are erased by the next run. */
    dueNow: z.int(),
    /** Period over, but held. */
    heldPastDue: z.int(),
    kept: z.int(),
    erased: z.int(),
    lastRun: z.object({ at: instant, erased: z.int(), failed: z.int() }).nullable(),
    /** When the nightly run comes next. */
    nextRunAt: instant,
    /** Recordings that will be erased on each coming day, if no hold is placed. */
    calendar: z.array(z.object({ on: z.iso.date(), recordings: z.int() })),
    may: z.object({ eraseDue: permission, simulateLaw: permission }),
  }),
  errors: [],
})

/** Erases now what the nightly run would erase; held recordings stay. */
export const eraseDue = endpoint({
  method: 'POST',
  path: '/retention/erase-due',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ erased: z.int(), keptBecauseHeld: z.int(), failed: z.int() }),
  errors: [],
})

/** What would happen to a recording if a hold on it were lifted today. */
export const ifLifted = z.discriminatedUnion('follows', [
  /** Its period is over: the next run erases it, at `at`. */
  z.object({ follows: z.literal('erased-next-run'), at: instant }),
  z.object({ follows: z.literal('erased-on'), on: day }),
  /** Other holds keep it. */
  z.object({ follows: z.literal('held-by-others'), holds: z.int() }),
])
export type IfLifted = z.output<typeof ifLifted>

/** Why a recording is still here, or why it is not: the rule and where it stands, its last day, and each hold. */
export const getKeeping = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/keeping',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({
    because: z.enum(['within-period', 'held', 'period-over', 'erased']),
    /** The law that the recording was made under, or that came in its place. */
    law: z.object({ key: z.string(), label: words, status: z.enum(['draft', 'confirmed']) }),
    period: z.object({ days: z.int().exactOptional(), months: z.int().exactOptional() }),
    rule: z.object({
      id: z.string(),
      label: words,
      source: words,
      article: z.string().nullable(),
      since: day,
      confidence: z.enum(['H', 'M', 'L']),
    }),
    /** What holds may be for under this law. */
    holdKinds: z.array(z.object({ id: z.string(), label: words })),
    /** From when the period is counted, and where that moment comes from. */
    recordedAt: instant,
    recordedAtFrom: z.enum(['file', 'receipt']),
    dueAt: instant,
    dueOn: day,
    /** When the run comes that erases it if nothing keeps it; null once it is erased. */
    erasedByRunAt: instant.nullable(),
    holds: z.array(hold.extend({ ifLifted })),
    /** A court's order to erase it before its day. */
    order: z.object({ number: z.string(), court: z.string(), decidedOn: day, orderedAt: instant }).nullable(),
    erasedAt: instant.nullable(),
    may: z.object({ eraseEarly: permission }),
  }),
  errors: ['recording/not-found'],
})

/** Recordings that are erased on a day if no hold is placed: ids and moments, to whoever answers for retention. */
export const listDueOnDay = endpoint({
  method: 'GET',
  path: '/retention/days/:day',
  session: 'person',
  params: z.object({ day }),
  query: z.object({ after: recordingId.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  body: nothing,
  returns: z.object({
    recordings: z.array(
      z.object({
        id: recordingId,
        recordedAt: instant,
        dueAt: instant,
        /** This person may open its page. */
        mayOpen: z.boolean(),
      }),
    ),
    next: recordingId.nullable(),
  }),
  errors: [],
})

/**
 * Ask that a recording is erased before its day because a court ordered it. A second person approves. Holds stop it,
 * unless the order names them: then they end with it.
 */
export const eraseEarly = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/early-erasure',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({
    number: label,
    court: label,
    decidedOn: day,
    /** SHA-256 of the decision as a document. */
    documentSha256: digest,
    endsHolds: z.array(holdId).max(50),
    reason,
  }),
  returns: z.object({ approvalId: z.string(), expiresAt: instant }),
  errors: ['recording/not-found', 'recording/erased', 'retention/being-erased', 'retention/must-keep'],
})

/** What this person is told beforehand: recordings they have a file on that are about to be erased. Newest first. */
export const listNotices = endpoint({
  method: 'GET',
  path: '/notices',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    /** Recordings of which a notice that still stands was not seen. */
    unseen: z.int(),
    notices: z.array(
      z.object({
        id: z.int(),
        kind: z.enum(['erasure-within-7-days', 'erasure-within-1-day']),
        recordingId,
        dueOn: day,
        madeAt: instant,
        isSeen: z.boolean(),
        /** Still so: not erased, not held since, not moved to another day. */
        isStanding: z.boolean(),
      }),
    ),
  }),
  errors: [],
})

/** All up to and with this one were seen. */
export const seeNotices = endpoint({
  method: 'POST',
  path: '/notices/seen',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ upTo: z.int().min(1) }),
  returns: nothing,
  errors: [],
})
