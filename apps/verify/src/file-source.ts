import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { Hashing, RandomAccess } from './random-access.ts'

export type FileSource = RandomAccess & AsyncDisposable

/** A file to read from, until it is disposed of. Throws if it cannot be opened, or is no plain file. */
export async function openFileSource(path: string): Promise<FileSource> {
  // Asked before it is opened: a pipe would keep us waiting for whoever writes into it.
  if (!(await stat(path)).isFile()) throw new Error('not a file')
  const file = await open(path, 'r')
  const { size } = await file.stat()
  return {
    sizeBytes: size,
    async read(position, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, length))
      let filled = 0
      while (filled < buffer.length) {
        const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return buffer.subarray(0, filled)
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

export const nodeHashing: Hashing = {
  newSha256() {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
  },
  crc32,
}
