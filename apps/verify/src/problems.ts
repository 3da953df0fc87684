import type { problemWords } from './words.ts'

export type ProblemCode = keyof typeof problemWords

/** What is wrong, and with what: a member, an entry, a place in the file. */
export type Problem = Readonly<{ code: ProblemCode; subject: string }>

export function problem(code: ProblemCode, subject: string | number = ''): Problem {
  return { code, subject: String(subject) }
}
