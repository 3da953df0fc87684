import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { instant, noParams, nothing, recordingId, taskId } from './values.ts'

export const taskKinds = ['proxy', 'pictures', 'clip'] as const

/** Long work that people may watch: how far it is, and what came of it. */
export const task = z.object({
  id: taskId,
  kind: z.enum(taskKinds),
  recordingId,
  /** The camera and moment, by which people know the recording. */
  recordedAt: instant,
  cameraLabel: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** 0 to 100; null while nobody can tell. */
  percent: z.number().nullable(),
  /** Reckoned from how fast it went so far; null while nobody can tell. */
  remainingMs: z.number().nullable(),
  /** Why it failed. */
  problem: z
    .enum([
      'no-engine',
      'not-decodable',
      'bytes-damaged',
      'store-unreachable',
      'disk-full',
      'took-too-long',
      'erased',
      'defect',
    ])
    .nullable(),
  /** A recording that came of it, such as a clip. */
  madeRecordingId: recordingId.nullable(),
  askedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** Null: the product itself began it. */
  askedBy: z.string().nullable(),
  may: z.object({ cancel: z.boolean(), retry: z.boolean() }),
})
export type Task = z.output<typeof task>

/** What runs or waits, then what ended in the last day; newest first. Only of recordings that whoever asks may know of. */
export const listTasks = endpoint({
  method: 'GET',
  path: '/tasks',
  session: 'person',
  params: noParams,
  query: z.object({ recordingId: recordingId.optional() }),
  body: nothing,
  returns: z.object({ tasks: z.array(task) }),
  errors: [],
})

/**
 * Server-sent events at `/api/tasks/events`: each `message` is the JSON of one `task` that changed, for as long as the
 * session lasts; a comment every 15 s keeps it open.
 */
export const taskEventsPath = '/api/tasks/events'

export const cancelTask = endpoint({
  method: 'POST',
  path: '/tasks/:taskId/cancel',
  session: 'person',
  params: z.object({ taskId }),
  query: nothing,
  body: nothing,
  returns: z.object({}),
  errors: ['task/not-found', 'task/ended'],
})

export const retryTask = endpoint({
  method: 'POST',
  path: '/tasks/:taskId/retry',
  session: 'person',
  params: z.object({ taskId }),
  query: nothing,
  body: nothing,
  returns: z.object({}),
  errors: ['task/not-found', 'task/not-failed', 'task/too-many'],
})
