import { createHash } from 'node:crypto'

/**
 * Where sealed objects lie, each complete and never changed. Keys are relative paths of ids. Nothing here decides what
 * exists: a row of the database does, and an object that no row names is swept. Every call may throw
 * `StoreUnreachable`, after which it is unknown whether it was done; every call may run twice.
 */
export type ObjectStore = Readonly<{
  /** Where it is, as an operator writes it, without secrets. */
  address: string
  /** Whether `protect` does anything here. */
  protects: boolean
  /**
   * Durable, and there under its name, when it returns; before that nothing is under its name but what was before.
   * Throws `DamagedObject` when the content does not have the digest.
   */
  put(key: string, content: Content, protection: Protection & Readonly<{ sha256: Uint8Array }>): Promise<void>
  /** Bytes `start` to `end` (not included), as many as were asked for. Throws `DamagedObject` when there are fewer. */
  read(key: string, start: number, end: number): Promise<Buffer>
  /** What lies there at this moment, to be read from the front to the end. Throws `DamagedObject` when it is missing. */
  open(key: string): Promise<OpenedObject>
  sizeOf(key: string): Promise<number | undefined>
  /** Durable when it returns. What a lock still keeps is answered, and stays; what is absent counts as removed. */
  remove(keys: readonly string[]): Promise<Readonly<{ locked: readonly string[] }>>
  /** Keep an object from being removed, where the store can: until an instant, never shortened, and while it is held. */
  protect(key: string, protection: Protection): Promise<void>
  /**
   * Where the store keeps what was overwritten or removed: put the version with this digest first again. False when
   * there is none.
   */
  recall(key: string, sizeBytes: number, sha256: Uint8Array): Promise<boolean>
  /** Every key, in no order. */
  list(): AsyncIterable<string>
  /** Let go of what was begun before that instant and never ended. */
  abandonUnfinished(begunBefore: Date): Promise<number>
  /** Null where the store does not say. */
  freeBytes(): Promise<number | null>
  close(): Promise<void>
}>

/** A complete file that is synced and no longer changes, or anything else that can be read by ranges. */
export type Content = Readonly<{ file: string }> | ReadableContent
export type ReadableContent = Readonly<{ sizeBytes: number; read(start: number, end: number): Promise<Uint8Array> }>
export type OpenedObject = ReadableContent & AsyncDisposable

export type Protection = Readonly<{ until: Date | null; isHeld: boolean }>
export const unprotected: Protection = { until: null, isHeld: false }

/** An object that is not there, ends too early, or has other bytes than it should. */
export class DamagedObject extends Error {
  override readonly name = 'DamagedObject'
  readonly what: 'missing' | 'truncated' | 'altered'
  readonly key: string
  constructor(what: DamagedObject['what'], key: string, options?: ErrorOptions) {
    super(`object ${key} is ${what}`, options)
    this.what = what
    this.key = key
  }
}

/** The store does not answer, or does not do as it is asked. Trying again later may help. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
}

/** Throws on a key that leads elsewhere. */
export function requireKey(key: string): void {
  if (!/^[a-z0-9_-]+(\/[a-z0-9_.-]+)*$/.test(key) || key.includes('..')) throw new Error('not a key of an object')
}

export function contentOf(parts: readonly Uint8Array[]): ReadableContent {
  const whole = Buffer.concat(parts)
  return { sizeBytes: whole.length, read: (start, end) => Promise.resolve(whole.subarray(start, end)) }
}

const pieceBytes = 4 * 1024 * 1024

/** A piece at a time, the next being read while the one before is used. */
export async function* piecesOf(content: ReadableContent, sizeBytes = pieceBytes): AsyncGenerator<Uint8Array> {
  const readFrom = (at: number) => content.read(at, Math.min(at + sizeBytes, content.sizeBytes))
  let next = content.sizeBytes > 0 ? readFrom(0) : undefined
  for (let at = 0; next !== undefined; at += sizeBytes) {
    const piece: Uint8Array = await next
    next = at + sizeBytes < content.sizeBytes ? readFrom(at + sizeBytes) : undefined
    // Failing later, when it is awaited; whoever stops before must not leave it unhandled.
    next?.catch(() => undefined)
    yield piece
  }
}

/** What is wrong with an object that should have this size and digest, or null. `pace` may wait after each piece. */
export async function findDamage(
  store: ObjectStore,
  object: Readonly<{ key: string; sizeBytes: number; sha256: Uint8Array }>,
  pace: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<DamagedObject['what'] | null> {
  try {
    await using opened = await store.open(object.key)
    if (opened.sizeBytes < object.sizeBytes) return 'truncated'
    if (opened.sizeBytes > object.sizeBytes) return 'altered'
    const hash = createHash('sha256')
    for await (const piece of piecesOf(opened)) {
      hash.update(piece)
      await pace(piece.length)
    }
    return hash.digest().equals(object.sha256) ? null : 'altered'
  } catch (error) {
    if (error instanceof DamagedObject) return error.what
    throw error
  }
}
