import { z } from 'zod'
import { clipOrigin } from './clips.ts'
import { endpoint } from './endpoint.ts'
import { clockDrift, damagedPart, proxyFacts, rendition, scrubSheet, sidecar, trackSource } from './media.ts'
import {
  cameraId,
  day,
  digest,
  entryId,
  freeText,
  soughtText,
  grantId,
  holdId,
  instant,
  isReckonable,
  noParams,
  nothing,
  permission,
  personId,
  purposeId,
  recordingId,
  role,
  words,
} from './values.ts'

/** Where a recording is in its life. Held and due are not states: see `keptUntil`. */
export const recordingState = z.enum(['stored', 'viewable', 'erasing', 'erased'])

export const holdKind = z.enum(['report', 'complaint', 'judicial-procedure'])

export const hold = z.object({
  id: holdId,
  kind: holdKind,
  /** Number of the report or complaint the recording is kept for. */
  number: z.string(),
  reason: z.string(),
  placedAt: instant,
  placedBy: z.string(),
})
export type Hold = z.output<typeof hold>

/** Until when a recording is kept, and because of what. The one thing every list and page shows the same way. */
export const keptUntil = z.object({
  because: z.enum(['within-period', 'held', 'period-over', 'erased']),
  /** The instant the period of the pack ends (ended). A hold keeps the recording beyond it. */
  dueAt: instant,
  /** The calendar day of `dueAt` where the rule applies. */
  dueOn: day,
  /** Whole days from the server's now until `dueOn`; negative once past. */
  daysLeft: z.int(),
  /** Length of the whole period in days, for the bar. */
  periodDays: z.int(),
  rule: z.object({ id: z.string(), label: words, source: words, status: z.enum(['draft', 'confirmed']) }),
  /** In force now, oldest first. */
  holds: z.array(hold),
  erasedAt: instant.nullable(),
})
export type KeptUntil = z.output<typeof keptUntil>

/** How the activation record stands under the pack: complete, an exception was named, or missing and to be marked. */
export const activationStanding = z.enum(['warned', 'exception', 'missing', 'not-asked'])

export const mediaStanding = z.object({
  durationMs: z.number().nullable(),
  /** What is told of its length, and its pictures, are of its proxy: see `givesTimes`. */
  isTimedByProxy: z.boolean(),
  damage: z.enum(['none', 'no-index', 'truncated', 'unreadable']),
  /** False: kept as received, but only an export can give it out. Null: not probed yet. */
  playable: z.boolean().nullable(),
  /** Null: not probed yet. */
  rendition: rendition.nullable(),
  hasStoryboard: z.boolean(),
  /** Where there is one, at `/scrub`. */
  scrub: scrubSheet.nullable(),
  hasTrack: z.boolean(),
  /** It was cut from another recording. */
  isClip: z.boolean(),
})

export const recordingRow = z.object({
  id: recordingId,
  state: recordingState,
  recordedAt: instant,
  /** Where `recordedAt` comes from: the file itself, or, lacking that, the moment of receipt. */
  recordedAtFrom: z.enum(['file', 'receipt']),
  receivedAt: instant,
  sizeBytes: z.int(),
  /** The stored bytes are not those received: until they are restored it is neither shown nor exported. */
  isDamaged: z.boolean(),
  camera: z.object({ id: cameraId, label: z.string(), serial: z.string() }),
  /** Whether its pictures may be shown to this person now. */
  mayPreview: z.boolean(),
  /** Null: nobody carried the camera at that moment as far as is known. */
  wearer: z.object({ id: personId, name: z.string() }).nullable(),
  media: mediaStanding,
  keptUntil,
  activation: activationStanding,
  tags: z.array(z.string()),
})
export type RecordingRow = z.output<typeof recordingRow>

/** A calendar day, or a minute of it as clocks show it: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`. */
export const moment = z.union([
  day,
  z.iso.datetime({ local: true, precision: -1 }).refine((text) => isReckonable(text) && !text.endsWith('Z')),
])

