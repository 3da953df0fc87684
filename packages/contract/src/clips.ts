import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { digest, nothing, reason, recordingId, taskId, viewingId } from './values.ts'

/** How a clip was cut: packets copied, from the key frame at or before the in point; or decoded and encoded, exactly. */
export const clipMethod = z.enum(['key-frames', 'exact'])

/** Of a clip: what it was cut from. */
export const clipOrigin = z.object({
  recordingId,
  /** Digest of the original, as it was when this was cut from it. */
  sha256: digest,
  /** What was asked for, in ms of the original. */
  inMs: z.int(),
  outMs: z.int(),
  /** What it holds: with `key-frames` it begins earlier, at a key frame. */
  fromMs: z.int(),
  toMs: z.int(),
  method: clipMethod,
  /** The program and its options, as they were given. */
  madeBy: z.string(),
  reason: z.string(),
})
export type ClipOrigin = z.output<typeof clipOrigin>

/** Cut a part out of the recording of a viewing, as a recording of its own. Done by a task. */
export const makeClip = endpoint({
  method: 'POST',
  path: '/viewings/:viewingId/clips',
  session: 'person',
  params: z.object({ viewingId }),
  query: nothing,
  body: z.object({
    inMs: z.int().min(0).max(1_000_000_000),
    outMs: z.int().min(1).max(1_000_000_000),
    method: clipMethod,
    reason,
  }),
  returns: z.object({ taskId }),
  errors: ['viewing/not-found', 'viewing/ended', 'clip/outside', 'clip/no-engine', 'vault/damaged', 'task/too-many'],
})
