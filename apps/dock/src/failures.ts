import { type Failure, isKnown, type Reason } from './rules.ts'

/** Nobody answered, or not as Getuige does. */
export class AwayError extends Error {
  override readonly name = 'AwayError'
}

/** The server said no. `because` is its reason in one word, where it gives one. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code: string
  readonly because: string | undefined
  constructor(code: string, because?: string) {
    super(code)
    this.code = code
    this.because = because
  }
}

/** The file is not what it was when its digest was computed. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError'
}

/** The receipt is not signed with the known key, or is that of something else. */
export class ReceiptWrongError extends Error {
  override readonly name = 'ReceiptWrongError'
}

/** An answer that is no success, as the error it stands for. */
export function toRefusal(status: number, body: string): AwayError | RefusedError {
  const refusal = readObject(body)
  const code = refusal?.['code']
  if (typeof code !== 'string') return new AwayError(`status ${status}`)
  if (code === 'server/not-ready') return new AwayError(code)
  const because = readObject(refusal?.['details'])?.['because']
  return new RefusedError(code, typeof because === 'string' ? because : undefined)
}

/** What may be tried again; undefined for what lies with the file. */
export function toFailure(error: unknown): Failure | undefined {
  if (error instanceof AwayError) return { kind: 'away' }
  return error instanceof RefusedError ? { kind: 'refused', code: error.code } : undefined
}

/** Why the file was not received. Throws a defect again. */
export function toReason(error: unknown): Reason {
  if (error instanceof AwayError) return { kind: 'away' }
  if (error instanceof RefusedError) {
    // A code of a newer server is shown as it is, so it must look like one.
    const code = isKnown(error.code) || /^[a-z-]{1,40}\/[a-z-]{1,40}$/.test(error.code) ? error.code : 'unknown'
    return { kind: 'refused', code, because: error.because }
  }
  if (error instanceof FileChangedError) return { kind: 'changed' }
  if (error instanceof ReceiptWrongError) return { kind: 'receipt-wrong' }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return { kind: 'unreadable', code }
  throw error
}

/** JSON text or a value of it, if it is an object. */
export function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = typeof value === 'string' ? JSON.parse(value) : value
    return typeof read === 'object' && read !== null ? { ...read } : undefined
  } catch {
    return undefined
  }
}