/** The filters of the list, as they stand in the URL of the screen. All that are given must hold. */
export const recordingFilters = z.object({
  /**
   * viewable ●, held ◆, due soon ◔ (7 days or less), damaged ▲ (as received, or since), waiting ◌ (not probed yet, or its
   * proxy is being made), erased ○.
   */
  show: z.enum(['all', 'viewable', 'held', 'due-soon', 'damaged', 'waiting', 'erased']).optional(),
  /** It ran during these, both counted in: by the clock of the corps. */
  from: moment.optional(),
  to: moment.optional(),
  cameraId: cameraId.optional(),
  wearerId: personId.optional(),
  activation: activationStanding.optional(),
  /** Words found in camera, wearer, file name, file number, tags or notes; the last may be the beginning of one. */
  q: soughtText(0, 100).optional(),
  tag: soughtText(1, 40).optional(),
  /** A file number: of a hold, an assignment or a decision of the prosecutor. */
  file: soughtText(1, 100).optional(),
  /** A purpose for which it was viewed or opened to somebody. */
  purpose: purposeId.optional(),
  /** A rectangle that its place or track touches: west, south, east, north, in degrees; west and east may go round. */
  place: z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,6})?(,-?\d{1,3}(\.\d{1,6})?){3}$/)
    .refine((text) => {
      const [west = 0, south = 0, east = 0, north = 0] = text.split(',').map(Number)
      return -90 <= south && south <= north && north <= 90 && Math.max(Math.abs(west), Math.abs(east)) <= 540
    })
    .optional(),
  /** Seconds. */
  longerThan: z.coerce.number().int().min(0).max(1_000_000).optional(),
  shorterThan: z.coerce.number().int().min(0).max(1_000_000).optional(),
})
export type RecordingFilters = z.output<typeof recordingFilters>

/** How far recordings are counted in a list. One more stands for any number above. */
export const countedUpTo = 1_000

/** Newest recording first. Erased ones are listed only by `show=erased`. */
export const listRecordings = endpoint({
  method: 'GET',
  path: '/recordings',
  session: 'person',
  params: noParams,
  query: recordingFilters.extend({
    /** `next` of the page before. */
    after: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  body: nothing,
  returns: z.object({
    recordings: z.array(recordingRow),
    next: z.string().nullable(),
  }),
  errors: [],
})

/** Cameras and wearers of the recordings that whoever asks may know of, for the filters to choose from. */
export const listRecordingChoices = endpoint({
  method: 'GET',
  path: '/recording-choices',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({
    cameras: z.array(z.object({ id: cameraId, label: z.string() })),
    wearers: z.array(z.object({ id: personId, name: z.string() })),
  }),
  errors: [],
})

/** Up to `countedUpTo`. Null: not known, since counting took too long. */
const boundedCount = z.int().nullable()

/** How many each choice of `show` lists, with the other filters as they are. Asked beside the list, which does not wait. */
export const countRecordings = endpoint({
  method: 'GET',
  path: '/recording-counts',
  session: 'person',
  params: noParams,
  query: recordingFilters.extend({
    /** Count `show` alone; the others are not known. */
    only: z.literal('show').optional(),
  }),
  body: nothing,
  returns: z.object({
    counts: z.object({
      all: boundedCount,
      viewable: boundedCount,
      held: boundedCount,
      'due-soon': boundedCount,
      damaged: boundedCount,
      waiting: boundedCount,
      erased: boundedCount,
    }),
  }),
  errors: [],
})

/** A recording that is in somebody's file: theirs to see for that purpose, until a day. */
export const assignment = z.object({
  id: grantId,
  person: z.object({ id: personId, name: z.string() }),
  purpose: z.string(),
  reference: z.string(),
  from: instant,
  until: instant,
  assignedBy: z.string(),
})
export type Assignment = z.output<typeof assignment>

export const purposeChoice = z.object({
  id: z.string(),
  label: words,
  legalBasis: words,
  /** The pack asks for a report or complaint number with this purpose. */
  asksReference: z.boolean(),
  /** What a well-formed number looks like; another is told, not refused. */
  referencePattern: z.string().nullable(),
  /** Null: it does not serve that act. */
  may: z.object({ view: permission.nullable(), export: permission.nullable() }),
})
export type PurposeChoice = z.output<typeof purposeChoice>

/** What the pack of the recording says of activation, and lets a wearer choose from in the record of it. */
export const activationChoices = z.object({
  warningsAsked: z.int(),
  /** How much of the beginning was kept from before the camera was switched on. */
  preRecordSeconds: z.int(),
  exceptions: z.array(z.object({ id: z.string(), label: words })),
  triggers: z.array(z.object({ id: z.string(), label: words })),
})

export const activationRecord = z.object({
  firstWarningAt: instant.nullable(),
  secondWarningAt: instant.nullable(),
  /** Id of the exception of the pack that explains missing warnings. */
  exception: z.string().nullable(),
  trigger: z.string(),
  effect: z.enum(['calmed', 'unchanged', 'escalated']),
  note: freeText(0, 2000),
})
export type ActivationRecord = z.output<typeof activationRecord>

export const recording = recordingRow.extend({
  originalName: z.string(),
  sha256: digest,
  payloadSha256: digest,
  facts: z
    .object({
      container: z.string().nullable(),
      video: z
        .object({
          codec: z.string(),
          widthPx: z.int(),
          heightPx: z.int(),
          framesPerSecond: z.number().nullable(),
        })
        .nullable(),
      audio: z.object({ codec: z.string(), channels: z.int(), sampleRateHz: z.int() }).nullable(),
      location: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
      /** Every track of pictures, the one in `video` among them. */
      pictureTracks: z.int(),
      /** Every sound track, the one in `audio` first. */
      audioTracks: z.int(),
      rotation: z.int(),
      isVariableFrameRate: z.boolean(),
      /** When the camera says it began, by its own clock. */
      createdAt: instant.nullable(),
      make: z.string().nullable(),
      model: z.string().nullable(),
      serial: z.string().nullable(),
      firmware: z.string().nullable(),
      /** The file carries signatures of its camera; whether they hold is for the tools of its maker. */
      signedVideo: z.string().nullable(),
      trackFrom: trackSource.nullable(),
      drift: clockDrift.nullable(),
    })
    .nullable(),
  /** What is wrong with it, on its own time line. */
  damages: z.array(damagedPart),
  proxy: proxyFacts.nullable(),
  sidecars: z.array(sidecar),
  /** What it was cut from; null: as its camera made it. */
  clipOf: clipOrigin
    .extend({
      /** Null: not for whoever asks to know of. */
      recordingId: recordingId.nullable(),
      /** Null: wearers are told what became of their recording, not why. */
      reason: z.string().nullable(),
    })
    .nullable(),
  /** Recordings that were cut from it and still exist. */
  clips: z.array(z.object({ id: recordingId, inMs: z.int(), outMs: z.int() })),
  activationRecord: activationRecord.extend({ completedAt: instant, completedBy: z.string() }).nullable(),
  activationChoices,
  purposes: z.array(purposeChoice),
  assignments: z.array(assignment),
  may: z.object({
    view: permission,
    assign: permission,
    requestMandate: permission,
    breakGlass: permission,
    placeHold: permission,
    liftHold: permission,
    export: permission,
    completeActivation: permission,
  }),
})
export type Recording = z.output<typeof recording>

export const getRecording = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: recording,
  errors: ['recording/not-found'],
})

