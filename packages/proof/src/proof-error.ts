/**
 * Something that claims to be evidence and cannot be relied on. `malformed`: it does not follow its format.
 * `unverified`: it is well formed, and a signature, a path or a MAC does not lead where it should.
 */
export class ProofError extends Error {
  override readonly name = 'ProofError'
  readonly kind: 'malformed' | 'unverified'

  constructor(kind: 'malformed' | 'unverified', message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

export function malformed(message: string, cause?: unknown): ProofError {
  return new ProofError('malformed', message, { cause })
}

export function unverified(message: string): ProofError {
  return new ProofError('unverified', message)
}
