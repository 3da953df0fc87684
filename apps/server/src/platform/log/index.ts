/** What operators read: one JSON object a line on stderr. Fields carry ids and numbers, never names, words or media. */
export type Log = Readonly<{
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** `error` is logged whole, with its causes. */
  error(event: string, error: unknown, fields?: LogFields): void
}>
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

export function jsonLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const put = (level: string, event: string, fields: object) =>
    write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
  return {
    info: (event, fields = {}) => put('info', event, fields),
    warn: (event, fields = {}) => put('warn', event, fields),
    error: (event, error, fields = {}) => put('error', event, { ...fields, error: describeError(error) }),
  }
}

/** For tests: nothing is written, but defects still reach the test's output. */
export function quietLog(): Log {
  return { info: () => undefined, warn: () => undefined, error: jsonLog().error }
}

function describeError(error: unknown): unknown {
  // Libraries also emit plain objects that look like errors.
  if (typeof error === 'object' && error !== null && !(error instanceof Error) && 'message' in error)
    return { message: String(error.message) }
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
  const errors = error instanceof AggregateError ? { errors: error.errors.slice(0, 10).map(describeError) } : {}
  return { name: error.name, message: error.message, stack: error.stack, ...cause, ...errors }
}
