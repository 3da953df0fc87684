/**
 * Pieces of a recording are large and used once. Left to the collector of garbage, a GiB of them makes it run through
 * the whole heap thirty times, and up to a hundred MiB wait for it. So who is last to use one says so.
 */
const lent = new WeakSet<ArrayBufferLike>()

/** For the use of one reader, who may let go of it: nobody keeps another view of this memory. */
export function lend(bytes: Uint8Array<ArrayBuffer>): void {
  lent.add(bytes.buffer)
}

/** Free the memory of what was lent, at once: no view of it may be used again. Does nothing to any other bytes. */
export function letGo({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && lent.delete(buffer)) buffer.transfer(0)
}
