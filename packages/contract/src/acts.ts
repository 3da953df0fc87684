import { z } from 'zod'
import { asked } from './approvals.ts'
import { endpoint } from './endpoint.ts'
import { activationRecord } from './recordings.ts'
import {
  day,
  grantId,
  instant,
  label,
  noParams,
  nothing,
  personId,
  purposeId,
  reason,
  recordingId,
  viewingId,
  words,
} from './values.ts'

/** Purpose before play: the viewing is in the custody trail before the first byte can be asked for. */
export const startViewing = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/viewings',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({
    purpose: purposeId,
    /** Number of the report or complaint, where the purpose asks for one. */
    reference: label.nullable(),
    reason,
  }),
  returns: z.object({
    viewingId,
    /** Answers HTTP Range requests of this person's session until `expiresAt`. */
    mediaUrl: z.string(),
    expiresAt: instant,
    /** It ends sooner when nothing is asked of it for so long. */
    idleMinutes: z.int(),
  }),
  errors: ['recording/not-found', 'recording/erased', 'retention/being-erased', 'media/not-playable', 'vault/damaged'],
})

/** By hand: nobody looks any more. One that has ended stays as it ended. */
export const endViewing = endpoint({
  method: 'POST',
  path: '/viewings/:viewingId/end',
  session: 'person',
  params: z.object({ viewingId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['viewing/not-found'],
})

/** The path of the bytes of a viewing: `GET` and `HEAD` with `Range`. */
export const viewingMediaPath = (id: string) => `/api/viewings/${id}/media`

/** Puts a recording in somebody's file: theirs to see for that purpose, until that day. */
export const assignRecording = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/assignments',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({
    personId,
    purpose: purposeId,
    /** Number of the report, complaint or file. */
    reference: label,
    /** Its last day. */
    untilOn: day,
  }),
  returns: z.object({ assignmentId: grantId }),
  errors: [
    'recording/not-found',
    'recording/erased',
    'retention/being-erased',
    'person/not-found',
    'assignment/person-unsuited',
    'assignment/day-unsuited',
  ],
})

/** Before its day. A viewing that it opened ends; one that ended before stays as it was. */
export const endAssignment = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/assignments/:assignmentId/end',
  session: 'person',
  params: z.object({ recordingId, assignmentId: grantId }),
  query: nothing,
  body: nothing,
  returns: nothing,
  errors: ['recording/not-found', 'recording/erased', 'retention/being-erased'],
})

/** To whom a recording can be assigned, and for which purposes. */
export const listAssignees = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/assignees',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({
    people: z.array(
      z.object({
        id: personId,
        name: z.string(),
        title: z.string(),
        purposes: z.array(z.object({ id: z.string(), label: words })),
      }),
    ),
  }),
  errors: ['recording/not-found', 'recording/erased', 'retention/being-erased'],
})

/** The wearer completes, or corrects, what the pack asks about switching on. Each version stays in the trail. */
export const completeActivation = endpoint({
  method: 'PUT',
  path: '/recordings/:recordingId/activation',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: activationRecord,
  returns: nothing,
  errors: [
    'recording/not-found',
    'recording/erased',
    'retention/being-erased',
    'activation/incomplete',
    'activation/not-in-pack',
    'activation/times-out-of-order',
  ],
})

/**
 * Whose key alone opens a package. `recipient` is one of age (age1…); `certificate` is X.509, PEM as it stands in its
 * file or base64 of the DER.
 */
export const encryptFor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('age'), recipient: z.string().trim().max(200) }),
  z.object({ kind: z.literal('certificate'), certificate: z.string().max(32_768) }),
])
export type EncryptFor = z.output<typeof encryptFor>

/** Asks a second person for the disclosure. Once approved, the asker finds the package with their approvals. */
export const exportRecording = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/exports',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({
    purpose: purposeId,
    reference: label.nullable(),
    /** Who receives the package: an authority, a lawyer, a person. */
    recipient: label,
    reason,
    /** Left out: anybody who has the package can open it. */
    encryptFor: encryptFor.optional(),
  }),
  returns: asked,
  errors: [
    'recording/not-found',
    'recording/erased',
    'retention/being-erased',
    'access/purpose-not-allowed',
    'export/age-recipient-wrong',
    'export/certificate-not-in-force',
    'export/certificate-unreadable',
    'export/certificate-unsuited',
    'export/signer-expired',
    'log/not-signed',
  ],
})

/** Whether Getuige is well: what is stored, whether it is whole, and the codec engine that makes storyboards. */
export const getStatus = endpoint({
  method: 'GET',
  path: '/status',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    version: z.string(),
    recordings: z.int(),
    storedBytes: z.int(),
    freeBytes: z.int(),
    stores: z.object({
      /** Objects of the corps that are damaged now: neither shown nor exported. */
      damaged: z.int(),
      /** Objects that were never read again since they were sealed. */
      unchecked: z.int(),
      /** Every object was read again since then; null while some never was, or there is none. */
      checkedSince: instant.nullable(),
      /** Objects of erased recordings, opened by no key, that a store still has. */
      waitingRemovals: z.int(),
      /** Objects that the second store does not have yet; null where there is none. */
      waitingCopies: z.int().nullable(),
    }),
    codecEngine: z.string(),
    /** The newest back-up; null where none are made. Overdue: none, or none for two days. */
    backup: z.object({ madeAt: instant.nullable(), isOverdue: z.boolean() }).nullable(),
  }),
  errors: [],
})
