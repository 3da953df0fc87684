/** RFC 8794, 6: whether the Segment that follows the EBML header says it is longer than the file. */
export function isMatroskaCut(head: Uint8Array, sizeBytes: number): boolean {
  const segment = readSegment(head)
  return segment !== null && segment.value !== null && segment.next + segment.value > sizeBytes
}

/** RFC 9559, 5.1.2.6: DateUTC of the Info at the beginning of the Segment. Null where it says none there. */
export function readMatroskaDate(head: Uint8Array): Date | null {
  const segment = readSegment(head)
  const info = segment && findElement(head, segment.next, head.length, 0x1549a966)
  const date = info && findElement(head, info.from, info.to, 0x4461)
  if (!date || date.to - date.from !== 8 || date.to > head.length) return null
  const nanoseconds = new DataView(head.buffer, head.byteOffset + date.from, 8).getBigInt64(0)
  return new Date(matroskaEpochMs + Number(nanoseconds / 1_000_000n))
}

/** 2001, with which the clock of Matroska begins. */
const matroskaEpochMs = Date.UTC(2001, 0, 1)

/** The first element of that name in a stretch. */
function findElement(bytes: Uint8Array, from: number, to: number, id: number): { from: number; to: number } | null {
  for (let at = from; at < Math.min(to, bytes.length);) {
    const idLength = Math.clz32(bytes[at] ?? 0) - 23
    const size = idLength > 4 ? null : readVint(bytes, at + idLength)
    if (size === null || size.value === null) return null
    const found = bytes.subarray(at, at + idLength).reduce((name, byte) => name * 256 + byte, 0)
    if (found === id) return { from: size.next, to: size.next + size.value }
    at = size.next + size.value
  }
  return null
}

/** Where the Segment that follows the EBML header begins, and how long it says it is. */
function readSegment(head: Uint8Array): ReturnType<typeof readVint> {
  const header = readVint(head, 4)
  if (header === null || header.value === null) return null
  const segmentAt = header.next + header.value
  if ([0x18, 0x53, 0x80, 0x67].some((value, index) => head[segmentAt + index] !== value)) return null
  return readVint(head, segmentAt + 4)
}

/** An EBML length: `value` is null when it is unknown, as in a stream. Null when there is none. */
function readVint(bytes: Uint8Array, at: number): { value: number | null; next: number } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const length = Math.clz32(first) - 23
  let value = first & (0xff >> length)
  let isUnknown = value === 0xff >> length
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0
    isUnknown &&= byte === 0xff
    value = value * 256 + byte
  }
  return { value: isUnknown ? null : value, next: at + length }
}
