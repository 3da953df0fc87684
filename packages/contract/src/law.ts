import { z } from 'zod'
import { approvedAct } from './approvals.ts'
import { endpoint } from './endpoint.ts'
import { day, instant, noParams, nothing, permission, reason, recordingId, role, words } from './values.ts'

export const period = z
  .strictObject({ days: z.int().min(0).max(36_500).exactOptional(), months: z.int().min(0).max(1200).exactOptional() })
  .refine(({ days = 0, months = 0 }) => days + months > 0)

/** What a corps sets for itself within the bounds of its pack; left out: as the pack has it. */
export const corpsSettings = z.strictObject({
  keepFor: period.exactOptional(),
  warnings: z.int().min(0).max(100).exactOptional(),
  preRecordSeconds: z.int().min(0).max(86_400).exactOptional(),
  viewingIdleMinutes: z.int().min(1).max(1440).exactOptional(),
  logRetention: period.exactOptional(),
  /** Ids of the optional purposes that the corps uses. */
  purposes: z.array(z.string().max(64)).max(50).exactOptional(),
})
export type LawSettings = z.output<typeof corpsSettings>
export const settingNames = [
  'keepFor',
  'warnings',
  'preRecordSeconds',
  'viewingIdleMinutes',
  'logRetention',
] as const satisfies readonly (keyof LawSettings)[]
export type SettingName = (typeof settingNames)[number]

export const lawRule = z.object({
  id: z.string(),
  label: words,
  source: words,
  article: z.string().nullable(),
  since: day,
  confidence: z.enum(['H', 'M', 'L']),
  /** Told, and no value rests on it. */
  isInformative: z.boolean(),
})
export type LawRule = z.output<typeof lawRule>

const value = z.union([z.number(), z.object({ days: z.int().exactOptional(), months: z.int().exactOptional() })])
/** A number, or a calendar period. */
export type SettingValue = z.output<typeof value>

/** A law as it holds: every value, and the rule each comes from. */
export const lawDescription = z.object({
  key: z.string(),
  packId: z.string(),
  version: z.int(),
  basedOn: z.string().nullable(),
  since: day,
  status: z.enum(['draft', 'confirmed']),
  label: words,
  timeZone: z.string(),
  rules: z.array(lawRule),
  settings: z.array(
    z.object({
      name: z.enum(settingNames),
      value,
      /** As the pack has it where the corps sets nothing. */
      ofPack: value,
      least: value,
      most: value,
      ruleId: z.string(),
    }),
  ),
  holdKinds: z.array(z.object({ id: z.string(), label: words })),
  triggers: z.array(z.object({ id: z.string(), label: words })),
  exceptions: z.array(z.object({ id: z.string(), label: words })),
  purposes: z.array(
    z.object({
      id: z.string(),
      label: words,
      legalBasis: words,
      asksReference: z.boolean(),
      /** Serves only a corps that chose it. */
      isOptional: z.boolean(),
      /** The corps uses it. */
      isInUse: z.boolean(),
      roles: z.array(role),
      acts: z.array(z.string()),
      window: z
        .object({
          within: z.object({ days: z.int().exactOptional(), months: z.int().exactOptional() }),
          afterwards: z.enum(['closed', 'mandate']),
          ruleId: z.string(),
        })
        .nullable(),
      ruleId: z.string(),
    }),
  ),
  approvals: z.array(
    z.object({
      act: approvedAct,
      roles: z.array(role),
      expiresAfter: z.object({ days: z.int().exactOptional(), months: z.int().exactOptional() }),
      ruleId: z.string(),
    }),
  ),
  emergency: z.object({
    roles: z.array(role),
    opensForHours: z.int(),
    justifyWithinHours: z.int(),
    ruleId: z.string(),
  }),
})
export type LawDescription = z.output<typeof lawDescription>

export const packSummary = z.object({
  id: z.string(),
  version: z.int(),
  basedOn: z.string().nullable(),
  label: words,
  status: z.enum(['draft', 'confirmed']),
  since: day,
})
export type PackSummary = z.output<typeof packSummary>

