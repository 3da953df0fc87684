import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { logTrouble, witnessState } from './custody.ts'
import {
  day,
  digest,
  entryId,
  soughtText,
  instant,
  language,
  noParams,
  nothing,
  personId,
  purposeId,
  reason,
  recordingId,
  role,
  words,
} from './values.ts'

/** What art. 25 of Directive (EU) 2016/680 asks to be logged. */
export const verb = z.enum(['collect', 'alter', 'consult', 'disclose', 'combine', 'erase'])
export type LogVerb = z.output<typeof verb>

/** All that are given must hold. */
export const accessLogFilters = z.object({
  from: day.optional(),
  /** That day too. */
  to: day.optional(),
  verb: verb.optional(),
  /** A kind of entry, such as `viewing-started` or `access-refused`. */
  type: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .optional(),
  personId: personId.optional(),
  /** Words of the name or title of who acted, as it was then. */
  person: soughtText(1, 120).optional(),
  recordingId: recordingId.optional(),
  purpose: purposeId.optional(),
  /** Words of whom something was handed to. */
  recipient: soughtText(1, 120).optional(),
  /** Words of a reason or number; one that ends in `*` may go on. */
  words: soughtText(1, 200).optional(),
  /** What was done with recordings and with the log itself, or every entry. */
  scope: z.enum(['processing', 'everything']).default('processing'),
})
export type AccessLogFilters = z.output<typeof accessLogFilters>

export const accessLogEntry = z.object({
  id: entryId,
  at: instant,
  /** Null: no processing of recordings, such as a change of people or settings. */
  verb: verb.nullable(),
  type: z.string(),
  /** What was done, in words. */
  label: words,
  /** As they were at the time. Null: the words of the entry are erased. */
  actor: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('person'),
        id: personId,
        name: z.string(),
        title: z.string(),
        roles: z.array(role),
      }),
      z.object({ kind: z.literal('dock'), name: z.string() }),
      z.object({ kind: z.literal('system') }),
    ])
    .nullable(),
  /** `camera` as it is known now; null for a recording that is in no register. */
  recording: z.object({ id: recordingId, camera: z.string().nullable() }).nullable(),
  purpose: z.object({ id: z.string(), label: words.nullable() }).nullable(),
  reason: z.string().nullable(),
  /** Number of the report, complaint or file that was given. */
  reference: z.string().nullable(),
  legalBasis: words.nullable(),
  ruleIds: z.array(z.string()),
  recipient: z.string().nullable(),
  /** Of a search or an export of the log: what was asked for, words left out. */
  asked: z.record(z.string(), z.union([z.string(), z.boolean()])).nullable(),
  /** Where it stands in its log. */
  log: z.object({ origin: z.string(), index: z.int() }),
})
export type AccessLogEntry = z.output<typeof accessLogEntry>

