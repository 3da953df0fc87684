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

/**
 * Why a log is not signed as it stands. `head-ahead`: the database was set back. `head-differs`: it was written anew.
 * `head-missing`, `head-bad`: what is kept beside it is gone, or is not of this log. `tiles-differ`: its tiles no longer
 * give the signed root. `origin-differs`: the log was begun under another name. `restored`: the database comes from a
 * back-up, and nobody here can know what was signed after it; the operator continues the log in another.
 */
export const logTrouble = z.enum([
  'head-ahead',
  'head-differs',
  'head-missing',
  'head-bad',
  'tiles-differ',
  'origin-differs',
  'restored',
])

/** For administrators and records officers: the custody logs, newest first, and who stands behind each. */
export const listLogs = endpoint({
  method: 'GET',
  path: '/custody/logs',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    /** Entries that no checkpoint covers yet. */
    waiting: z.number().int(),
    logs: z.array(
      z.object({
        origin: z.string(),
        /** Entries under the newest checkpoint. */
        size: z.number().int(),
        signedAt: instant.nullable(),
        /** Null: the log may still grow. */
        closedAt: instant.nullable(),
        /** Origin of the log that this one continues. */
        continues: z.string().nullable(),
        trouble: logTrouble.nullable(),
        /** The newest time stamp of each authority that stamped a checkpoint. */
        stamps: z.array(z.object({ authority: z.string(), size: z.number().int(), at: instant })),
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
