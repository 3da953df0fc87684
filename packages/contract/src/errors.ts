/** Every refusal a client can meet. `status` is the HTTP answer; `retry` tells a dock or phone to try again. */
export const errorCatalog = {
  'access/denied': { status: 403, retry: false },
  'access/purpose-not-allowed': { status: 403, retry: false },
  'activation/incomplete': { status: 422, retry: false },
  'activation/not-in-pack': { status: 422, retry: false },
  'activation/times-out-of-order': { status: 422, retry: false },
  'camera/not-found': { status: 404, retry: false },
  'camera/serial-taken': { status: 409, retry: false },
  'dock/not-found': { status: 404, retry: false },
  'dock/token-refused': { status: 401, retry: false },
  'export/age-recipient-wrong': { status: 422, retry: false },
  'export/certificate-not-in-force': { status: 422, retry: false },
  'export/certificate-unreadable': { status: 422, retry: false },
  'export/certificate-unsuited': { status: 422, retry: false },
  'export/signer-expired': { status: 503, retry: false },
  'hold/already-lifted': { status: 409, retry: false },
  'hold/not-found': { status: 404, retry: false },
  'ingest/already-erased': { status: 409, retry: false },
  'ingest/already-received': { status: 409, retry: false },
  'ingest/announcement-invalid': { status: 400, retry: false },
  'ingest/camera-unknown': { status: 422, retry: false },
  'ingest/digest-mismatch': { status: 422, retry: true },
  'ingest/disk-full': { status: 507, retry: true },
  'ingest/empty': { status: 422, retry: false },
  'ingest/name-misleading': { status: 422, retry: false },
  'ingest/not-media': { status: 415, retry: false },
  'ingest/not-received': { status: 404, retry: true },
  'ingest/offset-mismatch': { status: 409, retry: true },
  'ingest/upload-not-found': { status: 404, retry: true },
  'log/not-found': { status: 404, retry: false },
  'log/not-signed': { status: 503, retry: false }, // until an administrator has looked at the log
  'media/no-picture': { status: 404, retry: false },
  'media/not-playable': { status: 409, retry: false },
  'media/range-unsatisfiable': { status: 416, retry: false },
  'package/not-found': { status: 404, retry: false },
  'person/login-taken': { status: 409, retry: false },
  'person/not-found': { status: 404, retry: false },
  'recording/not-found': { status: 404, retry: false },
  'recording/erased': { status: 410, retry: false },
  'request/forbidden-origin': { status: 403, retry: false },
  'request/invalid': { status: 400, retry: false },
  'request/not-found': { status: 404, retry: false },
  'request/too-large': { status: 413, retry: false },
  'retention/being-erased': { status: 409, retry: false },
  'retention/must-keep': { status: 409, retry: false },
  'server/defect': { status: 500, retry: true },
  'server/not-ready': { status: 503, retry: true },
  'session/none': { status: 401, retry: false },
  'session/password-change-required': { status: 403, retry: false },
  'session/password-unchanged': { status: 422, retry: false },
  'session/too-many-attempts': { status: 429, retry: true },
  'session/wrong-credentials': { status: 401, retry: false },
  'setup/link-spent': { status: 410, retry: false },
  'vault/damaged': { status: 409, retry: false },
  'vault/unreachable': { status: 503, retry: true },
  'viewing/ended': { status: 410, retry: false },
  'viewing/not-found': { status: 404, retry: false },
} as const satisfies Record<`${string}/${string}`, { status: number; retry: boolean }>

export type ErrorCode = keyof typeof errorCatalog

/** Refusals that any endpoint may answer with, beside its own. */
export const anyEndpoint = [
  'access/denied',
  'request/forbidden-origin',
  'request/invalid',
  'request/not-found',
  'request/too-large',
  'server/defect',
  'server/not-ready',
  'session/none',
  'session/password-change-required',
  'vault/unreachable',
] as const satisfies readonly ErrorCode[]

/** What a refusal looks like on the wire. `fields` names the parts of the request that are wrong, when it is invalid. */
export type Refusal = Readonly<{
  code: ErrorCode
  details?: Readonly<Record<string, string | number | boolean | null>>
  fields?: readonly Readonly<{ path: string; problem: 'missing' | 'too-short' | 'too-long' | 'wrong-form' }>[]
  /** The id under which the server's log tells the whole story of a defect. */
  requestId?: string
}>
