import { errorCatalog, type ErrorCode, type Permission } from '@getuige/contract'

/** A refusal that the caller cannot repair, with a code from the one catalogue. `details` holds ids and numbers only. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number | boolean | null>>
  /** Of an act that the law refuses. */
  readonly permission: Permission | undefined

  constructor(
    code: ErrorCode,
    details: Readonly<Record<string, string | number | boolean | null>> = {},
    options?: ErrorOptions & Readonly<{ permission?: Permission }>,
  ) {
    super(code, options)
    this.code = code
    this.details = details
    this.permission = options?.permission
  }

  get status(): number {
    return errorCatalog[this.code].status
  }
}

/** The server cannot start. The message tells the operator in a sentence what is in the way and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
