import { type Fix, maxFixes, NotWellFormed, toTime } from './track.ts'

/**
 * GPX 1.0 and 1.1: the points of its tracks, in order. Only their own attributes and elements are looked at; entities
 * and document types, which such a file needs none of, are refused.
 */
export function readGpx(text: string): Fix[] {
  if (!/<gpx[\s>]/.test(text.slice(0, 4096))) throw new NotWellFormed('no GPX')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new NotWellFormed('a document type')
  const fixes: Fix[] = []
  for (let at = text.indexOf('<trkpt'); at !== -1 && fixes.length < maxFixes;) {
    const next = text.indexOf('<trkpt', at + 6)
    const most = text.slice(at, next === -1 ? at + maxPointLength : Math.min(next, at + maxPointLength))
    const end = most.indexOf('</trkpt>')
    const point = end === -1 ? most : most.slice(0, end)
    const [latitude, longitude] = [attribute(point, 'lat'), attribute(point, 'lon')]
    const time = /<time>\s*([\d-]{10}T[\d:.]{8,16}(?:Z|[+-]\d\d:\d\d)?)\s*<\/time>/.exec(point)?.[1]
    const speed = /<(?:\w{1,16}:)?speed>\s*(\d{1,4}(?:\.\d{1,9})?)\s*</.exec(point)?.[1]
    const dilution = /<hdop>\s*(\d{1,3}(?:\.\d{1,6})?)\s*</.exec(point)?.[1]
    fixes.push({
      latitude,
      longitude,
      time: time === undefined ? undefined : toTime(Date.parse(/Z|[+-]\d\d:\d\d$/.test(time) ? time : `${time}Z`)),
      speed: speed === undefined ? undefined : Number(speed),
      accuracyM: dilution === undefined ? undefined : Number(dilution) * 4,
    })
    at = next
  }
  return fixes
}

/** What a camera or receiver writes of one point is a few hundred letters. */
const maxPointLength = 4096

function attribute(point: string, name: 'lat' | 'lon'): number {
  const value = new RegExp(`\\s${name}\\s?=\\s?["'](-?\\d{1,3}(?:\\.\\d{1,16})?)["']`).exec(point)?.[1]
  return value === undefined ? Number.NaN : Number(value)
}