/** Newest first. Not by GET: names and words do not stand in addresses. Each search is itself entered. */
export const searchAccessLog = endpoint({
  method: 'POST',
  path: '/access-log/search',
  session: 'person',
  params: noParams,
  query: nothing,
  body: accessLogFilters.extend({
    /** `next` of the page before. */
    after: z.string().max(80).optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  returns: z.object({
    entries: z.array(accessLogEntry),
    next: z.string().nullable(),
    /** Entries that have no place in the log yet, and are not found. More than a few: the log is not signed. */
    waiting: z.int(),
    /** What the filters can choose from. */
    purposes: z.array(z.object({ id: z.string(), label: words })),
    types: z.array(z.object({ id: z.string(), label: words })),
  }),
  errors: [],
})

export const accessLogFormats = ['csv', 'jsonl'] as const

/**
 * Make a copy of what the filters find, oldest first, and sign it: CAdES over the file, detached. File and signature can
 * be fetched for a while at `/api/access-log/exports/ID/file` and `/signature`. Entered with its digest before that.
 */
export const exportAccessLog = endpoint({
  method: 'POST',
  path: '/access-log/exports',
  session: 'person',
  params: noParams,
  query: nothing,
  body: accessLogFilters.extend({ format: z.enum(accessLogFormats), language, reason }),
  returns: z.object({
    entries: z.int(),
    sha256: digest,
    fileName: z.string(),
    fileUrl: z.string(),
    signatureUrl: z.string(),
    expiresAt: instant,
  }),
  errors: ['export/signer-expired', 'log/not-signed'],
})

/** What to look at. Each is about accesses; none compares people. */
export const outlierRules = [
  'at-night',
  'same-recording-often',
  'own-recording',
  'shortly-before-erasure',
  'many-in-an-hour',
  'reason-says-nothing',
] as const
export const outlierRule = z.enum(outlierRules)

const week = z.object({ begins: day, viewings: z.int(), disclosures: z.int() })

/** The console of those who oversee: numbers from live data, and where to look. Reading it changes nothing. */
export const getOversight = endpoint({
  method: 'GET',
  path: '/oversight',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    madeAt: instant,
    /** Days that outliers and refusals are counted over. */
    days: z.int(),
    /** Weeks from Monday on, oldest first; the last is not over. */
    purposes: z.array(
      z.object({
        id: z.string(),
        label: words.nullable(),
        weeks: z.array(week),
        /** What a week of the full ones before would hold by chance alone: mean and two deviations of a count. */
        usual: z.object({ from: z.int(), to: z.int() }),
        /** The last full week lies outside of that. */
        isUnusual: z.boolean(),
      }),
    ),
    viewings: z.int(),
    outliers: z.array(
      z.object({
        rule: outlierRule,
        count: z.int(),
        /** The numbers of the rule, by name. */
        numbers: z.record(z.string(), z.union([z.int(), z.string()])),
      }),
    ),
    /** `rule` is null where the law in force has none of that name. */
    refusals: z.array(
      z.object({ rule: words.nullable(), because: z.string(), ruleId: z.string().nullable(), count: z.int() }),
    ),
    emergencies: z.object({
      /** Of the days counted. */
      broken: z.int(),
      /** Of all times: not justified yet, and of these beyond their time. */
      unjustified: z.int(),
      overdue: z.int(),
    }),
    holds: z.object({
      untouchedDays: z.int(),
      inForce: z.int(),
      /** Oldest first, the first fifty. */
      untouched: z.array(
        z.object({
          recordingId,
          number: z.string(),
          kind: z.string(),
          placedAt: instant,
          lastActAt: instant.nullable(),
        }),
      ),
      untouchedCount: z.int(),
    }),
    erasures: z.object({
      /** A day and more past their period, and not held. */
      overdue: z.int(),
      oldestDueAt: instant.nullable(),
      lastRunAt: instant.nullable(),
    }),
    /** Roles that somebody has, and in which of `days` nobody acted. `lastActAt` of the roles that are used too. */
    roles: z.object({
      days: z.int(),
      list: z.array(z.object({ role, people: z.int(), lastActAt: instant.nullable(), isUnused: z.boolean() })),
    }),
    signIns: z.object({ lockedNow: z.int(), locked: z.int() }),
    logs: z.array(
      z.object({
        origin: z.string(),
        size: z.int(),
        trouble: logTrouble.nullable(),
        witnesses: z.array(
          z.object({
            name: z.string(),
            state: witnessState,
            cosignedSize: z.int().nullable(),
            cosignedAt: instant.nullable(),
          }),
        ),
      }),
    ),
    storage: z.object({
      damaged: z.int(),
      checkedSince: instant.nullable(),
      backup: z.object({ madeAt: instant.nullable(), isOverdue: z.boolean() }).nullable(),
    }),
    /** Entries whose words were erased because their time was over, and the last time that was done. */
    wordsErased: z.object({ entries: z.int(), lastAt: instant.nullable() }),
  }),
  errors: [],
})

/** The accesses that a rule points at, newest first: entries of the log as they are. */
export const listOutliers = endpoint({
  method: 'GET',
  path: '/oversight/outliers/:rule',
  session: 'person',
  params: z.object({ rule: outlierRule }),
  query: nothing,
  body: nothing,
  returns: z.object({ entries: z.array(accessLogEntry), count: z.int() }),
  errors: [],
})

export const oversightDocuments = ['register-of-uses', 'processing-record'] as const
export const oversightDocument = z.enum(oversightDocuments)
export type OversightDocument = z.output<typeof oversightDocument>

/** A document in one language, made of live settings and numbers. Entered each time it is made. */
export const getOversightDocument = endpoint({
  method: 'GET',
  path: '/oversight/documents/:document',
  session: 'person',
  params: z.object({ document: oversightDocument }),
  query: z.object({ language, from: day.optional(), to: day.optional() }),
  body: nothing,
  returns: z.object({
    title: z.string(),
    /** What it is made under and for, a line each. */
    facts: z.array(z.object({ name: z.string(), value: z.string() })),
    sections: z.array(
      z.object({
        heading: z.string(),
        text: z.array(z.string()),
        table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }).nullable(),
      }),
    ),
  }),
  errors: [],
})
export type OversightDocumentText = z.output<typeof getOversightDocument.returns>

/** Markdown of a document, or the uses themselves as CSV. */
export const oversightDocumentPath = (document: OversightDocument, format: 'markdown' | 'csv') =>
  `/api/oversight/documents/${document}/${format}`
