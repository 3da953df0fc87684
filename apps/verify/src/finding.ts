import type { CheckName } from './check-names.ts'
import { problem } from './problems.ts'
import type { Problem, ProblemCode } from './problems.ts'

/** `not-checked` says why in its problems. */
export type Finding = Readonly<{
  check: CheckName
  status: 'ok' | 'broken' | 'not-checked'
  problems: readonly Problem[]
}>

export function finding(check: CheckName, problems: readonly Problem[]): Finding {
  return { check, status: problems.length === 0 ? 'ok' : 'broken', problems }
}

export function notChecked(check: CheckName, why: ProblemCode, subject = ''): Finding {
  return { check, status: 'not-checked', problems: [problem(why, subject)] }
}
