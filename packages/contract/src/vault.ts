import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { instant, noParams, nothing, recordingId } from './values.ts'

/** What is kept sealed of a recording: itself, what was made from it, and files that came beside it. */
export const vaultObjects = [
  'payload',
  'storyboard',
  'poster',
  'scrub',
  'waveform',
  'track',
  'proxy',
  'sidecar',
] as const

/** For administrators: objects of the corps found damaged, newest first, the last 200. */
export const listAlarms = endpoint({
  method: 'GET',
  path: '/vault/alarms',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    alarms: z.array(
      z.object({
        recordingId,
        object: z.enum(vaultObjects),
        /** The store that recordings are read from, or the one that has every object too. */
        place: z.enum(['first', 'second']),
        what: z.enum(['missing', 'truncated', 'altered']),
        foundAt: instant,
        /** Null while it is damaged: until then it is neither shown nor exported. */
        endedAt: instant.nullable(),
        /** Gone: erased, or replaced by another. */
        endedBy: z.enum(['restored', 'gone']).nullable(),
      }),
    ),
  }),
  errors: [],
})
