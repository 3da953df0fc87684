import type { RandomAccess } from '../random-access.ts'

/** A file that was given to a browser. Nothing of it is kept but the piece that was asked for. */
export function browserSource(file: File): RandomAccess {
  return {
    sizeBytes: file.size,
    async read(position, length) {
      return new Uint8Array(await file.slice(position, position + Math.max(0, length)).arrayBuffer())
    },
  }
}
