import { idPattern, type Id, type IdKind, languages, roles, type Words } from '@getuige/base'
import { z } from 'zod'
import { isSeen, isSeenWhole } from './seen.ts'

function idOf<K extends IdKind>(kind: K) {
  return z
    .string()
    .regex(idPattern(kind))
    .transform((text) => text as Id<K>)
}

export const corpsId = idOf('corps')
export const personId = idOf('person')
export const cameraId = idOf('camera')
export const dockId = idOf('dock')
export const recordingId = idOf('recording')
export const holdId = idOf('hold')
export const viewingId = idOf('viewing')
export const entryId = idOf('entry')
export const packageId = idOf('package')
export const documentId = idOf('document')
export const mandateId = idOf('mandate')
export const requestId = idOf('request')
export const grantId = idOf('grant')
export const approvalId = idOf('approval')
export const passkeyId = idOf('passkey')
export const sessionId = idOf('session')
export const markerId = idOf('marker')
export const taskId = idOf('task')
export const searchId = idOf('search')
export const correctionId = idOf('correction')
export const sidecarId = idOf('sidecar')

/** Recordings that something is asked of at once: at least one, each once. */
export const recordingIdsUpTo = (most: number) =>
  z
    .array(recordingId)
    .min(1)
    .max(most)
    .refine((ids) => new Set(ids).size === ids.length)

/** Years that a clock may show: beyond them lie dates that neither calendars nor the database can reckon with. */
export const isReckonable = (text: string) => text >= '1900' && text < '2200'
export const instant = z.iso.datetime({ offset: false }).refine(isReckonable)
export const day = z.iso.date().refine(isReckonable)
/** SHA-256, lower-case hexadecimal. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/)
export const role = z.enum(roles)
/** What somebody is to the corps: at least one thing, each once. */
export const personRoles = z
  .array(role)
  .min(1)
  .max(roles.length)
  .refine((all) => new Set(all).size === all.length)
/** Roles as somebody has them: none while all of them wait for a second person. */
export const heldRoles = z.array(role)
export const language = z.enum(languages)
export const words: z.ZodType<Words> = z.object({ nl: z.string(), fr: z.string(), de: z.string(), en: z.string() })

/** False for what no database or signed entry can keep: a NUL, or half of a surrogate pair. */
export const isKeepable = (text: string) => text.isWellFormed() && !text.includes('\0')

/** Words that are looked for, without the white space around them. */
export function soughtText(minLength: number, maxLength: number) {
  return z.string().trim().min(minLength).max(maxLength).refine(isKeepable)
}

/** Told as such: the person sees nothing wrong with what they wrote. */
export const unseen = { params: { problem: 'unseen' } }

/** Words that people give for others to read: so many signs that are seen. Empty only where that may be. */
export function freeText(minLength: number, maxLength: number) {
  const says = (text: string) => text.length < minLength || isSeen(text, minLength)
  return soughtText(minLength, maxLength).refine(says, unseen)
}

/** A name or label that people read: nothing in it that is not seen, but what its script needs, and never only white space. */
export const label = z.string().trim().min(1).max(120).refine(isSeenWhole, unseen)
/** Rank or function, such as “hoofdinspecteur”; may be empty. */
export const title = z.string().trim().max(120).refine(isSeenWhole, unseen)
/** Names a purpose of a law pack. */
export const purposeId = z
  .string()
  .min(1, { abort: true })
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/)
/** A reason that a person gives for an act. Must say something: an empty one is refused. */
export const reason = freeText(5, 2000)
export const login = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@+-]{1,99}$/)
/** At least twelve characters; nothing else is asked of it (NIST SP 800-63B). */
export const newPassword = z.string().min(12).max(256)

export const nothing = z.object({})
export const noParams = z.object({})

/**
 * May this user do this act on this thing, now? If not: the refusal to show, the rule of the law pack that decides (or
 * null when it is not a rule of law), the roles that may, and who could grant it, and how.
 */
export const permission = z.discriminatedUnion('allowed', [
  z.object({ allowed: z.literal(true) }),
  z.object({
    allowed: z.literal(false),
    because: z.enum([
      'role',
      'own-recordings-only',
      'assigned-recordings-only',
      'purpose',
      'window-over',
      'mandate-needed',
      'not-yet-viewable',
      'cannot-be-decoded',
      'bytes-damaged',
      'being-erased',
      'erased',
      'not-held',
      'nothing-due',
    ]),
    rule: z.object({ id: z.string(), label: words }).nullable(),
    whoMay: z.array(role),
    granting: z.array(z.object({ by: z.array(role), how: z.enum(['mandate', 'assignment', 'role', 'emergency']) })),
  }),
])
export type Permission = z.output<typeof permission>
