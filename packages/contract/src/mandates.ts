import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import {
  day,
  digest,
  documentId,
  freeText,
  instant,
  label,
  mandateId,
  noParams,
  nothing,
  purposeId,
  reason,
  recordingId,
  recordingIdsUpTo,
  requestId,
  title,
  words,
} from './values.ts'

/** A document on which a decision rests: a PDF or plain text. `POST` with its bytes; answers `uploadedDocument`. */
export const documentPath = '/api/mandate-documents'
export const mostDocumentBytes = 10 * 1024 * 1024
export const uploadedDocument = z.object({ documentId, sha256: digest, sizeBytes: z.int() })
export type UploadedDocument = z.output<typeof uploadedDocument>

const somebody = z.object({ name: z.string(), title: z.string() })

/** As much of a recording as a decision about it needs: no picture, and nothing of what is in it. */
export const namedRecording = z.object({
  recordingId,
  recordedAt: instant,
  durationMs: z.number().nullable(),
  cameraLabel: z.string(),
  wearerName: z.string().nullable(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
  /** Gone, or going: no decision can open it. */
  isErased: z.boolean(),
})
export type NamedRecording = z.output<typeof namedRecording>

const purpose = z.object({ id: z.string(), label: words })

export const mandateRequest = z.object({
  id: requestId,
  askedBy: somebody,
  askedAt: instant,
  purpose,
  reference: z.string(),
  reason: z.string(),
  recordings: z.array(namedRecording),
  state: z.enum(['open', 'granted', 'refused', 'withdrawn']),
  ended: z
    .object({ at: instant, by: somebody, reason: z.string().nullable(), number: z.string().nullable() })
    .nullable(),
  may: z.object({ decide: z.boolean(), withdraw: z.boolean() }),
})
export type MandateRequest = z.output<typeof mandateRequest>

export const mandate = z.object({
  id: mandateId,
  requestId: requestId.nullable(),
  number: z.string(),
  magistrate: somebody,
  decidedOn: day,
  purpose,
  /** Its last day. */
  untilOn: day,
  endsAt: instant,
  reasoning: z.string(),
  document: z.object({ id: documentId, kind: z.enum(['pdf', 'text']), sizeBytes: z.int(), sha256: digest }),
  recordings: z.array(namedRecording),
  /** Given on paper and recorded by somebody else than the prosecutor: opens nothing until it is confirmed. */
  isOnPaper: z.boolean(),
  recordedBy: somebody,
  recordedAt: instant,
  confirmed: z.object({ at: instant, by: somebody, as: z.enum(['prosecutor', 'second-person']) }).nullable(),
  state: z.enum(['to-confirm', 'in-force', 'over', 'withdrawn', 'rejected']),
  ended: z.object({ at: instant, by: somebody, reason: z.string().nullable() }).nullable(),
  may: z.object({ confirm: z.boolean(), withdraw: z.boolean(), readDocument: z.boolean() }),
})
export type Mandate = z.output<typeof mandate>

/** Requests and decisions that this person may know of, newest first. */
export const listMandates = endpoint({
  method: 'GET',
  path: '/mandates',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    requests: z.array(mandateRequest),
    mandates: z.array(mandate),
    /** Whether this person decides on requests, as prosecutor; or records decisions that were given on paper. */
    may: z.object({ decide: z.boolean(), record: z.boolean() }),
    /** What a decision can be for, under the law of the corps. */
    purposes: z.array(purpose),
    /** The day it is, where the law of the corps is read. */
    today: day,
  }),
  errors: [],
})

const recordingIds = recordingIdsUpTo(50)

/** Asks the prosecutor to open these recordings. */
export const requestMandate = endpoint({
  method: 'POST',
  path: '/mandate-requests',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ recordingIds, purpose: purposeId, reference: label, reason }),
  returns: z.object({ requestId }),
  errors: [
    'recording/not-found',
    'recording/erased',
    'retention/being-erased',
    'access/purpose-not-allowed',
    'mandate/not-needed',
  ],
})

const onRequest = { method: 'POST', session: 'person', params: z.object({ requestId }), query: nothing } as const
const onMandate = { method: 'POST', session: 'person', params: z.object({ mandateId }), query: nothing } as const

export const withdrawMandateRequest = endpoint({
  ...onRequest,
  path: '/mandate-requests/:requestId/withdraw',
  body: z.object({ reason }),
  returns: nothing,
  errors: ['mandate/not-found', 'mandate/already-decided'],
})

/** In writing: with reasons. */
export const refuseMandate = endpoint({
  ...onRequest,
  path: '/mandate-requests/:requestId/refuse',
  body: z.object({ number: label.nullable(), reasoning: freeText(20, 10_000) }),
  returns: nothing,
  errors: ['mandate/not-found', 'mandate/already-decided', 'mandate/own-request'],
})

/** A decision in writing and with reasons, about named recordings, for one purpose, until a day. */
export const writtenDecision = z.object({
  number: label,
  magistrate: z.object({ name: label, title: title.min(1) }),
  decidedOn: day,
  documentId,
  recordingIds,
  purpose: purposeId,
  untilOn: day,
  reasoning: freeText(20, 10_000),
})
export type WrittenDecision = z.output<typeof writtenDecision>

/** By the prosecutor. Opens exactly these recordings, from now until the end of the day named. */
export const grantMandate = endpoint({
  ...onRequest,
  path: '/mandate-requests/:requestId/grant',
  body: writtenDecision,
  returns: z.object({ mandateId }),
  errors: [
    'mandate/not-found',
    'mandate/already-decided',
    'mandate/own-request',
    'mandate/ends-in-the-past',
    'mandate/decided-in-the-future',
    'mandate/recording-not-requested',
    'mandate/not-needed',
    'document/not-found',
    'recording/not-found',
    'retention/being-erased',
  ],
})

/** Records a decision that was given on paper. It opens nothing until the prosecutor or a second person confirms it. */
export const recordMandate = endpoint({
  method: 'POST',
  path: '/mandates',
  session: 'person',
  params: noParams,
  query: nothing,
  body: writtenDecision.extend({ requestId: requestId.nullable() }),
  returns: z.object({ mandateId }),
  errors: [...grantMandate.errors, 'recording/erased'],
})

/** By the prosecutor, or by a second person who compared document and record; never by whoever recorded it. */
export const confirmMandate = endpoint({
  ...onMandate,
  path: '/mandates/:mandateId/confirm',
  body: z.object({ reason }),
  returns: nothing,
  errors: [
    'mandate/not-found',
    'mandate/already-decided',
    'mandate/own-record',
    'mandate/ends-in-the-past',
    'retention/being-erased',
  ],
})

/** The record is not what the document says. */
export const rejectMandate = endpoint({
  ...onMandate,
  path: '/mandates/:mandateId/reject',
  body: z.object({ reason }),
  returns: nothing,
  errors: ['mandate/not-found', 'mandate/already-decided', 'mandate/own-record'],
})

/** Closes at once what it opened. */
export const withdrawMandate = endpoint({
  ...onMandate,
  path: '/mandates/:mandateId/withdraw',
  body: z.object({ reason }),
  returns: nothing,
  errors: ['mandate/not-found', 'mandate/already-decided'],
})
