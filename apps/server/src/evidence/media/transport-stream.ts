/** One of the streams that a transport stream holds, as its tables name it: ISO/IEC 13818-1, 2.4.4.8. */
export type TransportStreamPart = Readonly<{
  pid: number
  type: number
  /** Its descriptors, as text of one byte a letter. */
  words: string
}>

export const packetBytes = 188

/** From the first byte of a packet on. */
export function* packetsIn(piece: Uint8Array): Generator<{ pid: number; isStart: boolean; payload: Uint8Array }> {
  for (let at = 0; at + packetBytes <= piece.length; at += packetBytes) {
    const [sync = 0, high = 0, low = 0, control = 0] = piece.subarray(at, at + 4)
    if (sync !== 0x47 || (control & 0x10) === 0) continue
    const skipped = (control & 0x20) === 0 ? 0 : 1 + (piece[at + 4] ?? 0)
    if (4 + skipped >= packetBytes) continue
    const payload = piece.subarray(at + 4 + skipped, at + packetBytes)
    yield { pid: ((high & 0x1f) << 8) | low, isStart: (high & 0x40) !== 0, payload }
  }
}

/** ISO/IEC 13818-1, 2.4.3.6: 33 bits in ticks of 90 kHz. */
export function readTimeStamp(bytes: Buffer, at: number): number {
  const top = ((bytes[at] ?? 0) >> 1) & 7
  return top * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1)
}

/** What the tables among these packets name, each once. */
export function findParts(head: Uint8Array): TransportStreamPart[] {
  const mapIds = new Set<number>()
  const parts = new Map<number, TransportStreamPart>()
  for (const { pid, isStart, payload } of packetsIn(head)) {
    if (!isStart || !(pid === 0 || mapIds.has(pid))) continue
    const section = payload.subarray(1 + (payload[0] ?? 0))
    const end = 3 + ((((section[1] ?? 0) & 0x0f) << 8) | (section[2] ?? 0)) - 4
    const word = (at: number) => (((section[at] ?? 0) << 8) | (section[at + 1] ?? 0)) & 0x1fff
    if (pid === 0) for (let at = 8; at + 4 <= Math.min(end, section.length); at += 4) mapIds.add(word(at + 2))
    if (pid === 0 || section[0] !== 2) continue
    for (let at = 12 + (word(10) & 0xfff); at + 5 <= Math.min(end, section.length);) {
      const described = word(at + 3) & 0xfff
      const words = Buffer.from(section.subarray(at + 5, at + 5 + described)).toString('latin1')
      parts.set(word(at + 1), { pid: word(at + 1), type: section[at] ?? 0, words })
      at += 5 + described
    }
  }
  return [...parts.values()]
}

export type Mpeg2Picture = Readonly<{ widthPx: number; heightPx: number; framesPerSecond: number | null }>

const rates = [24_000 / 1001, 24, 25, 30_000 / 1001, 30, 50, 60_000 / 1001, 60]

/** Of pictures of MPEG-1 or MPEG-2 among these packets, what their first sequence header says: ISO/IEC 13818-2, 6.2.2.1. */
export function findMpeg2Picture(head: Uint8Array): Mpeg2Picture | null {
  const pid = findParts(head).find(({ type }) => type === 1 || type === 2)?.pid
  if (pid === undefined) return null
  const stream = Buffer.concat(
    [...packetsIn(head)].filter((packet) => packet.pid === pid).map(({ payload }) => payload),
  )
  const at = stream.indexOf(Buffer.from([0, 0, 1, 0xb3]))
  if (at === -1 || at + 8 > stream.length) return null
  const [widthPx, heightPx] = [stream.readUInt16BE(at + 4) >> 4, stream.readUInt16BE(at + 5) & 0xfff]
  const rate = rates[((stream[at + 7] ?? 0) % 16) - 1]
  if (widthPx === 0 || heightPx === 0) return null
  return { widthPx, heightPx, framesPerSecond: rate === undefined ? null : Math.round(rate * 1000) / 1000 }
}
