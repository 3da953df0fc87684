/** ISO/IEC 14496-12, 8.7.5: tables that say where the chunks of samples lie in the file. */
const tables = { stco: 4, co64: 8 } as const
/** Boxes that hold such a table, or a box that does. */
const holders = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl'])

/**
 * Put the index of a complete MP4 before its samples, so that a player need not look for it at the end: what comes
 * before the samples, and what after them. Where their places do not fit its tables then, it stays at the end.
 * `header`: all before the samples, as it stands in the file; `indexAt`: where the index stands in it.
 */
export function moveIndexFirst(
  header: Uint8Array,
  index: Uint8Array,
  indexAt: number,
): Readonly<{ head: Uint8Array; tail: Uint8Array }> {
  if (indexAt + index.length >= 2 ** 32) return { head: header, tail: index }
  const moved = index.slice()
  const view = new DataView(moved.buffer)
  for (const { at, end, width } of placesIn(view, 0, moved.length)) {
    for (let place = at; place + width <= end; place += width) {
      if (width === 4) view.setUint32(place, view.getUint32(place) + moved.length)
      else view.setBigUint64(place, view.getBigUint64(place) + BigInt(moved.length))
    }
  }
  const mediaAt = findBox(header, 'mdat')
  return {
    head: Buffer.concat([header.subarray(0, mediaAt), moved, header.subarray(mediaAt)]),
    tail: new Uint8Array(0),
  }
}

/** The entries of every table between two places. */
function* placesIn(view: DataView, from: number, to: number): Generator<{ at: number; end: number; width: 4 | 8 }> {
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at)
    const type = typeAt(view, at)
    const end = at + size
    if (size < 8 || end > to) throw new Error('an index that is not made of boxes')
    if (holders.has(type)) yield* placesIn(view, at + 8, end)
    if (type === 'stco' || type === 'co64') yield { at: at + 16, end, width: tables[type] }
    at = end
  }
}

function findBox(bytes: Uint8Array, type: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at + 8 <= bytes.length && typeAt(view, at) !== type) at += view.getUint32(at)
  return at
}

const typeAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7))
