/** The bytes of a recording, wherever they are: `read` answers exactly the bytes from `start` up to `end`. */
export type ByteSource = Readonly<{
  sizeBytes: number
  read: (start: number, end: number) => Promise<Uint8Array>
}>

/** How much one examination of a hostile file may read before it gives up. */
export type ReadLimits = Readonly<{ reads: number; bytes: number; bytesAtOnce: number }>

/** A limit was passed: the fault of the bytes, not of the store. */
export class ReadRefused extends Error {}

/** `source`, until a limit is passed or `signal` fires; from then on each read is refused. */
export function limitReads(source: ByteSource, limits: ReadLimits, signal: AbortSignal): ByteSource {
  let reads = 0
  let bytes = 0
  return {
    sizeBytes: source.sizeBytes,
    read: async (start, end) => {
      signal.throwIfAborted()
      reads += 1
      bytes += end - start
      if (end - start > limits.bytesAtOnce || reads > limits.reads || bytes > limits.bytes) {
        throw new ReadRefused('the file asks for more reading than an honest one needs')
      }
      return source.read(start, end)
    },
  }
}
