import type { ByteSource } from '../byte-source.ts'
import { readSamples } from '../mp4-samples.ts'
import type { Mp4Track } from '../mp4-structure.ts'
import { type Fix, maxFixes, toTime } from './track.ts'

/**
 * GPMF (https://github.com/gopro/gpmf-parser): entries of a four-letter key, a type, the size of one value and their
 * number, then the values, filled up to four bytes. Type zero holds entries.
 */
type Entry = Readonly<{ key: string; type: string; size: number; count: number; body: DataView }>

const maxDepth = 4

function* entriesIn(view: DataView): Generator<Entry> {
  for (let at = 0; at + 8 <= view.byteLength;) {
    const key = latin(view, at, 4)
    const type = view.getUint8(at + 4)
    const size = view.getUint8(at + 5)
    const count = view.getUint16(at + 6)
    const length = size * count
    if (!/^[\x20-\x7e]{4}$/.test(key) || at + 8 + length > view.byteLength) return
    const body = new DataView(view.buffer, view.byteOffset + at + 8, length)
    yield { key, type: type === 0 ? '' : String.fromCharCode(type), size, count, body }
    at += 8 + Math.ceil(length / 4) * 4
  }
}

const latin = (view: DataView, at: number, length: number): string =>
  Buffer.from(view.buffer, view.byteOffset + at, length).toString('latin1')

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export type GpmfDevice = Readonly<{ model: string | null; serial: string | null; firmware: string | null }>

/** What the camera says of itself in the global settings of a file. */
export function readGpmfDevice(bytes: Uint8Array): GpmfDevice {
  const found = new Map<string, string>()
  const look = (view: DataView, depth: number): void => {
    for (const { key, type, body } of entriesIn(view)) {
      if (type === '' && depth < maxDepth) look(body, depth + 1)
      if (type === 'c' && ['MINF', 'CASN', 'FMWR'].includes(key) && !found.has(key)) {
        found.set(key, latin(body, 0, body.byteLength))
      }
    }
  }
  look(viewOf(bytes), 0)
  return { model: found.get('MINF') ?? null, serial: found.get('CASN') ?? null, firmware: found.get('FMWR') ?? null }
}

const maxSampleBytes = 4 * 1024 * 1024

/** The places along a recording of a GoPro, each at its moment of the recording. Empty when there are none. */
export async function readGpmfTrack(source: ByteSource, track: Mp4Track): Promise<Fix[]> {
  const samples = await readSamples(source, track)
  const fixes: Fix[] = []
  for (let index = 0; samples !== null && index < samples.count && fixes.length < maxFixes; index++) {
    const [offset, size, time] = [samples.offsets[index] ?? 0, samples.sizes[index] ?? 0, samples.times[index] ?? 0]
    if (size > maxSampleBytes || offset + size > source.sizeBytes) continue
    const before = samples.times[index - 1] ?? Number.NaN
    const next = samples.times[index + 1] ?? time + (Number.isNaN(before) ? 1 : time - before)
    readPayload(await source.read(offset, offset + size), time * 1000, next * 1000, fixes)
  }
  return fixes
}

/** One payload covers the time until the next; its places are spread evenly over that. */
function readPayload(bytes: Uint8Array, fromMs: number, toMs: number, fixes: Fix[]): void {
  const look = (view: DataView, depth: number): void => {
    let scale: readonly number[] = []
    let time: Date | undefined
    let isKnown = true
    let accuracyM: number | undefined
    for (const { key, type, size, count, body } of entriesIn(view)) {
      if (type === '' && depth < maxDepth) look(body, depth + 1)
      if (key === 'SCAL') scale = numbersIn(type, body)
      if (key === 'GPSF') isKnown = body.byteLength >= 4 && body.getUint32(0) >= 2
      // Dilution of precision, in hundredths: some four metres of uncertainty a unit.
      if (key === 'GPSP' && body.byteLength >= 2) accuracyM = (body.getUint16(0) / 100) * 4
      if (key === 'GPSU' && type === 'U') time = readUtc(latin(body, 0, body.byteLength))
      const isNine = key === 'GPS9' && size === 32
      if (!(isNine || (key === 'GPS5' && type === 'l' && size === 20)) || (!isNine && !isKnown)) continue
      for (let index = 0; index < count && fixes.length < maxFixes; index++) {
        const at = index * size
        const value = (field: number) => body.getInt32(at + field * 4) / (scale[field] || 1)
        const nine = isNine ? readNine(body, at, scale) : undefined
        if (nine !== undefined && !nine.isKnown) continue
        fixes.push({
          latitude: value(0),
          longitude: value(1),
          speed: value(3),
          atMs: fromMs + ((toMs - fromMs) * index) / count,
          time: nine === undefined ? (index === 0 ? time : undefined) : nine.time,
          accuracyM: nine === undefined ? accuracyM : nine.accuracyM,
        })
      }
    }
  }
  look(viewOf(bytes), 0)
}

/** GPS9: after five numbers as in GPS5 the days since 2000, the seconds of the day, dilution and fix. */
function readNine(body: DataView, at: number, scale: readonly number[]) {
  const days = body.getInt32(at + 20) / (scale[5] || 1)
  const seconds = body.getInt32(at + 24) / (scale[6] || 1)
  return {
    time: toTime(Date.UTC(2000, 0, 1) + days * 86_400_000 + seconds * 1000),
    accuracyM: (body.getUint16(at + 28) / (scale[7] || 1)) * 4,
    isKnown: body.getUint16(at + 30) / (scale[8] || 1) >= 2,
  }
}

function numbersIn(type: string, body: DataView): number[] {
  const width = { l: 4, L: 4, s: 2, S: 2 }[type]
  if (width === undefined) return []
  return Array.from({ length: Math.min(64, Math.floor(body.byteLength / width)) }, (_, index) =>
    width === 4 ? body.getInt32(index * 4) : body.getInt16(index * 2),
  )
}

/** `yymmddhhmmss.sss` */
function readUtc(text: string): Date | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{3})/.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match.slice(1).map(Number)
  return toTime(Date.UTC(2000 + year, month - 1, day, hour, minute, second, ms))
}
