import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { instant, noParams, nothing } from './values.ts'

/**
 * How it stands between a witness and a log. `cosigned`: at the size the log has now. `waiting`: it will be asked within
 * a minute. `rewritten`: an alarm, what we signed contradicts what it cosigned. The others: it does not cosign, and why.
 */
export const witnessState = z.enum([
  'cosigned',
  'waiting',
  'unreachable',
  'refused',
  'log-unknown',
  'signature-refused',
  'answer-wrong',
  'rewritten',
])

/** For administrators and records officers: what the configured witnesses have cosigned, newest log first. */
export const listWitnesses = endpoint({
  method: 'GET',
  path: '/custody/witnesses',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    logs: z.array(
      z.object({
        origin: z.string(),
        /** Entries under the newest checkpoint. */
        size: z.number().int(),
        signedAt: instant.nullable(),
        /** Null: the log may still grow. */
        closedAt: instant.nullable(),
        /** None where none is configured. */
        witnesses: z.array(
          z.object({
            name: z.string(),
            cosignedSize: z.number().int().nullable(),
            /** By the clock of the witness, to the second. */
            cosignedAt: instant.nullable(),
            askedAt: instant.nullable(),
            state: witnessState,
            /** When it ceased to cosign; null while it does. */
            since: instant.nullable(),
          }),
        ),
      }),
    ),
  }),
  errors: [],
})
