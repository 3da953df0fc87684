import type { Task } from '@getuige/contract'
import { AppError } from '#platform/errors'
import { StoreUnreachable } from '#platform/object-store'

export type ProblemKind = NonNullable<Task['problem']>

/** Why work failed, in a word that people are shown. Anything else that a runner throws is a defect. */
export class TaskProblem extends Error {
  override readonly name = 'TaskProblem'
  readonly problem: ProblemKind

  constructor(problem: ProblemKind, options?: ErrorOptions) {
    super(problem, options)
    this.problem = problem
  }
}

/** Thrown by work that is not to be done any more: it ends as cancelled, unless somebody ended it meanwhile. */
export class TaskStopped extends Error {
  override readonly name = 'TaskStopped'
}

export function problemOf(error: unknown): ProblemKind {
  if (error instanceof TaskProblem) return error.problem
  if (error instanceof StoreUnreachable) return 'store-unreachable'
  if (error instanceof AppError && error.code === 'vault/damaged') return 'bytes-damaged'
  if (error instanceof AppError && error.code === 'ingest/disk-full') return 'disk-full'
  if (!(error instanceof Error)) return 'defect'
  if ('code' in error && ['ENOSPC', 'EDQUOT', '53100'].includes(String(error.code))) return 'disk-full'
  return error.cause === undefined ? 'defect' : problemOf(error.cause)
}
