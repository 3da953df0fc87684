import type { DamagedPart } from '@getuige/contract'
import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny'
import { isClockJump } from './clock-jumps.ts'
import { lostTimes, mostParts } from './lost-times.ts'

/** What the times of the pictures of a recording say. */
export type FrameTimes = Readonly<{
  isVariable: boolean
  /** Pictures a second on average; null when there are too few. */
  average: number | null
  /** As far apart as most of them are, so many a second; null when there are too few. */
  usual: number | null
  /** Holes between pictures, and where the times run backwards. */
  damages: readonly DamagedPart[]
  /** How often the clock of a transport stream was set anew: what it says of its length means nothing then. */
  jumps: number
}>

/** Enough for some ten minutes; the rest of a longer recording is alike, or its index was read whole. */
const maxPackets = 20_000
/** Two pictures further apart than this, and than ten usual ones, have others missing between them. */
const holeMs = 2000

/**
 * From times in seconds, in any order. `holeAfter` tells of the picture at a place of `times` whether it may be followed
 * by a hole: one that says itself that it lasts until the next is not.
 */
export function judgeTimes(times: Float64Array, holeAfter: (index: number, gap: number) => boolean): FrameTimes {
  const order = Uint32Array.from(times.keys()).toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  const sorted = Float64Array.from(order, (index) => times[index] ?? 0)
  const count = sorted.length
  if (count < 3) return { isVariable: false, average: null, usual: null, damages: [], jumps: 0 }
  const gaps = new Float64Array(count - 1)
  for (let index = 0; index + 1 < count; index++) gaps[index] = (sorted[index + 1] ?? 0) - (sorted[index] ?? 0)
  const median = gaps.toSorted()[Math.floor(gaps.length / 2)] ?? 0
  const [first = 0, last = 0] = [sorted[0], sorted[count - 1]]
  const average = last > first ? (count - 1) / (last - first) : null
  // The last of a file often lasts longer, and the first less: two that differ are not yet a variable rate.
  let differing = 0
  const damages: DamagedPart[] = []
  for (const [index, gap] of gaps.entries()) {
    if (Math.abs(gap - median) <= Math.max(median / 5, 0.0015)) continue
    const isHole = gap * 1000 > holeMs && gap > median * 10 && holeAfter(order[index] ?? 0, gap)
    if (!isHole) differing += 1
    else if (damages.length < mostParts) {
      const start = (sorted[index] ?? 0) - first
      damages.push({
        kind: 'missing',
        fromMs: Math.round((start + median) * 1000),
        toMs: Math.round((start + gap) * 1000),
      })
    }
  }
  return {
    isVariable: differing > Math.max(2, gaps.length / 100),
    average,
    usual: median > 0 ? 1 / median : null,
    damages,
    jumps: 0,
  }
}

/**
 * For files without an index of the whole: as far as `mayGoOn` allows. `isBroadcast`: a transport stream, which does not
 * say how long a picture lasts, so that a long one is no hole elsewhere; and whose clock may be set anew on the way.
 */
export async function measureTimes(
  track: InputVideoTrack,
  isBroadcast: boolean,
  mayGoOn: () => boolean,
): Promise<FrameTimes> {
  const times = new Float64Array(maxPackets)
  const lengths = new Float64Array(maxPackets)
  const damages: DamagedPart[] = []
  const jumpsMs: number[] = []
  let count = 0
  let latest = -Infinity
  let first = Infinity
  let shift = 0
  let usual = 0
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
    let time = packet.timestamp + shift
    if (isBroadcast && count > 0 && isClockJump(time, latest)) {
      shift += latest + usual - time
      time = latest + usual
      jumpsMs.push(Math.round((time - first) * 1000))
    }
    first = Math.min(first, time)
    // Pictures are stored out of order by a few; not by a second.
    if (time < latest - 1 && damages.length < mostParts) {
      damages.push({
        kind: 'timing-lost',
        fromMs: Math.round((time - first) * 1000),
        toMs: Math.round((latest - first) * 1000),
      })
      latest = time
    } else {
      if (time - latest < 1) usual = Math.max(0, time - latest)
      latest = Math.max(latest, time)
    }
    lengths[count] = packet.duration
    times[count++] = time
    if (count === maxPackets || !mayGoOn()) break
  }
  const judged = judgeTimes(times.subarray(0, count), (index, gap) => isBroadcast || (lengths[index] ?? 0) * 2 < gap)
  return {
    ...judged,
    damages: [...judged.damages, ...damages, ...lostTimes(jumpsMs)].toSorted((a, b) => a.fromMs - b.fromMs),
    jumps: jumpsMs.length,
  }
}