/** JPEG answers at `/api/recordings/:id/storyboard` (8 frames of 160 px side by side), `/poster` and `/scrub`. */
export const pictureKinds = ['storyboard', 'poster', 'scrub'] as const

export const trailEntryTypes = [
  'recording-received',
  'recording-probed',
  'proxy-made',
  'sidecar-received',
  'preview-shown',
  'viewing-started',
  'viewing-ended',
  'access-refused',
  'recording-assigned',
  'assignment-ended',
  'hold-placed',
  'hold-lifted',
  'law-changed',
  'erasure-announced',
  'erasure-ordered',
  'activation-completed',
  'clip-made',
  'tags-changed',
  'marker-added',
  'marker-changed',
  'marker-removed',
  'clock-corrected',
  'package-exported',
  'recording-damaged',
  'recording-restored',
  'erasure-begun',
  'recording-erased',
  'approval-asked',
  'approval-given',
  'approval-refused',
  'approval-withdrawn',
  'approval-expired',
  'mandate-requested',
  'mandate-request-withdrawn',
  'mandate-recorded',
  'mandate-granted',
  'mandate-refused',
  'mandate-withdrawn',
  'glass-broken',
  'glass-justified',
  'glass-judged',
] as const

export const trailEntry = z.object({
  id: entryId,
  type: z.enum(trailEntryTypes),
  at: instant,
  actor: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('person'),
      name: z.string(),
      title: z.string().optional(),
      /** Entries made before people could have several roles name the one. */
      roles: z.array(role).optional(),
      role: role.optional(),
    }),
    z.object({ kind: z.literal('dock'), name: z.string() }),
    z.object({ kind: z.literal('system') }),
    /** The words of the entry are erased: its time, and that of its recording, was over. */
    z.object({ kind: z.literal('forgotten') }),
  ]),
  /** By type; ids, numbers and the words people gave. See docs/formats/custody-log.md. */
  details: z.record(z.string(), z.json()),
  /** Place in the custody log; null for the first second, until a checkpoint covers it. */
  logIndex: z.int().nullable(),
})
export type TrailEntry = z.output<typeof trailEntry>

/** The custody trail of a recording, oldest first; stays readable after erasure. */
export const getTrail = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/trail',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: nothing,
  returns: z.object({
    entries: z.array(trailEntry),
    checkpoint: z.object({ origin: z.string(), size: z.int(), signedAt: instant }).nullable(),
  }),
  errors: ['recording/not-found'],
})

/** A wearer's own recordings, newest first: that they arrived, are sealed, and until when they are kept. */
export const listOwnRecordings = endpoint({
  method: 'GET',
  path: '/own-recordings',
  session: 'person',
  params: noParams,
  query: z.object({
    after: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(30),
  }),
  body: nothing,
  returns: z.object({ recordings: z.array(recordingRow), next: z.string().nullable() }),
  errors: [],
})
