import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { digest, instant, isKeepable, noParams, nothing, recordingId } from './values.ts'

/**
 * Recordings come in by tus 1.0 (https://tus.io) at this path, with the extensions creation, expiration and
 * termination. A browser is known by its session, a dock by `authorization: Bearer TOKEN`. `upload-metadata` carries
 * the fields of `announcement`; refusals are answered as `Refusal`.
 */
export const uploadPath = '/api/uploads'

/**
 * What is announced before the first byte, each field base64 in `upload-metadata`. A dock that can read the clock of the
 * camera tells what it showed and what its own clock showed at that moment: both, or neither.
 */
export const announcement = z.object({
  filename: z.string().min(1).max(255).refine(isKeepable),
  /** Of the whole recording; it must match what arrives. */
  sha256: digest,
  /** Serial of the camera that made the recording. */
  camera: z.string().min(1).max(64).refine(isKeepable),
  cameraClock: instant.optional(),
  dockClock: instant.optional(),
})
export type Announcement = z.output<typeof announcement>

/**
 * The receipt for a recording that was received, found by its digest: a signed note (docs/formats/receipt.md).
 * `ingest/not-received` until every byte is sealed and entered in the custody log. Session or dock token.
 */
export const getReceipt = endpoint({
  method: 'GET',
  path: '/receipts/:sha256',
  session: 'none',
  params: z.object({ sha256: digest }),
  query: nothing,
  body: nothing,
  returns: z.object({ recordingId, receipt: z.string() }),
  errors: ['ingest/not-received', 'ingest/already-erased', 'dock/token-refused', 'session/none'],
})

/** The key that signs receipts, checkpoints and packages of the caller's corps, as a signed-note verifier key. */
export const getSignerKey = endpoint({
  method: 'GET',
  path: '/signer-key',
  session: 'none',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ vkey: z.string(), pem: z.string() }),
  errors: ['dock/token-refused', 'session/none'],
})
