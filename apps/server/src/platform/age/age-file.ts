import { randomBytes } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import {
  chunkPlainBytes,
  chunkTagBytes,
  formatHeader,
  newFileKey,
  payloadNonceBytes,
  ProofError,
  unwrapWithIdentity,
  wrapForRecipient,
} from '@getuige/proof'
import { newOpener, newSealer } from './chunks.ts'

/** The file is no age file, is not for this identity, was altered, or is cut off: a sentence says which. */
export class AgeFileError extends Error {
  override readonly name = 'AgeFileError'
}

/** An age file being written, a chunk in memory at a time. Closed on any exit; only `finish` makes it whole. */
export interface AgeFile extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>
  /** Seals the last chunk. Returns the size of the file once every byte is on disk. */
  finish(): Promise<number>
}

/** Make an age file, 0600, that any of `recipients` (age1…) opens. Throws when the path is taken. */
export async function createAgeFile(path: string, recipients: readonly string[]): Promise<AgeFile> {
  const fileKey = newFileKey(randomBytes(16))
  const nonce = randomBytes(payloadNonceBytes)
  const header = formatHeader(
    fileKey,
    recipients.map((recipient) => wrapForRecipient(fileKey, recipient, randomBytes(32))),
  )
  const sealer = newSealer(fileKey, nonce)
  const handle = await open(path, 'wx', 0o600)
  const plain = Buffer.allocUnsafe(chunkPlainBytes)
  let filled = 0
  let chunks = 0
  let sizeBytes = 0
  let isOpen = true

  const put = async (parts: readonly Uint8Array[]) => {
    for (const part of parts) {
      for (let at = 0; at < part.length;) at += (await handle.write(part, at)).bytesWritten
      sizeBytes += part.length
    }
  }
  const sealChunk = async (isLast: boolean) => {
    const parts = sealer.seal(chunks, plain.subarray(0, filled), isLast)
    chunks += 1
    filled = 0
    await put([Buffer.concat(parts)])
  }
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    plain.fill(0)
    await handle.close()
  }
  try {
    await put([header, nonce])
  } catch (error) {
    await close()
    throw error
  }

  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        // A full chunk waits until more comes: only then is it known not to be the last.
        if (filled === chunkPlainBytes) await sealChunk(false)
        const taken = Math.min(bytes.length - at, chunkPlainBytes - filled)
        plain.set(bytes.subarray(at, at + taken), filled)
        filled += taken
        at += taken
      }
    },
    async finish() {
      await sealChunk(true)
      await handle.sync()
      await close()
      return sizeBytes
    },
    [Symbol.asyncDispose]: close,
  }
}

/** No header of ours is longer: it holds a line or two for each recipient. */
const longestHeader = 65_536

/** The bytes of an age file, a chunk at a time, each checked before it is given. Throws `AgeFileError`. */
export async function* readAgeFile(path: string, identities: readonly string[]): AsyncGenerator<Buffer> {
  await using handle = await open(path, 'r')
  const { size } = await handle.stat()
  const head = await readFully(handle, 0, Math.min(longestHeader, size))
  const macAt = head.indexOf('\n--- ')
  const headerEnd = head.indexOf('\n', macAt + 1) + 1
  if (macAt === -1 || headerEnd === 0) throw new AgeFileError('This is not an age file, or its beginning is lost.')
  const fileKey = unwrapWithAny(head.subarray(0, headerEnd), identities)
  const nonce = await readFully(handle, headerEnd, payloadNonceBytes)
  const opener = newOpener(fileKey, nonce)

  const sealedBytes = chunkPlainBytes + chunkTagBytes
  let at = headerEnd + payloadNonceBytes
  for (let n = 0; ; n += 1) {
    const length = Math.min(sealedBytes, size - at)
    const isLast = at + length === size
    if (length < chunkTagBytes) throw new AgeFileError('The file is cut off.')
    const sealed = await readFully(handle, at, length)
    at += length
    let plain: Buffer
    try {
      plain = opener.open(n, sealed, isLast)
    } catch (cause) {
      throw new AgeFileError(`The file was altered or cut off, at byte ${at - length} or after.`, { cause })
    }
    yield plain
    if (isLast) return
  }
}

function unwrapWithAny(header: Uint8Array, identities: readonly string[]): Uint8Array {
  const reasons: ProofError[] = []
  for (const identity of identities) {
    try {
      return unwrapWithIdentity(header, identity)
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      reasons.push(error)
    }
  }
  throw new AgeFileError(`The file does not open with this identity: ${reasons.at(-1)?.message ?? 'none was given'}.`)
}

async function readFully(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) throw new AgeFileError('The file is cut off.')
    filled += bytesRead
  }
  return bytes
}
