import { createHash } from 'node:crypto'
import { AppError } from '../errors/index.ts'

/**
 * What wraps secrets: a root key in a file, in a token, or in OpenBao. A driver may hold several at once, while one
 * takes the place of another. `line` is how `root.key` names one: the key itself for files, a reference for the others.
 */
export type RootDriver = Readonly<{
  kind: RootKind
  /**
   * Another root key than those of `lines`. Answers its line. It exists in vain when the caller stops before that is
   * entered.
   */
  make(lines: readonly string[]): Promise<string>
  /** One line of printable characters without a space. The name of the secret is part of what is wrapped. */
  wrap(line: string, plain: Uint8Array): Promise<string>
  /** Throws `RootUnavailable` when it cannot be asked, another error when `wrapped` is not what it wrapped. */
  unwrap(line: string, wrapped: string): Promise<Uint8Array>
  /** From an older root key of this driver to a newer one, where that can be done without the secret coming out. */
  rewrap?(line: string, wrapped: string): Promise<string>
  /** For good. May run twice. `line` is never the current one. */
  destroy(line: string, current: string): Promise<void>
  close(): Promise<void>
}>

export type RootKind = 'file' | 'pkcs11' | 'openbao'

/** One line of `root.key`. The id says which root key wrapped a secret, and tells nothing of the key. */
export type Root = Readonly<{ line: string; kind: RootKind; id: string }>

/** The driver cannot be asked now: sealed, unreachable, without its token. To callers: try again later. */
export class RootUnavailable extends AppError {
  /** For the operator. */
  readonly sentence: string
  constructor(sentence: string, cause?: unknown) {
    super('server/not-ready', {}, { cause: cause ?? new Error(sentence) })
    this.sentence = sentence
  }
}

/** Undefined when it is no line of a root key. */
export function parseRoot(line: string): Root | undefined {
  if (/^[0-9a-f]{64}$/.test(line)) {
    const digest = createHash('sha256').update('getuige/root-id').update(Buffer.from(line, 'hex')).digest('hex')
    return { line, kind: 'file', id: `file-${digest.slice(0, 16)}` }
  }
  const kind = /^(pkcs11|openbao)-[0-9a-f]+$/.exec(line)?.[1]
  if (kind === 'pkcs11' || kind === 'openbao') return { line, kind, id: line }
  return undefined
}