/** The law in force for the corps of the caller, what else there is, and what was adopted when and by whom. */
export const getLaw = endpoint({
  method: 'GET',
  path: '/law',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    inForce: lawDescription,
    /** The newest version of each, those of the same family as the law in force first. */
    packs: z.array(packSummary),
    adoptions: z.array(
      z.object({
        key: z.string(),
        label: words,
        inForceFrom: instant,
        adoptedAt: instant,
        /** Null: chosen when the corps was established. */
        adoptedBy: z.string().nullable(),
        approvedBy: z.string().nullable(),
        reason: z.string(),
        alsoExisting: z.boolean(),
        /** The one that holds for what is recorded now. */
        isInForce: z.boolean(),
      }),
    ),
    may: z.object({ simulate: permission, adopt: permission }),
  }),
  errors: [],
})

/** A pack to read, in its newest version, as it holds where a corps sets nothing. */
export const readPack = endpoint({
  method: 'GET',
  path: '/law/packs/:packId',
  session: 'person',
  params: z.object({ packId: z.string().max(64) }),
  query: nothing,
  body: nothing,
  returns: lawDescription,
  errors: ['law/pack-unknown'],
})

const candidate = { packId: z.string().max(64), settings: corpsSettings }

/**
 * What another law would do to the recordings that are here, before anything changes. Nothing is entered or kept. As if
 * each had been made under it, on the day asked (today unless told); and what adopting it would really change.
 */
export const simulateLaw = endpoint({
  method: 'POST',
  path: '/law/simulation',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ ...candidate, asOf: day.optional() }),
  returns: z.object({
    key: z.string(),
    isSameAsInForce: z.boolean(),
    asOf: day,
    /** Recordings that are kept now: neither erased nor being erased. */
    recordings: z.int(),
    held: z.int(),
    /** As if each recording had been made under this law; held ones are never erased and not counted in these. */
    due: z.object({
      same: z.int(),
      earlier: z.int(),
      later: z.int(),
      /** Of those earlier, and of those later: the least and the most days by which they move. */
      earlierDays: z.object({ least: z.int(), most: z.int() }).nullable(),
      laterDays: z.object({ least: z.int(), most: z.int() }).nullable(),
      /** Due by the end of the day asked: under this law alone, and as it stands. The night after erases them. */
      erasedAtOnce: z.int(),
      erasedAnyway: z.int(),
    }),
    /** For each role and purpose that either law has: how many may be viewed now, and under this law. */
    viewing: z.array(
      z.object({
        role,
        purposeId: z.string(),
        label: words,
        before: z.int(),
        after: z.int(),
        opened: z.int(),
        closed: z.int(),
        /** How long the purpose alone suffices; null: as long as a recording is kept, or there is no such purpose. */
        windowBefore: z.object({ days: z.int().exactOptional(), months: z.int().exactOptional() }).nullable(),
        windowAfter: z.object({ days: z.int().exactOptional(), months: z.int().exactOptional() }).nullable(),
      }),
    ),
    /** What adopting does to those that are here. By itself nothing; with “also those already there”, this. */
    existing: z.object({
      /** Null when it may. Another family of law never reaches back. */
      refusal: z.enum(['other-pack']).nullable(),
      /** Days move earlier alone, never later. */
      earlier: z.int(),
      erasedNextRun: z.int(),
    }),
  }),
  errors: ['law/pack-unknown', 'law/setting-out-of-bounds'],
})

/** The recordings that a figure of a simulation counts, oldest first: ids and moments alone. */
export const simulateLawRecordings = endpoint({
  method: 'POST',
  path: '/law/simulation/recordings',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({
    ...candidate,
    asOf: day.optional(),
    change: z.enum(['erased-at-once', 'earlier', 'later', 'held']),
    after: recordingId.optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  returns: z.object({
    recordings: z.array(
      z.object({ id: recordingId, recordedAt: instant, dueOn: day, newDueOn: day, mayOpen: z.boolean() }),
    ),
    next: recordingId.nullable(),
  }),
  errors: ['law/pack-unknown', 'law/setting-out-of-bounds'],
})

/** Ask that the corps takes a law. A second person approves; then it holds from the instant on. */
export const adoptLaw = endpoint({
  method: 'POST',
  path: '/law/adoptions',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({
    ...candidate,
    /** Null: from the moment it is approved. */
    inForceFrom: instant.nullable(),
    /** Move the days of recordings that are here too, where that is earlier. */
    alsoExisting: z.boolean(),
    reason,
  }),
  returns: z.object({ approvalId: z.string(), expiresAt: instant }),
  errors: [
    'law/pack-unknown',
    'law/setting-out-of-bounds',
    'law/in-the-past',
    'law/already-in-force',
    'law/not-for-existing',
  ],
})
