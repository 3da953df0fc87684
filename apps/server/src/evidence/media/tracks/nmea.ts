import { type Fix, maxFixes, NotWellFormed, toTime } from './track.ts'

/**
 * NMEA 0183: sentences with RMC for place, time, date and speed, and GGA for the dilution of precision. A sentence whose
 * checksum is wrong is left out; a file in which most are, is none. Other lines may stand between.
 */
export function readNmea(text: string): Fix[] {
  const fixes: Fix[] = []
  const dilutions = new Map<string, number>()
  let sentences = 0
  let wrong = 0
  for (const line of text.matchAll(/^[ \t]{0,8}\$([A-Z]{2}(?:RMC|GGA),[^*\r\n$]{10,120})\*([0-9A-F]{2})/gim)) {
    const [, body = '', sum = ''] = line
    sentences += 1
    if (sumOf(body) !== Number.parseInt(sum, 16)) {
      wrong += 1
      continue
    }
    const fields = body.split(',')
    if (fields[0]?.endsWith('GGA')) dilutions.set(fields[1] ?? '', Number(fields[8]))
    else if (fixes.length < maxFixes) {
      const fix = readPosition(fields)
      if (fix === undefined) continue
      const dilution = dilutions.get(fields[1] ?? '')
      fixes.push({ ...fix, accuracyM: dilution !== undefined && dilution > 0 ? dilution * 4 : undefined })
    }
  }
  if (sentences === 0 || wrong * 2 > sentences) throw new NotWellFormed('no sentences of NMEA')
  return fixes
}

function sumOf(body: string): number {
  let sum = 0
  for (let index = 0; index < body.length; index++) sum ^= body.charCodeAt(index)
  return sum
}

/** Fields of RMC: time, A while it is known, latitude, N or S, longitude, E or W, knots, course, date. */
function readPosition(fields: readonly string[]): Fix | undefined {
  const [, clock = '', known, north = '', hemisphere, east = '', side, knots = '', , date = ''] = fields
  if (known !== 'A') return undefined
  const at = /^(\d\d)(\d\d)(\d\d(?:\.\d{1,6})?)$/.exec(clock)
  const on = /^(\d\d)(\d\d)(\d\d)$/.exec(date)
  if (at === null || on === null) return undefined
  const [day = 0, month = 0, year = 0] = on.slice(1).map(Number)
  const [hour = 0, minute = 0, second = 0] = at.slice(1).map(Number)
  return {
    latitude: degrees(north, /^(\d\d)(\d\d(?:\.\d{1,9})?)$/) * (hemisphere === 'S' ? -1 : 1),
    longitude: degrees(east, /^(\d{3})(\d\d(?:\.\d{1,9})?)$/) * (side === 'W' ? -1 : 1),
    speed: /^\d{1,4}(?:\.\d{1,6})?$/.test(knots) ? Number(knots) * 0.514_444 : undefined,
    time: toTime(Date.UTC(2000 + year, month - 1, day, hour, minute) + second * 1000),
  }
}

/** Degrees and minutes. */
function degrees(text: string, form: RegExp): number {
  const match = form.exec(text)
  return match === null ? Number.NaN : Number(match[1]) + Number(match[2]) / 60
}
