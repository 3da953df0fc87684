import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { freeText, grantId, instant, label, noParams, nothing, personId, recordingId } from './values.ts'

const somebody = z.object({ name: z.string(), title: z.string() })
const said = freeText(20, 5000)

export const emergencyVerdict = z.enum(['justified', 'not-justified'])

export const emergency = z.object({
  id: grantId,
  recordingId,
  recordedAt: instant,
  cameraLabel: z.string(),
  by: somebody.extend({ id: personId }),
  openedAt: instant,
  /** Until when the recording is open to them. */
  untilAt: instant,
  /** Who or what is in danger, in their words. */
  danger: z.string(),
  justifyBy: instant,
  /** Not justified by then, and still not. */
  isOverdue: z.boolean(),
  justified: z.object({ at: instant, words: z.string(), reference: z.string().nullable() }).nullable(),
  judged: z.object({ at: instant, by: somebody, verdict: emergencyVerdict, words: z.string() }).nullable(),
  may: z.object({ justify: z.boolean(), judge: z.boolean() }),
})
export type Emergency = z.output<typeof emergency>

/** Danger to life: opens the recording to this person at once, and alarms the data-protection officer. */
export const breakGlass = endpoint({
  method: 'POST',
  path: '/recordings/:recordingId/emergencies',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({ danger: said }),
  returns: z.object({ emergencyId: grantId, untilAt: instant, justifyBy: instant }),
  errors: [
    'recording/not-found',
    'recording/erased',
    'retention/being-erased',
    'media/not-playable',
    'emergency/unjustified',
  ],
})

/** Own ones, and for the data-protection officer all; newest first, those that wait for somebody before all others. */
export const listEmergencies = endpoint({
  method: 'GET',
  path: '/emergencies',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ emergencies: z.array(emergency), may: z.object({ judge: z.boolean() }) }),
  errors: [],
})

const onEmergency = {
  method: 'POST',
  session: 'person',
  params: z.object({ emergencyId: grantId }),
  query: nothing,
} as const

/** By whoever broke the glass: what happened, and which file it belongs to. */
export const justifyEmergency = endpoint({
  ...onEmergency,
  path: '/emergencies/:emergencyId/justify',
  body: z.object({ words: said, reference: label.nullable() }),
  returns: nothing,
  errors: ['emergency/not-found', 'emergency/already-justified'],
})

/** By the data-protection officer; never on their own. */
export const judgeEmergency = endpoint({
  ...onEmergency,
  path: '/emergencies/:emergencyId/judge',
  body: z.object({ verdict: emergencyVerdict, words: said }),
  returns: nothing,
  errors: ['emergency/not-found', 'emergency/already-judged', 'emergency/not-justified-yet'],
})
