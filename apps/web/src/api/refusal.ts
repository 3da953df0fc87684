import { errorCatalog, type ErrorCode, type Permission, type Refusal } from '@getuige/contract'

/** Codes of the contract, and the one only a client can know: the server could not be reached. */
export type RefusalCode = ErrorCode | 'client/offline'

/** A call that was refused, or that found no server. */
export class RefusalError extends Error {
  readonly code: RefusalCode
  readonly details: NonNullable<Refusal['details']>
  readonly fields: NonNullable<Refusal['fields']>
  /** Of an act that the law refuses: which rule, and who could grant it. */
  readonly permission: Permission | null
  readonly requestId: string | null

  constructor(refusal: Omit<Refusal, 'code'> & { code: RefusalCode }, options?: ErrorOptions) {
    super(refusal.code, options)
    this.name = 'RefusalError'
    this.code = refusal.code
    this.details = refusal.details ?? {}
    this.fields = refusal.fields ?? []
    this.permission = refusal.permission ?? null
    this.requestId = refusal.requestId ?? null
  }
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalog, code)
}

/** The refusal in the text of an answer; whatever else it says, a defect of the server. */
export function parseRefusal(text: string): RefusalError {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && 'code' in body && isErrorCode(body.code)) {
      return new RefusalError({ ...body, code: body.code })
    }
  } catch {
    // Not JSON: a proxy in between, or a server that broke off.
  }
  return new RefusalError({ code: 'server/defect' })
}

/** Whether the same call may succeed a little later. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof RefusalError)) return false
  return error.code === 'client/offline' || errorCatalog[error.code].retry
}
